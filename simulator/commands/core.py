"""The commands of mod_commands that say how the switch is, or that read its configuration again."""

from dialform.simulator.calls.causes import cause
from dialform.simulator.dialplan.expand import expand
from dialform.simulator.state.live import SUCCESS, Live
from dialform.simulator.state.modules import listed, told
from dialform.simulator.state.printed import locate

VERSION = "1.10.12-release"
HUMAN = f"{VERSION} git a88d069 2024-08-02 21:02:27Z 64bit"
FULL = f"{VERSION}+git~20240802T210227Z~a88d069d6f~64bit"
"""The release whose behaviour the simulator has."""

_UNITS = (
    ("us", "microseconds", 1_000_000.0),
    ("ms", "milliseconds", 1000.0),
    ("s", "seconds", 1.0),
    ("m", "minutes", 1 / 60),
    ("h", "hours", 1 / 3600),
    ("d", "days", 1 / 86400),
)


def version(live: Live, text: str) -> str:
    """`version [short]`."""
    if "short" in text.lower():
        return "1.10.12\n"
    shown = f"{HUMAN[len(VERSION) + 1 :]}" if not text else HUMAN
    return f"FreeSWITCH Version {FULL} ({shown})\n"


def spent(seconds: float) -> str:
    """`0 years, 0 days, …`, as `status` and HEARTBEAT write a time."""
    micro = int(seconds * 1_000_000)
    parts = []
    for size, word in (
        (365 * 86400 * 1_000_000, "year"),
        (86400 * 1_000_000, "day"),
        (3600 * 1_000_000, "hour"),
        (60 * 1_000_000, "minute"),
        (1_000_000, "second"),
        (1000, "millisecond"),
        (1, "microsecond"),
    ):
        count, micro = divmod(micro, size)
        parts.append(f"{count} {word}{'' if count == 1 else 's'}")
    return ", ".join(parts)


def status(live: Live, text: str) -> str:
    """`status`."""
    counts, sessions = live.counts, live.sessions()
    return (
        f"UP {spent(live.uptime)}\n"
        f"FreeSWITCH (Version {HUMAN}) is ready\n"
        f"{counts.since_startup} session(s) since startup\n"
        f"{sessions} session(s) - peak {counts.peak}, last 5min {counts.peak} \n"
        f"0 session(s) per Sec out of max {counts.per_second}, peak {counts.peak_rate}, "
        f"last 5min {counts.peak_rate} \n"
        f"{counts.limit} session(s) max\n"
        "min idle cpu 0.00/100.00\n"
        "Current Stack Size/Max 240K/8192K\n"
    )


def uptime(live: Live, text: str) -> str:
    """`uptime [us|ms|s|m|h|d]`."""
    unit = text.lower() or "s"
    for short, long, scale in _UNITS:
        if unit in (short, long):
            return f"{int(live.uptime * scale)}\n"
    return "-USAGE: [us|ms|s|m|h|d|microseconds|milliseconds|seconds|minutes|hours|days]\n"


def reloadxml(live: Live, text: str) -> str:
    """`reloadxml`: `+OK`, whatever became of it."""
    return f"+OK [{live.reload()}]\n"


def reloadacl(live: Live, text: str) -> str:
    """`reloadacl [reloadxml]`."""
    said = "This option is deprecated, we now always reloadxml.\n" if text == "reloadxml" else ""
    result = live.reload()
    return said + ("+OK acl reloaded\n" if result == SUCCESS else f"-ERR [{result}]\n")


def global_getvar(live: Live, text: str) -> str:
    """`global_getvar [NAME]`."""
    if text:
        return live.globals.get(text, "")
    return "".join(f"{name}={value}\n" for name, value in live.globals.items())


def global_setvar(live: Live, text: str) -> str:
    """`global_setvar NAME=VALUE`."""
    name, _, value = text.partition("=")
    if not name:
        return "-USAGE: <var>=<value> [=<value2>]\n"
    if value:
        live.globals[name] = value
    else:
        live.globals.pop(name, None)
    return "+OK"


def module_exists(live: Live, text: str) -> str:
    """`module_exists NAME`."""
    if not text:
        return ""
    return "true" if text in live.modules else "false"


def xml_locate(live: Live, text: str) -> str:
    """`xml_locate root | SECTION | SECTION TAG ATTRIBUTE VALUE`, out of the tree that holds now."""
    words = text.split()
    if words == ["root"]:
        words = [""]
    if len(words) not in (1, 4):
        return "-ERR bad args\n"
    section, tag, attribute, value = [*words, "", "", ""][:4]
    found = locate(
        live.configuration.text().encode("utf-8", "surrogateescape"), section, tag, attribute, value
    )
    return "can't find anything\n" if found is None else found


def load(live: Live, text: str) -> str:
    """`load MODULE`."""
    if not text:
        return "-USAGE: <mod_name>\n"
    said = "+OK Reloading XML\n" if live.reload() == SUCCESS else ""
    if text in live.modules:
        return f"{said}-ERR [Module already loaded]\n"
    # What a configuration asks for lies there as a file; nothing else is known of the disk.
    if text in listed(live.configuration):
        live.modules.append(text)
        return f"{said}+OK\n"
    return f"{said}-ERR [module load file routine returned an error]\n"


def unload(live: Live, text: str) -> str:
    """`unload [-f] MODULE`: the simulator keeps its modules, but those that are none say so."""
    name = _module(text)
    if not name:
        return "-USAGE: [-f] <mod_name>\n"
    return "+OK\n" if name in live.modules else "-ERR [No such module!]\n"


def reload(live: Live, text: str) -> str:
    """`reload [-f] MODULE`."""
    name = _module(text)
    if not name:
        return "-USAGE: [-f] <mod_name>\n"
    said = "+OK Reloading XML\n" if live.reload() == SUCCESS else ""
    if name in live.modules:
        folder = live.globals.get("mod_dir", "/usr/lib/freeswitch/mod")
        for what in ("MODULE_UNLOAD", "MODULE_LOAD"):
            for event in told(name, what, folder):
                live.events.fire(event)
        return f"{said}+OK module unloaded\n+OK module loaded\n"
    return (
        f"{said}-ERR unloading module [No such module!]\n"
        "-ERR loading module [module load file routine returned an error]\n"
    )


def _module(text: str) -> str:
    return text.rpartition(" ")[2] if text.startswith("-") and " " in text else text


_CTL = (
    "[api_expansion [on|off]|recover|send_sighup|hupall|pause [inbound|outbound]|"
    "resume [inbound|outbound]|shutdown [cancel|elegant|asap|now|restart]|sps|sps_peak_reset|"
    "sync_clock|sync_clock_when_idle|reclaim_mem|max_sessions|min_dtmf_duration [num]|"
    "max_dtmf_duration [num]|default_dtmf_duration [num]|min_idle_cpu|loglevel [level]|"
    "debug_level [level]|mdns_resolve [enable|disable]]\n"
)
_DONE = "hupall flush_db_handles pause resume send_sighup save_history shutdown"
_SAID = {
    **dict.fromkeys(_DONE.split(), "+OK\n"),
    "last_sps": "+OK last sessions per second: 0\n",
    "min_idle_cpu": "+OK min idle cpu: DISABLED\n",
    "pause_check": "false",
    "ready_check": "true",
    "shutdown_check": "false",
    "sync_clock": "+OK clock synchronized\n",
}
_LEVELS = ("CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG")


def fsctl(live: Live, text: str) -> str:
    """`fsctl …`: what it answers. Only `hupall`, `max_sessions` and `sps` do something."""
    words = text.split()
    if not words:
        return f"-USAGE: {_CTL}"
    what = words[0].lower()
    if what == "hupall":
        live.hang_up_all("MANAGER_REQUEST")
    number = int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    if what == "max_sessions":
        live.counts.limit = live.counts.limit if number is None else number
        return f"+OK max sessions: {live.counts.limit}\n"
    if what == "sps":
        live.counts.per_second = live.counts.per_second if number is None else number
        return f"+OK sessions per second: {live.counts.per_second}\n"
    if what == "loglevel":
        known = number is not None and number < len(_LEVELS)
        return f"+OK log level: {_LEVELS[number or 0] if known else 'DISABLE'} [{number if known else -1}]\n"
    return _SAID.get(what, f"-ERR Invalid command\nUSAGE: fsctl {_CTL}")


def hupall(live: Live, text: str) -> str:
    """`hupall [CAUSE [VARIABLE VALUE]]`."""
    words = text.split()
    found = cause(words[0]) if words else "MANAGER_REQUEST"
    found = "NORMAL_CLEARING" if found == "NONE" else found
    if len(words) < 3:
        live.hang_up_all(found)
        return f"+OK hangup all channels with cause {found}\n"
    live.hang_up_all(found, words[1], words[2])
    return f"+OK hangup all channels matching [{words[1]}]=[{words[2]}] with cause: {found}\n"


def bgapi(live: Live, text: str) -> str:
    """`api bgapi …`: takes the job and forgets its reply, as the switch does."""
    if not text:
        return "-ERR Invalid syntax\n"
    live.later(text)
    return f"+OK Job-UUID: {live.new_uuid()}\n"


def evaluate(live: Live, text: str) -> str:
    """`eval TEXT`: with each `${…}` put in."""
    return expand(text, live.globals.get, lambda name, said: live.switch.function(name, said, None))


def limit_status(live: Live, text: str) -> str:
    """`limit_status BACKEND`: the switch has no answer either."""
    return (
        "-ERR not supported yet (locking problems)." if text else "USAGE: limit_status <backend>\n"
    )


def create_uuid(live: Live, text: str) -> str:
    """A fresh UUID."""
    return live.new_uuid()


def echo(live: Live, text: str) -> str:
    """What was said."""
    return text
