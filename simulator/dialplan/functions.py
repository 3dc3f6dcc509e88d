"""API commands that need no calls, as `${…}` and the event socket ask them.

Replies are those of mod_commands, mod_dptools and mod_expr to the letter. What would run a program
or ask the world outside is not here: the compiled configuration switches it off too.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime, timezone
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

from dialform.simulator.dialplan.comparison import compare
from dialform.simulator.dialplan.dates import epoch
from dialform.simulator.dialplan.distributor import Distributor
from dialform.simulator.dialplan.pattern import perform, substitute
from dialform.simulator.dialplan.stores import Db, Hash, Limits
from dialform.simulator.dialplan.zones import strftime, zone
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.reading.words import integer, separate
from dialform.values import dataclass, field

_SPACE = " \t\n\r\v"
_UNSAFE = frozenset(b'\r\n #%&+:;<=>?@[\\]^`{|}"')
_ENCODED = re.compile(rb"%[0-9A-F]{2}")
_DECODED = re.compile(rb"%([0-9A-Fa-f]{1,2})(?:(?<=%[0-9A-Fa-f]{2})|.)", re.DOTALL)

_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True, slots=True)
class MailboxPreferences:
    """What a mailbox's owner recorded and set: voicemail_prefs of mod_voicemail."""

    greeting: str = ""
    name: str = ""
    password: str = ""


@dataclass(slots=True)
class Environment:
    """What these commands look at.

    `now` is aware and in the switch's own zone; `hosts` are addresses by name, others are made up
    (`address_of`); `globals` are the switch's global variables.
    """

    configuration: Configuration
    now: Callable[[], datetime]
    db: Db = field(default_factory=Db)
    hash: Hash = field(default_factory=Hash)
    limits: Limits = field(default_factory=Limits)
    distributor: Distributor = field(default_factory=Distributor)
    hosts: Mapping[str, str] = field(default_factory=dict)
    globals: MutableMapping[str, str] = field(default_factory=dict)
    mailboxes: MutableMapping[tuple[str, str], MailboxPreferences] = field(default_factory=dict)


Function = Callable[[Environment, str], str]


def call(environment: Environment, name: str, arguments: str) -> str | None:
    """Runs a command as `switch_api_execute` does; None where it is not one of these."""
    function = FUNCTIONS.get(name.strip(_SPACE).lower())
    return function(environment, arguments.strip(_SPACE)) if function else None


def address_of(host: str, hosts: Mapping[str, str]) -> str:
    """The address of a host. One that nobody named gets one of 198.18.0.0/15 (RFC 2544), always
    the same, so that no simulation depends on DNS."""
    if host in hosts:
        return hosts[host]
    import hashlib
    import ipaddress

    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        number = int.from_bytes(hashlib.sha256(host.lower().encode()).digest()[:4], "big")
        return str(ipaddress.IPv4Address("198.18.0.0") + number % (1 << 17))


def _md5(_: Environment, arguments: str) -> str:
    if not arguments:
        return "!err!"
    import hashlib

    data = arguments.encode("utf-8", "surrogateescape")
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _expr(_: Environment, arguments: str) -> str:
    from dialform.simulator.dialplan.arithmetic import ExpressionError, evaluate

    try:
        return evaluate(arguments)
    except ExpressionError:
        return "!err!"


def _regex(_: Environment, arguments: str) -> str:
    delimiter = "|"
    if re.match(r"m:[|~/]", arguments):
        delimiter, arguments = arguments[2], arguments[3:]
    parts = separate(arguments, delimiter, 4)
    if len(parts) < 2:
        return "-ERR"
    found = perform(parts[0], parts[1])
    if len(parts) == 2:
        return "true" if found else "false"
    if found:
        room = len((parts[0] + parts[2]).encode("utf-8", "surrogateescape")) + 10
        return substitute(parts[2].replace("%", "$"), found, room * len(found) - 1)
    flags = parts[3] if len(parts) > 3 else ""
    return "" if "n" in flags else ("false" if "b" in flags else parts[0])


def _replace(_: Environment, arguments: str) -> str:
    delimiter = "|"
    if re.match(r"m:[|~/]", arguments):
        delimiter, arguments = arguments[2], arguments[3:]
    parts = separate(arguments, delimiter, 3)
    return parts[0].replace(parts[1], parts[2]) if len(parts) > 2 and parts[1] else "-ERR"


def _url_encode(_: Environment, arguments: str) -> str:
    data = arguments.encode("utf-8", "surrogateescape")
    written = bytearray()
    for at, byte in enumerate(data):
        # What is encoded already stays.
        encoded = _ENCODED.match(data, at) is not None
        if not encoded and (byte < 0x20 or byte > 0x7E or byte in _UNSAFE):
            written += b"%%%02X" % byte
        else:
            written.append(byte)
    return written.decode("ascii")


def _url_decode(_: Environment, arguments: str) -> str:
    data = arguments.encode("utf-8", "surrogateescape")
    return _DECODED.sub(lambda m: bytes((int(m[1], 16),)), data).decode("utf-8", "surrogateescape")


def _domain_and(environment: Environment, user: str) -> tuple[str, str]:
    name, at, domain = user.partition("@")
    return name, domain if at else environment.globals.get("domain", "cluecon.com")


def _user_data(environment: Environment, arguments: str) -> str:
    parts = separate(arguments, " ", 3)
    if len(parts) < 3:
        return ""
    name, domain = _domain_and(environment, parts[0])
    user = environment.configuration.user(name, domain)
    if user is None:
        return ""
    if parts[1] == "attr":
        return {**user.attributes, "domain-name": user.domain}.get(parts[2], "")
    values = user.variables if parts[1] == "var" else user.params
    return _caseless(values, parts[2])


def _domain_data(environment: Environment, arguments: str) -> str:
    parts = separate(arguments, " ", 3)
    domain = environment.configuration.domain(parts[0]) if len(parts) > 2 else None
    if domain is None:
        return ""
    if parts[1] == "attr":
        return domain.element.get(parts[2])
    return _caseless(domain.variables if parts[1] == "var" else domain.params, parts[2])


def _caseless(values: Mapping[str, str], key: str) -> str:
    return next((value for name, value in values.items() if name.lower() == key.lower()), "")


def _user_exists(environment: Environment, arguments: str) -> str:
    parts = separate(arguments, " ", 3)
    if len(parts) < 3:
        return "false"
    found = environment.configuration.domain(parts[2])
    if found is None:
        return "false"
    user = found.user(parts[1], parts[0])
    return "true" if user else "false"


def _acl(environment: Environment, arguments: str) -> str:
    from dialform.simulator.dialplan.networks import allows

    parts = separate(arguments, " ", 3)
    allowed = len(parts) > 1 and allows(environment.configuration, parts[0], parts[1])
    return "true" if allowed else "false"


def _host_lookup(environment: Environment, arguments: str) -> str:
    return address_of(arguments, environment.hosts) if arguments else "parameter missing\n"


def _strepoch(environment: Environment, arguments: str) -> str:
    now = environment.now()
    seconds = epoch(arguments, now) if arguments else int(now.timestamp())
    # The switch writes 32 bits of it, with a sign.
    return str((seconds + (1 << 31)) % (1 << 32) - (1 << 31))


def _strmicroepoch(environment: Environment, arguments: str) -> str:
    now = environment.now()
    return str(epoch(arguments, now) * 1_000_000 if arguments else int(now.timestamp() * 1_000_000))


def _strftime(environment: Environment, arguments: str) -> str:
    moment = environment.now()
    seconds, bar, rest = arguments.partition("|")
    if bar:
        # The switch passes over the sign after the bar as well.
        moment, arguments = datetime.fromtimestamp(integer(seconds), moment.tzinfo), rest[1:]
    return strftime(moment, arguments)


def _strftime_tz(environment: Environment, arguments: str) -> str:
    name, _, layout = arguments.partition(" ")
    moment = environment.now()
    seconds, bar, rest = layout.partition("|")
    if bar:
        layout = rest
        if integer(seconds):
            moment = datetime.fromtimestamp(integer(seconds), timezone.utc)  # noqa: UP017
    wanted = zone(environment.configuration, name) if name else timezone.utc  # noqa: UP017
    written = strftime(moment.astimezone(wanted), layout) if wanted else ""
    return written or "-ERR Invalid timezone/format\n"


def _limit_usage(environment: Environment, arguments: str) -> str:
    parts = separate(arguments, " ", 5)
    if len(parts) == 2:
        parts = ["db", *parts]
    if len(parts) < 3:
        return "USAGE: limit_usage <backend> <realm> <id> [rate]\n"
    usage = environment.limits.usage(parts[0], parts[1], parts[2])
    rate = len(parts) > 3 and parts[3].lower() == "rate"
    return f"{usage.total}/{usage.rate}" if rate else str(usage.total)


_PREFERENCES = {"greeting_path": "greeting", "name_path": "name", "password": "password"}


def _vm_prefs(environment: Environment, arguments: str) -> str:
    profile, slash, box = arguments.partition("/")
    box = box if slash else arguments
    box = box[4:] if box.lower().startswith("sip:") else box
    if not box:
        return "0"
    user, at, domain = box.partition("@")
    if not at:
        return "-ERR No domain specified\n"
    domain, bar, how = domain.partition("|")
    name = profile if slash and profile else "default"
    if name not in _mailbox_profiles(environment):
        asked = "No such profile" if slash and profile else "profile 'default' doesn't exist"
        return f"-ERR {asked}\n"
    kept = environment.mailboxes.get((user, domain), MailboxPreferences())
    wanted = _PREFERENCES.get(how.lower() if bar else "greeting_path")
    if wanted:
        return str(getattr(kept, wanted))
    return f"{kept.greeting}:{kept.name}:{kept.password}"


def _mailbox_profiles(environment: Environment) -> set[str]:
    found = environment.configuration.configuration("voicemail.conf")
    profiles = found.first("profiles") if found else None
    return {profile.get("name") for profile in profiles.all("profile")} if profiles else set()


def _module_exists(environment: Environment, arguments: str) -> str:
    found = environment.configuration.configuration("modules.conf")
    modules = found.first("modules") if found else None
    loaded = {m.get("module").lower() for m in modules.all("load")} if modules else set()
    return ("true" if arguments.lower() in loaded else "false") if arguments else ""


def _domain_exists(environment: Environment, arguments: str) -> str:
    if not arguments:
        return ""
    return "true" if environment.configuration.domain(arguments) else "false"


def _global_getvar(environment: Environment, arguments: str) -> str:
    if not arguments:
        return "".join(f"{name}={value}\n" for name, value in environment.globals.items())
    return environment.globals.get(arguments, "")


def _global_setvar(environment: Environment, arguments: str) -> str:
    parts = separate(arguments, "=", 3)
    if not parts or not parts[0]:
        return "-USAGE: <var>=<value> [=<value2>]\n"
    environment.globals.pop(parts[0], None)
    if len(parts) > 1 and parts[1]:
        environment.globals[parts[0]] = parts[1]
    return "+OK"


def _coalesce(_: Environment, arguments: str) -> str:
    parts = separate(arguments, ",", 256)
    if not parts:
        return "-USAGE: [^^<delim>]<value1>,<value2>,...\n"
    return next((part for part in parts if part), "")


def _file_exists(_: Environment, arguments: str) -> str:
    return "true" if arguments and Path(arguments).exists() else "false"


FUNCTIONS: dict[str, Function] = {
    "acl": _acl,
    "coalesce": _coalesce,
    "cond": lambda _, arguments: compare(arguments),
    "db": lambda environment, arguments: environment.db.api(arguments),
    "distributor": lambda environment, arguments: environment.distributor.api(arguments),
    "domain_data": _domain_data,
    "domain_exists": _domain_exists,
    "echo": lambda _, arguments: arguments,
    "expr": _expr,
    "file_exists": _file_exists,
    "global_getvar": _global_getvar,
    "global_setvar": _global_setvar,
    "hash": lambda environment, arguments: environment.hash.api(arguments),
    "host_lookup": _host_lookup,
    "limit_hash_usage": lambda environment, arguments: _limit_usage(
        environment, f"hash {arguments}"
    ),
    "limit_usage": _limit_usage,
    "md5": _md5,
    "module_exists": _module_exists,
    "regex": _regex,
    "replace": _replace,
    "sql_escape": lambda _, arguments: arguments.replace("'", "''"),
    "strepoch": _strepoch,
    "strftime": _strftime,
    "strftime_tz": _strftime_tz,
    "strmicroepoch": _strmicroepoch,
    "tolower": lambda _, arguments: arguments.translate(_LOWER),
    "toupper": lambda _, arguments: arguments.translate(_UPPER),
    "url_decode": _url_decode,
    "url_encode": _url_encode,
    "user_data": _user_data,
    "user_exists": _user_exists,
    "vm_prefs": _vm_prefs,
}
"""Command → what answers it. Names are as in `show api`; letter case says nothing."""
