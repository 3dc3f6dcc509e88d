"""What is done on a switch after a change: each kind once, with its command and what proves it.

The commands and their replies are those of FreeSWITCH 1.10 (docs/plan.md has the table in words). A
`+OK` is never a proof: `startgw`, `queue unload`, `agent del`, `voicemail reload` say it of what does not
exist, `reloadxml` of broken XML, `local_stream start` of a folder that is missing; failures say
`Invalid Profile`, `Invalid Gateway!`, `!err!` without any `-ERR`.
"""

import re
from collections.abc import Iterable, Mapping

from dialform.compiler.planning.impact import Impact
from dialform.values import dataclass

_OK = r"\+OK\n?"
_RELOADED = r"Reload XML \[Success\]\n"
_RUNS = r"^\s*{profile}\s+profile\s.*\sRUNNING \("
_YOUNG = r"Profile {profile} must be up .*\nPlease wait (\d+) seconds?\n?"
_WAITS = r"\|(?:Waiting|Trying)\|-?\d+$"
_PLAYS = r"^{stream}$(?:\n.*)*\n\s*stopped:\s+false$"
_READ = r"(?:\n.*)*\n\s*reloading:\s+false$"
_REGISTERED = r"<call-id>(.*)</call-id>(?:\n.*)*?\n.*<status>.*exp\(([^)]*)\)"
"""Of a registration its Call-ID and when it ends: who comes back at once has another end."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves that it took: a question, and what its answer must show, or must not.

    All three are templates of the parts of a step and of `revision`; `shows` and `hides` are regular
    expressions, in which parts stand escaped and `^` and `$` are those of lines.
    """

    question: str
    shows: str = ""
    hides: str = ""
    again: bool = False
    """It must go and come back: who asks too early sees what was before."""
    event: str = ""
    """What the switch tells when it has come back, with `profile_name`: who asks too late sees no gap."""
    rows: bool = False
    """What `hides` finds before the command is what must be gone after it; it may come back anew."""
    within: float = 5.0
    """Seconds until it must hold."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of action. `command` is sent over the event socket, with the parts of a step filled in.

    `success` says in words what must come of it. `reply` is what the whole reply must match, a regular
    expression with parts of the step; any other, an empty one above all, is a failure. `needs` is asked
    before: what it does not show has nothing to be done about, and nothing is sent. `busy` is the reply
    of a switch that has done nothing yet and says when it will, in seconds. `impact` is the
    worst that calls notice of the command itself. `mend` is the kind that is tried where the proof does
    not hold. `reverse` is the kind that undoes it, towards what
    was before. `for_good` takes what only people bring back, a login: it is done when all else is
    proven, and a way back finds it as it was. `by_hand` is never sent.
    """

    command: str
    success: str = "+OK"
    by_hand: bool = False
    reply: str = _OK
    proof: Proof | None = None
    needs: Proof | None = None
    busy: str = ""
    impact: Impact = Impact.NONE
    reverse: str = ""
    mend: str = ""
    for_good: bool = False


KINDS: dict[str, Kind] = {
    "reloadxml": Kind(
        "reloadxml", "+OK [Success]",
        reply=r"\+OK \[Success\]\n?",
        proof=Proof(
            "xml_locate configuration configuration name dialform.conf", r'value="{revision}"'
        ),
        impact=Impact.NEW_CALLS, reverse="reloadxml",
    ),
    "reloadacl": Kind(
        "reloadacl", "+OK acl reloaded", reply=r"\+OK acl reloaded\n?", reverse="reloadacl"
    ),
    "load": Kind(
        "load {module}", "the last line is +OK", reply=r"\+OK Reloading XML\n\+OK\n?",
        proof=Proof("module_exists {module}", r"^true$"),
    ),
    "profile_start": Kind(
        "sofia profile {profile} start", "{profile} started successfully",
        reply=_RELOADED + r"{profile} started successfully\n?",
        # Right after a stop its port is still taken: the switch tries again, every five seconds.
        proof=Proof("sofia status", _RUNS, within=20.0), reverse="profile_stop",
    ),
    "profile_restart": Kind(
        "sofia profile {profile} restart", "restarting: {profile}",
        reply=_RELOADED + r"restarting: {profile}\n?",
        proof=Proof("sofia status", _RUNS, again=True, event="sofia::profile_start", within=20.0),
        busy=_YOUNG,
        impact=Impact.DROPS_CALLS, reverse="profile_restart",
    ),
    "profile_stop": Kind(
        "sofia profile {profile} stop", "stopping: {profile}",
        reply=_RELOADED + r"stopping: {profile}\n?",
        proof=Proof("sofia status", hides=_RUNS, within=20.0), busy=_YOUNG,
        impact=Impact.DROPS_CALLS, reverse="profile_start",
    ),
    "killgw": Kind(
        "sofia profile {profile} killgw {gateway}", "+OK gateway marked for deletion.",
        reply=r"\+OK gateway marked for deletion\.\n?",
        proof=Proof("sofia status gateway {gateway}", r"^Invalid Gateway!$"),
        impact=Impact.NEW_CALLS, reverse="rescan",
    ),
    "gateway_gone": Kind(
        "", "event CUSTOM sofia::gateway_delete {gateway}",
        # The event comes when the gateway leaves the list; who missed it sees it there no more.
        proof=Proof("sofia xmlstatus gateway", hides=r"<name>{gateway}</name>", within=10.0),
    ),
    "rescan": Kind(
        "sofia profile {profile} rescan", "+OK scan complete",
        reply=_RELOADED + r"\+OK scan complete\n?",
        proof=Proof("sofia status", _RUNS), impact=Impact.NEW_CALLS, reverse="rescan",
    ),
    "queue_empty": Kind(
        "callcenter_config queue list members {queue}", "nobody waits: who does is sent away first",
        reply=r"(?:queue\|[^\n]*\n(?:[^\n]*\|[^\n]*\n)*)?\+OK\n?", impact=Impact.DROPS_CALLS,
        needs=Proof("callcenter_config queue list members {queue}", _WAITS),
        proof=Proof("callcenter_config queue list members {queue}", hides=_WAITS, within=10.0),
    ),
    "queue_unload": Kind(
        "callcenter_config queue unload {queue}", "{queue} is not listed",
        proof=Proof("callcenter_config queue list", hides=r"^{queue}\|"), reverse="queue_load",
    ),
    "queue_load": Kind(
        "callcenter_config queue load {queue}",
        proof=Proof("callcenter_config queue list", r"^{queue}\|"), reverse="queue_unload",
    ),
    "queue_reload": Kind(
        "callcenter_config queue reload {queue}",
        proof=Proof("callcenter_config queue list", r"^{queue}\|"),
        impact=Impact.NEW_CALLS, reverse="queue_reload",
    ),
    "stream_stop": Kind(
        "local_stream stop {stream}", "`local_stream show {stream}` finds none",
        # One that ended by itself meanwhile, as after its own reload, is where it should be.
        reply=rf"{_OK}|-ERR Cannot locate local_stream {{stream}}!\n?",
        proof=Proof("local_stream show {stream}", r"^-ERR Cannot locate local_stream {stream}!$"),
        impact=Impact.NEW_CALLS, reverse="stream_start",
    ),
    "stream_start": Kind(
        "local_stream start {stream}", "`local_stream show {stream}` shows it",
        reply=r"\+OK stream: {stream}\n?", proof=Proof("local_stream show {stream}", _PLAYS),
        reverse="stream_stop",
    ),
    "stream_reload": Kind(
        # The thread that ends takes the name out of the list, now and then that of the one that it has
        # begun (mod_local_stream.c, read_stream_thread): the stream is gone, and is started then.
        "local_stream reload {stream}",
        proof=Proof("local_stream show {stream}", _PLAYS + _READ, within=3.0),
        reverse="stream_reload", mend="stream_start",
    ),
    "notify": Kind(
        "sendevent NOTIFY to {tenant}'s phones that changed",
        # That each is registered is asked before. More is not to be known: the switch says `+OK` to
        # every such event, and tells nobody what a phone answers.
        "+OK for each that is registered; nobody else is told",
        reply=r"\+OK [0-9a-f-]{36}",
    ),
    "flush": Kind(
        "sofia profile {profile} flush_inbound_reg {who}", "{who} is not among the registrations",
        reply=r"\+OK flushing all registrations matching specified call_id\n?",
        needs=Proof("sofia xmlstatus profile {profile} user {who}", _REGISTERED),
        proof=Proof("sofia xmlstatus profile {profile} user {who}", hides=_REGISTERED, rows=True),
        impact=Impact.RE_REGISTER,
    ),
    "voicemail": Kind(
        "voicemail reload default reloadxml", reply=_RELOADED + r"\+OK reload complete\n?",
        reverse="voicemail",
    ),
    "tier_del": Kind(
        "callcenter_config tier del {queue} {agent}", "the tier is not listed",
        proof=Proof("callcenter_config tier list", hides=r"^{queue}\|{agent}\|"),
        impact=Impact.NEW_CALLS, for_good=True,
    ),
    "agent_del": Kind(
        "callcenter_config agent del {agent}", "{agent} is not listed",
        proof=Proof("callcenter_config agent list", hides=r"^{agent}\|"),
        impact=Impact.NEW_CALLS, for_good=True,
    ),
    "boot": Kind("start the switch of the new host {host}", "", by_hand=True),
    "stop": Kind("stop the switch of {host}", "", by_hand=True, impact=Impact.DROPS_CALLS),
    "restart": Kind("restart the switch", "", by_hand=True, impact=Impact.DROPS_CALLS),
}  # fmt: skip
"""All kinds in the order in which they are done. A gateway that is gone is waited for before the rescan
(1.3 to 1.9 s): a rescan ignores a gateway that changed, and never removes one. Phones whose password changed
are told to fetch the new one before they are logged out: who is not registered hears nothing."""

CALLERS: dict[str, Kind] = {
    "lead": Kind("uuid_transfer {uuid} {to}", impact=Impact.DROPS_CALLS),
    "end": Kind("uuid_kill {uuid} NORMAL_CLEARING", impact=Impact.DROPS_CALLS),
}
"""What `queue_empty` does with each caller who waits: led to where the queue's own timeout goes, or ended.
mod_callcenter keeps a caller's channel up for ever once its queue is gone."""

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

    def accepts(self, reply: str) -> bool:
        """Whether a reply to the command is the one that all is well with."""
        return re.fullmatch(filled(KINDS[self.kind].reply, dict(self.parts)), reply) is not None

    @property
    def drops(self) -> bool:
        """Whether calls may end by it."""
        return KINDS[self.kind].impact is Impact.DROPS_CALLS

    @property
    def by_hand(self) -> bool:
        """Whether somebody has to do it: it is never sent."""
        return KINDS[self.kind].by_hand

    @property
    def for_good(self) -> bool:
        """Whether no other step brings back what it takes."""
        return KINDS[self.kind].for_good

    @property
    def words(self) -> str:
        """The step as people read it."""
        return self.command or f"wait for {self.success}"


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A regular expression of the table with the parts of a step in it, each meaning itself."""
    return _PART.sub(lambda found: re.escape(parts[found[1]]), pattern)


_PART = re.compile(r"\{([a-z_]+)\}")


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
    """The least set, in order: each once, nothing of a profile that starts, or starts again, anyway, and
    nobody's registration by itself where those of the whole domain go.
    """
    once = set(steps)
    started = {_profile(one) for one in once if one.kind == "profile_start"}
    anew = started | {_profile(one) for one in once if one.kind == "profile_restart"}
    domains = {dict(one.parts)["who"] for one in once if one.kind == "flush"}
    wanted = [
        one
        for one in once
        if not (one.kind in _GATEWAYS and _profile(one) in anew)
        and not (one.kind == "profile_restart" and _profile(one) in started)
        and not (one.kind == "flush" and _domain(one) in domains)
    ]
    return sorted(wanted, key=lambda one: (_ORDER[one.kind], one.parts))
