"""What is done on a switch after a change: each kind once, with its command and what proves it.

The commands and their replies are those of FreeSWITCH 1.10 (docs/plan.md has the table in words).
"""

from collections.abc import Iterable

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of action. `command` is sent over the event socket, with the parts of a step filled in.

    `success` is what the reply must hold, or the event that must come. `by_hand` is never sent.
    """

    command: str
    success: str = "+OK"
    by_hand: bool = False


KINDS: dict[str, Kind] = {
    "reloadxml": Kind("reloadxml", "+OK [Success]"),
    "reloadacl": Kind("reloadacl", "+OK acl reloaded"),
    "load": Kind("load {module}", "the last line is +OK"),
    "profile_start": Kind("sofia profile {profile} start", "{profile} started successfully"),
    "profile_restart": Kind("sofia profile {profile} restart", "restarting: {profile}"),
    "profile_stop": Kind("sofia profile {profile} stop", "stopping: {profile}"),
    "killgw": Kind("sofia profile {profile} killgw {gateway}", "+OK gateway marked for deletion."),
    "gateway_gone": Kind("", "event CUSTOM sofia::gateway_delete {gateway}"),
    "rescan": Kind("sofia profile {profile} rescan", "+OK scan complete"),
    "queue_empty": Kind(
        "callcenter_config queue list members {queue}", "nobody waits: who does is sent away first"
    ),
    "queue_unload": Kind("callcenter_config queue unload {queue}", "{queue} is not listed"),
    "queue_load": Kind("callcenter_config queue load {queue}", "+OK"),
    "queue_reload": Kind("callcenter_config queue reload {queue}", "+OK"),
    "tier_del": Kind("callcenter_config tier del {queue} {agent}", "the tier is not listed"),
    "agent_del": Kind("callcenter_config agent del {agent}", "{agent} is not listed"),
    "stream_stop": Kind("local_stream stop {stream}", "`local_stream show {stream}` finds none"),
    "stream_start": Kind("local_stream start {stream}", "`local_stream show {stream}` shows it"),
    "stream_reload": Kind("local_stream reload {stream}", "+OK"),
    "flush": Kind(
        "sofia profile {profile} flush_inbound_reg {who}", "{who} is not among the registrations"
    ),
    "voicemail": Kind("voicemail reload default reloadxml", "+OK"),
    "boot": Kind("start the switch of the new host {host}", "", by_hand=True),
    "stop": Kind("stop the switch of {host}", "", by_hand=True),
    "restart": Kind("restart the switch", "", by_hand=True),
}
"""All kinds in the order in which they are done. A gateway that is gone is waited for before the rescan
(1.3 to 1.9 s): a rescan ignores a gateway that changed, and never removes one."""

_ORDER = {name: position for position, name in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do on a switch: a kind, and the parts of its command in the order of their names."""

    kind: str
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def command(self) -> str:
        """What is sent; empty where only an event is waited for."""
        return KINDS[self.kind].command.format(**dict(self.parts))

    @property
    def success(self) -> str:
        """What must come of it."""
        return KINDS[self.kind].success.format(**dict(self.parts))

    @property
    def by_hand(self) -> bool:
        """Whether somebody has to do it: it is never sent."""
        return KINDS[self.kind].by_hand

    @property
    def words(self) -> str:
        """The step as people read it."""
        return self.command or f"wait for {self.success}"


def step(kind: str, **parts: str) -> Step:
    """A step of a kind."""
    return Step(kind, tuple(sorted(parts.items())))


_GATEWAYS = ("rescan", "killgw", "gateway_gone")


def _profile(one: Step) -> str:
    return dict(one.parts).get("profile", "")


def _domain(flush: Step) -> str:
    """The whole domain of a flush of one user's phones; empty for that of a domain itself."""
    user, _, domain = dict(flush.parts)["who"].rpartition("@")
    return f"@{domain}" if user else ""


def least(steps: Iterable[Step]) -> list[Step]:
    """The least set, in order: each once, nothing of a profile that is restarted anyway, and nobody's
    registration by itself where those of the whole domain go.
    """
    once = set(steps)
    restarted = {_profile(one) for one in once if one.kind in ("profile_restart", "profile_start")}
    domains = {dict(one.parts)["who"] for one in once if one.kind == "flush"}
    wanted = [
        one
        for one in once
        if not (one.kind in _GATEWAYS and _profile(one) in restarted)
        and not (one.kind == "flush" and _domain(one) in domains)
    ]
    return sorted(wanted, key=lambda one: (_ORDER[one.kind], one.parts))
