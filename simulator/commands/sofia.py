"""`sofia profile …`, `sofia_contact`: mod_sofia's commands that change something or look up a phone.

The replies are those of `cmd_profile` in mod_sofia.c. Failures do not always say `-ERR`.
"""

from collections.abc import Callable

from dialform.simulator.commands import sofiastatus, sofiaxml
from dialform.simulator.state.live import Live
from dialform.simulator.state.profiles import YOUNGEST, Profile

USAGE = """USAGE:
--------------------------------------------------------------------------------
sofia global siptrace <on|off>
sofia        capture  <on|off>
             watchdog <on|off>

sofia profile <name> [start | stop | restart | rescan] [wait]
                     flush_inbound_reg [<call_id> | <[user]@domain>] [reboot]
                     check_sync [<call_id> | <[user]@domain>]
                     [register | unregister] [<gateway name> | all]
                     killgw <gateway name>
                     [stun-auto-disable | stun-enabled] [true | false]]
                     siptrace <on|off>
                     capture  <on|off>
                     watchdog <on|off>

sofia <status|xmlstatus> profile <name> [reg [<contact str>]] | [pres <pres str>] | [user <user@domain>]
sofia <status|xmlstatus> gateway <name>

sofia loglevel <all|default|tport|iptsec|nea|nta|nth_client|nth_server|nua|soa|sresolv|stun> [0-9]
sofia tracelevel <console|alert|crit|err|warning|notice|info|debug>

sofia help
--------------------------------------------------------------------------------
"""


def sofia(live: Live, text: str) -> str:
    """`sofia`, by its first word."""
    words = text.split()
    if not words or words[0].lower() == "help":
        return USAGE
    what = words[0].lower()
    if what == "profile":
        return _profile(live, words[1:])
    if what == "status":
        return sofiastatus.status(live, words[1:])
    if what == "xmlstatus":
        return sofiaxml.status(live, words[1:])
    return f"Unknown Command [{words[0]}]\n"


def _profile(live: Live, words: list[str]) -> str:
    if len(words) < 2:
        return "Invalid Args!\n"
    name, action = words[0], words[1].lower()
    if action == "start":
        reloaded = f"Reload XML [{live.reload()}]\n"
        started = live.profiles.start(name)
        return reloaded + (
            f"{name} started successfully\n" if started else f"Failure starting {name}\n"
        )
    profile = live.profiles.find(name)
    if profile is None:
        return f"Invalid Profile [{name}]"
    act = _ACTIONS.get(action)
    return act(live, profile, words[2:]) if act else "-ERR Unknown command!\n"


def _killgw(live: Live, profile: Profile, words: list[str]) -> str:
    if not words:
        return "-ERR missing gw name\n"
    if words[0].lower() == "_all_":
        for gateway in profile.gateways:
            gateway.delete()
        return "+OK every gateway marked for deletion.\n"
    if (found := live.profiles.gateway(words[0])) is None:
        return "-ERR no such gateway.\n"
    found.delete()
    return "+OK gateway marked for deletion.\n"


def _startgw(live: Live, profile: Profile, words: list[str]) -> str:
    if not words:
        return "-ERR missing gw name\n"
    reloaded = f"Reload XML [{live.reload()}]\n"
    live.profiles.start_gateway(profile, words[0])
    return f"{reloaded}+OK start gateway {words[0]} complete\n"


def _rescan(live: Live, profile: Profile, words: list[str]) -> str:
    reloaded = f"Reload XML [{live.reload()}]\n"
    if live.profiles.start(profile.name):
        return f"{reloaded}+OK scan complete\n"
    return f"{reloaded}-ERR cannot find config for profile {profile.name}\n"


def _check_sync(live: Live, profile: Profile, words: list[str]) -> str:
    which = " matching specified call_id" if words else ""
    return f"+OK syncing all registrations{which}\n"


def _flush(live: Live, profile: Profile, words: list[str]) -> str:
    reboot = "reboot" in [word.lower() for word in words[:2]]
    words = [word for word in words if word.lower() != "reboot"]
    live.registrations.flush(profile.name, words[0] if words else "")
    which = " matching specified call_id" if words else ""
    return f"+OK {'rebooting' if reboot else 'flushing'} all registrations{which}\n"


def _stop(live: Live, profile: Profile, words: list[str]) -> str:
    return _end(live, profile, again=False)


def _restart(live: Live, profile: Profile, words: list[str]) -> str:
    return _end(live, profile, again=True)


def _end(live: Live, profile: Profile, again: bool) -> str:
    remaining = YOUNGEST - (int(live.clock.epoch) - int(profile.started))
    if remaining > 0:
        plural = "" if remaining == 1 else "s"
        return (
            f"Profile {profile.name} must be up for at least {YOUNGEST} seconds to stop/restart.\n"
            f"Please wait {remaining} second{plural}\n"
        )
    reloaded = f"Reload XML [{live.reload()}]\n"
    live.profiles.stop(profile, again)
    return f"{reloaded}{'restarting' if again else 'stopping'}: {profile.name}"


def _register(live: Live, profile: Profile, words: list[str]) -> str:
    return _re_register(live, profile, words, "UNREGED", "registered")


def _unregister(live: Live, profile: Profile, words: list[str]) -> str:
    return _re_register(live, profile, words, "UNREGISTER", "unregistered")


def _re_register(
    live: Live, profile: Profile, words: list[str], state: str, participle: str
) -> str:
    if not words:
        return "No gateway name provided!\n"
    if words[0].lower() == "all":
        chosen = [gateway for gateway in profile.gateways if gateway.state != "NOREG"]
    else:
        found = live.profiles.gateway(words[0])
        if found is None:
            return "Invalid gateway!\n"
        if found.state == "NOREG":
            return f"-ERR NOREG gateway [{words[0]}] can't be {participle}!\n"
        chosen = [found]
    for gateway in chosen:
        gateway.retry, gateway.state = 0.0, state
    return "+OK\n"


def _gwlist(live: Live, profile: Profile, words: list[str]) -> str:
    up = not (words and words[0].lower() == "down")
    return "".join(f"{gateway.name} " for gateway in profile.gateways if gateway.up == up)


def _siptrace(live: Live, profile: Profile, words: list[str]) -> str:
    if not words:
        return "Usage: sofia profile <name> siptrace <on/off>\n"
    on = words[0].lower() in ("on", "true", "yes", "1")
    return f"{'Enabled' if on else 'Disabled'} sip debugging on {profile.name}"


_ACTIONS: dict[str, Callable[[Live, Profile, list[str]], str]] = {
    "killgw": _killgw,
    "startgw": _startgw,
    "rescan": _rescan,
    "check_sync": _check_sync,
    "flush_inbound_reg": _flush,
    "stop": _stop,
    "restart": _restart,
    "register": _register,
    "unregister": _unregister,
    "gwlist": _gwlist,
    "siptrace": _siptrace,
}


def gateway_data(live: Live, text: str) -> str:
    """`sofia_gateway_data NAME ivar|ovar|var VARIABLE`: nothing where there is none."""
    words = text.split()
    if not words:
        return "-ERR Parameter missing\n"
    gateway = live.profiles.gateway(words[0]) if len(words) > 2 else None
    which = {"ivar": ("inbound",), "ovar": ("outbound",), "var": ("inbound", "outbound")}
    directions = which.get(words[1].lower(), ()) if gateway else ()
    found = (gateway.variables[each].get(words[2], "") for each in directions if gateway)
    return next(filter(None, found), "")


def contact(live: Live, text: str) -> str:
    """`sofia_contact [profile/]user@domain[/concat]`: the dial strings of a user's phones."""
    text = text.partition("~")[0] if "~" in text else text
    profile_name, slash, rest = text.partition("/")
    address = rest if slash else text
    user, _, domain = address.partition("@")
    domain, _, concat = domain.partition("/")
    domain = domain or live.globals.get("domain", "") or live.identity.ipv4
    profile = None
    if not (slash and profile_name == "*"):
        profile = live.profiles.find(profile_name) if slash else None
        profile = profile or live.profiles.find(domain)
    found = [
        registration.url + concat
        for registration in live.registrations.of(user, domain)
        if profile is None or registration.profile == profile.name
    ]
    return ",".join(found) or "error/user_not_registered"
