"""`show …`: what the core's database holds of channels, calls, registrations and interfaces."""

from datetime import UTC, datetime

from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.facts import call_state
from dialform.simulator.commands.tables import FORMS, Row, counted
from dialform.simulator.state.live import Live
from dialform.simulator.state.modules import BROUGHT, owner

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
            "hostname": live.identity.name,
            "metadata": "",
        }
        for found in live.registrations
    ]


def _channels(live: Live) -> list[Row]:
    return [_channel(live, channel) for channel in live.switch.channels.values()]


def _channel(live: Live, channel: Channel) -> Row:
    first, now = channel.profiles[-1], channel.profile
    created = datetime.fromtimestamp(first.times.created // 1_000_000, UTC)
    codec = ("PCMU", "8000", "64000") if channel.media else ("", "", "")
    application, data, _ = channel.log[-1] if channel.log else ("", "", 0)
    return {
        "uuid": channel.uuid,
        "direction": channel.direction,
        "created": f"{created:%Y-%m-%d %H:%M:%S}",
        "created_epoch": str(first.times.created // 1_000_000),
        "name": channel.name,
        "state": f"CS_{channel.running.name}",
        "cid_name": now.caller_id_name,
        "cid_num": now.caller_id_number,
        "ip_addr": now.network_addr,
        "dest": now.destination_number,
        "application": application,
        "application_data": data,
        "dialplan": now.dialplan,
        "context": now.context,
        **dict(zip(("read_codec", "read_rate", "read_bit_rate"), codec, strict=True)),
        **dict(zip(("write_codec", "write_rate", "write_bit_rate"), codec, strict=True)),
        "secure": "",
        "hostname": live.identity.name,
        "presence_id": channel.variables.get("presence_id", ""),
        "presence_data": channel.variables.get("presence_data", ""),
        "accountcode": channel.variables.get("accountcode", ""),
        "callstate": call_state(channel),
        "callee_name": now.callee_id_name,
        "callee_num": now.callee_id_number,
        "callee_direction": "RECV" if channel.direction == "outbound" else "SEND",
        "call_uuid": channel.variables.get("call_uuid") or channel.uuid,
        "sent_callee_name": channel.variables.get("last_sent_callee_id_name", ""),
        "sent_callee_num": channel.variables.get("last_sent_callee_id_number", ""),
        "initial_cid_name": first.caller_id_name,
        "initial_cid_num": first.caller_id_number,
        "initial_ip_addr": first.network_addr,
        "initial_dest": first.destination_number,
        "initial_dialplan": first.dialplan,
        "initial_context": first.context,
    }


_OF_CALL = (
    "uuid", "direction", "created", "created_epoch", "name", "state", "cid_name", "cid_num",
    "ip_addr", "dest", "presence_id", "presence_data", "accountcode", "callstate", "callee_name",
    "callee_num", "callee_direction", "call_uuid", "hostname", "sent_callee_name",
    "sent_callee_num",
)  # fmt: skip
_ONCE = ("call_uuid", "hostname")


def _calls(live: Live) -> list[Row]:
    """Bridged channels as one row, all others alone (the view `basic_calls`)."""
    rows: list[Row] = []
    bridged = {c.partner.uuid for c in live.switch.channels.values() if _leads(c) and c.partner}
    for channel in live.switch.channels.values():
        if channel.uuid in bridged:
            continue
        mine = _channel(live, channel)
        other = channel.partner if _leads(channel) else None
        theirs = _channel(live, other) if other else {}
        row = {name: mine[name] for name in _OF_CALL}
        row |= {f"b_{n}": theirs.get(n, "") for n in _OF_CALL if n not in _ONCE}
        bridge = str(channel.profile.times.bridged // 1_000_000) if other else ""
        rows.append({**row, "call_created_epoch": bridge})
    return rows


def _leads(channel: Channel) -> bool:
    """Whether it is the first leg of its call."""
    return channel.partner is not None and not channel.profile.originators


def _bridged(live: Live) -> list[Row]:
    return [row for row in _calls(live) if row["b_uuid"]]


def _modules(live: Live) -> list[Row]:
    """The API commands alone: the simulator has no files that bring codecs and the like."""
    from dialform.simulator.commands.table import COMMANDS

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
