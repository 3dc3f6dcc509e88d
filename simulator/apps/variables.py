"""set, multiset, unset, export and their like (mod_dptools.c)."""

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.journal import Place


def assign(channel: Channel, text: str) -> None:
    """`name=value`; without a value the variable goes."""
    name, equals, value = text.partition("=")
    if not equals:
        name, _, value = text.partition(",")
    channel.set(name, channel.expand(value))
    if name == "dialform_refused" and value:
        data = {"reason": value}
        channel.switch.journal.step(channel, "refused", value, data)


@application("set", zombie=True)
async def set_(channel: Channel, data: str, place: Place | None) -> None:
    """Sets one variable."""
    assign(channel, data)


@application("multiset", zombie=True)
async def multiset(channel: Channel, data: str, place: Place | None) -> None:
    """Sets several: `^^;a=1;b=2`, or with blanks between them."""
    mark = " "
    if data.startswith("^^") and len(data) > 2:
        mark, data = data[2], data[3:]
    for text in _parts(data, mark):
        assign(channel, text)


def _parts(data: str, mark: str) -> list[str]:
    """As `switch_split`: no quotes, no backslashes."""
    parts = data.split(mark)
    return parts if parts[-1] else parts[:-1]


@application("unset", zombie=True)
async def unset(channel: Channel, data: str, place: Place | None) -> None:
    """Removes a variable."""
    channel.set(data, None)


@application("multiunset", zombie=True)
async def multiunset(channel: Channel, data: str, place: Place | None) -> None:
    """Removes several."""
    for name in split(data, " "):
        channel.set(name, None)


@application("export", zombie=True)
async def export(channel: Channel, data: str, place: Place | None) -> None:
    """Sets a variable that outgoing legs get too; `nolocal:` only they."""
    name, equals, value = data.partition("=")
    value = value if equals else ""
    channel.set(name, value)
    if value:
        known = channel.get("export_vars")
        channel.set("export_vars", f"{known},{name}" if known else name)


@application("bridge_export", zombie=True)
async def bridge_export(channel: Channel, data: str, place: Place | None) -> None:
    """As export, when the bridge begins."""
    name, _, value = data.partition("=")
    channel.set(name, value)
    known = channel.get("bridge_export_vars")
    channel.set("bridge_export_vars", f"{known},{name}" if known else name)
