"""`show …`: what the core's database holds of channels, calls, registrations and interfaces."""

from ..live import Live
from ..modules import BROUGHT, owner
from .tables import FORMS, Row, counted

SYNTAX = (
    "codec|endpoint|application|api|dialplan|file|timer|calls [count]|"
    "channels [count|like <match string>]|calls|detailed_calls|bridged_calls|"
    "detailed_bridged_calls|aliases|complete|chat|management|modules|nat_map|say|interfaces|"
    "interface_types|tasks|limits|status"
)


def show(live: Live, text: str) -> str:
    """`show WHAT [count] [as json|xml|csv]`."""
    words = text.split()
    find = _TABLES.get(words[0].lower()) if words else None
    if find is None:
        return f"-USAGE: {SYNTAX}\n"
    rows = find(live)
    options = [word.lower() for word in words[1:]]
    form = "delim"
    if "as" in options[:-1]:
        form = options[options.index("as") + 1]
    if form not in FORMS:
        return f"-ERR Cannot find format {form}\n"
    if options[:1] == ["like"] and len(words) > 2:
        rows = [row for row in rows if _like(row, words[2])]
    if options[:1] == ["count"]:
        return counted(len(rows), form)
    return FORMS[form](rows)


def _like(row: Row, wanted: str) -> bool:
    wanted = wanted.strip("%").lower()
    fields = ("uuid", "name", "cid_name", "cid_num", "presence_data", "accountcode")
    return any(wanted in row[field].lower() for field in fields)


def _registrations(live: Live) -> list[Row]:
    return [
        {
            "reg_user": found.user,
            "realm": found.domain,
            "token": found.call_id,
            "url": found.url,
            "expires": str(int(found.expires)),
            "network_ip": found.ip,
            "network_port": str(found.port),
            "network_proto": found.transport,
            "hostname": live.identity.hostname,
            "metadata": "",
        }
        for found in live.registrations
    ]


def _channels(live: Live) -> list[Row]:
    return live.channel_rows()


def _calls(live: Live) -> list[Row]:
    return live.call_rows()


def _bridged(live: Live) -> list[Row]:
    return [row for row in live.call_rows() if row["b_uuid"]]


def _modules(live: Live) -> list[Row]:
    """The API commands alone: the simulator has no files that bring codecs and the like."""
    from .table import COMMANDS

    names = {*COMMANDS, *(name for names in BROUGHT.values() for name in names)}
    return [
        {
            "type": "api",
            "name": name,
            "ikey": owner(name),
            "filename": f"/usr/lib/freeswitch/mod/{owner(name)}.so",
        }
        for name in sorted(names)
        if live.has(name)
    ]


def _nothing(live: Live) -> list[Row]:
    return []


_TABLES = {
    "registrations": _registrations,
    "channels": _channels,
    "calls": _calls,
    "detailed_calls": _calls,
    "bridged_calls": _bridged,
    "detailed_bridged_calls": _bridged,
    "modules": _modules,
    "api": _modules,
    "aliases": _nothing,
    "complete": _nothing,
    "nat_map": _nothing,
    "tasks": _nothing,
}
