"""Whether the trunks are up; where one is not, which of the usual causes it is."""

from collections.abc import Mapping

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground, params
from dialform.reconcile.doctor.logs import last_lines
from dialform.switch.questions import Gateway, gateways
from dialform.values import dataclass

_UP = frozenset(("REGED", "NOREG"))
_ASLEEP = frozenset(("TRYING", "REGISTER"))
_CODES = {
    "401": "The carrier refuses user name or password.",
    "403": "The carrier refuses this account, its password, or our address.",
    "404": "The carrier does not know this account.",
    "408": "The carrier does not answer: its address or port, a firewall, or the carrier is down.",
    "503": "The carrier is down, or refuses for now.",
}
"""Replies to REGISTER in words."""
_ACCOUNT = ("401", "403", "404")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A gateway as the configuration has it."""

    name: str
    host: str
    register: bool
    password: bool


def wanted(ground: Ground) -> Mapping[str, Wanted]:
    """The gateways of the compiled profiles, by name."""
    found = {}
    for _, root in ground.trees("sip_profiles/*.xml"):
        for gateway in root.iter("gateway"):
            said, name = params(gateway), gateway.get("name", "")
            found[name] = Wanted(
                name, said.get("realm", ""), said.get("register") == "true", "password" in said
            )
    return found


async def check(ground: Ground) -> list[Finding]:
    """Each gateway that is configured, or that is asked about."""
    named = {subject.name for subject in ground.asked("gateway")}
    known = {name: one for name, one in wanted(ground).items() if not named or name in named}
    if not known:
        return [unknown("gateways", "sip_profiles/", "No gateway is configured here.")]
    live = await ground.learn(gateways)
    if live is None:
        return [unknown("gateways", "`sofia xmlstatus gateway`", f"Not asked: {ground.no_switch}.")]
    found = [await _of(ground, one, live.get(one.name)) for one in known.values()]
    return found + await _full(ground, known)


async def _of(ground: Ground, want: Wanted, live: Gateway | None) -> Finding:
    about, looked = f"gateway {want.name}", f"`sofia xmlstatus gateway {want.name}`"
    if live is None:
        return problem(
            about, looked, "The switch does not have it.",
            "It was not read since it was written, somebody killed it, or its profile is down.",
            "`dialform drift` shows it, the agent heals it; by hand: `sofia profile external rescan`.",
        )  # fmt: skip
    if live.state in _UP and live.up:
        said = "It is registered" if live.state == "REGED" else "It does not register, and is up"
        return ok(about, looked, f"{said}; {live.calls_out} calls out, {live.failed_out} failed.")
    if live.state == "NOREG":
        return problem(
            about, looked, "It does not register, and does not answer to OPTIONS.",
            *_unreachable(ground, want),
        )  # fmt: skip
    return _unregistered(ground, want, live, await _said(ground, want.name), about, looked)


def _unregistered(
    ground: Ground, want: Wanted, live: Gateway, code: str, about: str, looked: str
) -> Finding:
    again = f" It tries again in {live.retry}." if live.retry not in ("", "NEVER") else ""
    found = f"It is not registered: {live.state}, {live.status}.{again}"
    if code in _ACCOUNT:
        return problem(
            about, looked, found,
            f"{_CODES[code]} (the carrier answered {code})",
            f"Compare username and password of providers.d/{want.name}.yaml with the carrier's; "
            "set the secret anew: `dialform secret set`.",
        )  # fmt: skip
    if not ground.machine.resolves(want.host):
        return problem(
            about, looked, found, f"{want.host} has no address: DNS does not know the name.",
            f"Mend `host` of providers.d/{want.name}.yaml, or this machine's resolver.",
        )  # fmt: skip
    if code in _CODES:
        return problem(about, looked, f"{found} The carrier answered {code}.", _CODES[code],
                       "Ask the carrier; look whether a firewall lets SIP through.")  # fmt: skip
    if not want.password:
        return problem(about, looked, found, "It has no password to register with.",
                       f"Give providers.d/{want.name}.yaml a `password: {{secret: …}}`.")  # fmt: skip
    if live.state in _ASLEEP:
        return warning(about, looked, found, "It has just begun, or the carrier does not answer.",
                       "Look again in half a minute.")  # fmt: skip
    return problem(
        about, looked, found, "The carrier does not answer, or refuses.",
        f"`fs_cli -x 'sofia global siptrace on'` shows what {want.host} answers to REGISTER.",
    )  # fmt: skip


def _unreachable(ground: Ground, want: Wanted) -> tuple[str, str]:
    if not ground.machine.resolves(want.host):
        return f"{want.host} has no address: DNS does not know the name.", "Mend `host`, or DNS."
    return f"{want.host} does not answer.", "Look whether a firewall lets SIP through."


async def _said(ground: Ground, name: str) -> str:
    """The carrier's last answer to our REGISTER, by the log (sofia_reg.c); empty where none is there."""
    mark = f"{name} Failed Registration with status "
    for line in reversed(await last_lines(ground)):
        if mark in line:
            text = line.partition(mark)[2]
            code = text.rpartition("[")[2][:3]
            return code if code.isdigit() else ""
    return ""


async def _full(ground: Ground, known: Mapping[str, Wanted]) -> list[Finding]:
    """Trunks that have taken as many calls as they may (`max_channels`)."""
    if ground.site is None or ground.site.view is None or ground.ask is None:
        return []
    found = []
    for name in known:
        provider = ground.site.view.providers.get(name)
        most = provider.max_channels if provider else 0
        used = (await ground.say(f"limit_usage hash trunk {name}") or "").strip() if most else ""
        if used.isdigit() and int(used) >= (most or 0):
            found.append(warning(
                f"gateway {name}", f"`limit_usage hash trunk {name}`",
                f"All {most} channels are taken: calls pass on to the next provider.",
                "`max_channels` is reached.", "Raise it, if the carrier allows more.",
            ))  # fmt: skip
    return found
