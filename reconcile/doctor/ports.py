"""Whether the ports of the configuration are the switch's, and nobody else's."""

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.machine import Listener
from dialform.values import dataclass

_PARAMS = {
    "sip-port": ("udp", "tcp"), "tls-sip-port": ("tcp",),
    "wss-binding": ("tcp",), "ws-binding": ("tcp",),
}  # fmt: skip
_OURS = "freeswitch"
_SOCKET = "the event socket"


@dataclass(frozen=True, slots=True)
class Port:
    """A port that the configuration wants, and for what."""

    protocol: str
    number: int
    what: str


def wanted(ground: Ground) -> list[Port]:
    """The ports of the profiles, and of the event socket."""
    found = []
    for profile, root in ground.trees("sip_profiles/*.xml"):
        for param in root.iter("param"):
            for protocol in _PARAMS.get(param.get("name", ""), ()):
                number = param.get("value", "").rpartition(":")[2]
                if number.isdigit():
                    what = f"profile {profile} ({param.get('name')})"
                    found.append(Port(protocol, int(number), what))
    port = ground.params("autoload_configs/event_socket.conf.xml").get("listen-port", "")
    return [*found, Port("tcp", int(port), _SOCKET)] if port.isdigit() else found


async def check(ground: Ground) -> list[Finding]:
    """Who listens on each."""
    ports = wanted(ground)
    if not ports:
        return [unknown("ports", "sip_profiles/", "No compiled profile says which ports it wants.")]
    listening = ground.machine.listeners()
    if not listening:
        return [unknown("ports", "/proc/net", "This machine does not say who listens.")]
    looked = "/proc/net/tcp and udp"
    answers = _who_answers(ports, listening)
    if ground.ask is not None and answers and _OURS not in answers:
        said = f"{answers} answers on the event socket: no FreeSWITCH, so its ports are its own affair."
        return [unknown("ports", looked, said)]
    found = [one for port in ports if (one := _of(port, listening, ground)) is not None]
    return found or [ok("ports", looked, f"{len(ports)} ports, none taken by anybody else.")]


def _who_answers(ports: list[Port], listening: list[Listener]) -> str:
    """The program on the event socket's port; empty where it is not ours to see."""
    numbers = {port.number for port in ports if port.what == _SOCKET}
    return next(
        (one.program for one in listening if one.port in numbers and one.protocol == "tcp"), ""
    )


def _of(port: Port, listening: list[Listener], ground: Ground) -> Finding | None:
    about, looked = f"port {port.number}/{port.protocol}", "/proc/net/tcp and udp"
    there = [one for one in listening if (one.protocol, one.port) == (port.protocol, port.number)]
    strangers = [one for one in there if one.program and _OURS not in one.program]
    if strangers:
        who = f"{strangers[0].program} (process {strangers[0].pid})"
        return problem(
            about, looked, f"{who} listens on the port of {port.what}.",
            "The switch cannot bind it: the profile is not there, or answers on half of its ports.",
            f"Stop {strangers[0].program}, or give the profile another port in platform.yaml.",
        )  # fmt: skip
    if not there and ground.ask is not None:
        return problem(
            about, looked, f"Nobody listens on the port of {port.what}.",
            "The profile is down or could not bind: its address is not this machine's, or a "
            "certificate is garbage.",
            "`fs_cli -x 'sofia status'`; the log says why at the last start of the profile.",
        )  # fmt: skip
    return None
