"""Whether the switch holds the revision that is current on the disk."""

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown
from dialform.reconcile.doctor.ground import Ground
from dialform.switch.questions import revision

_LOOKED = "`xml_locate … dialform.conf` and manifest.json"


async def check(ground: Ground) -> list[Finding]:
    """Live against disk."""
    wanted = str(ground.manifest.get("revision", ""))
    if not wanted:
        return [unknown("revision", _LOOKED, "No compiled revision is here to compare with.")]
    live = await ground.learn(revision)
    if live is None:
        return [unknown("revision", _LOOKED, f"The switch was not asked: {ground.no_switch}.")]
    if live == wanted:
        return [ok("revision", _LOOKED, f"The switch holds revision {live}, as the disk does.")]
    held = f"revision {live}" if live else "no revision at all"
    return [
        problem(
            "revision", _LOOKED, f"The disk has revision {wanted}, the switch holds {held}.",
            "It did not read the XML since it was written, or the XML is broken: `reloadxml` says "
            "+OK then too, and keeps the old.",
            "`dialform status` says what the agent is at; by hand: `fs_cli -x reloadxml`, "
            "whose whole answer must be `+OK [Success]`.",
        )
    ]  # fmt: skip
