"""`sofia xmlstatus …`, the same for programs (`cmd_xml_status` in mod_sofia.c).

There is stray text between the elements of the summary; it is the switch's own.
"""

from html import escape

from dialform.simulator.commands.sofiastatus import chosen, expiry, fields, profile_fields, waits
from dialform.simulator.esl.serial import encode
from dialform.simulator.state.gateways import Gateway
from dialform.simulator.state.live import Live
from dialform.simulator.state.profiles import Profile
from dialform.simulator.state.registrations import Registration

HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
_ESCAPED = ("from", "contact", "exten")


def status(live: Live, words: list[str]) -> str:
    """`sofia xmlstatus`, `… profile NAME [reg|user]`, `… gateway [NAME]`."""
    if not words:
        return _summary(live)
    if len(words) == 1:
        every = (gateway for profile in live.profiles for gateway in profile.gateways)
        inside = "".join(_gateway(live, gateway) for gateway in every)
        return f"{HEAD}<gateways>\n{inside}</gateways>\n"
    what = words[0].lower()
    if what == "gateway":
        found = live.profiles.gateway(words[1])
        return HEAD + _gateway(live, found) if found else "Invalid Gateway!\n"
    if what == "profile":
        profile = live.profiles.find(words[1])
        return _profile(live, profile, words[1:]) if profile else "Invalid Profile!\n"
    return "Invalid Syntax!\n"


def _entry(tag: str, name: str, kind: str, data: str, state: str) -> str:
    inside = "".join(
        f"<{field}>{value}</{field}>\n"
        for field, value in (("name", name), ("type", kind), ("data", data), ("state", state))
    )
    return f"<{tag}>\n{inside}</{tag}>\n"


def _summary(live: Live) -> str:
    out = f"{HEAD}<profiles>\n"
    for alias, profile in live.profiles.listed():
        if alias:
            out += _entry("alias", alias, "alias", profile.name, "ALIASED")
            continue
        running = f"RUNNING ({live.in_use(profile.name)})"
        bound = [
            ("" if profile.tls_only else profile.url, ""),
            (profile.tls_url if profile.tls else "", " (TLS)"),
            (profile.binding("ws"), " (WS)"),
            (profile.binding("wss"), " (WSS)"),
        ]
        for url, mark in bound:
            if url:
                out += _entry("profile", profile.name, "profile", url, running + mark)
        for gateway in profile.gateways:
            out += _entry("gateway", gateway.name, "gateway", gateway.user_at, gateway.state)
            retry = waits(live, gateway)
            out += f" (retry: {retry})\n" if retry else "\n"
    return f"{out}</profiles>\n"


def _gateway(live: Live, gateway: Gateway) -> str:
    told = {name.strip().lower(): value for name, value in fields(live, gateway)}
    uptime = int((live.clock.epoch - gateway.since) * 1_000_000) if gateway.up else 0
    rows = [
        *((name, told[name]) for name in _FIRST),
        ("pingfreq", "0"),
        ("pingmin", "0"),
        ("pingcount", "0"),
        ("pingmax", "0"),
        ("pingtime", "0.00"),
        ("pinging", "0"),
        ("state", gateway.state),
        ("status", told["status"]),
        ("uptime-usec", str(uptime)),
        ("calls-in", told["callsin"]),
        ("calls-out", told["callsout"]),
        ("failed-calls-in", told["failedcallsin"]),
        ("failed-calls-out", told["failedcallsout"]),
    ]
    if retry := waits(live, gateway):
        rows.append(("retry", retry))
    inside = "".join(
        f"    <{name}>{escape(value) if name in _ESCAPED else value}</{name}>\n"
        for name, value in rows
    )
    return f"  <gateway>\n{inside}  </gateway>\n"


_FIRST = (
    "name", "profile", "scheme", "realm", "username", "password", "from", "contact", "exten", "to",
    "proxy", "context", "expires", "freq", "ping",
)  # fmt: skip


def _profile(live: Live, profile: Profile, words: list[str]) -> str:
    out = f"{HEAD}<profile>\n"
    if len(words) < 2 or words[1].lower() not in ("reg", "user"):
        told = [(tag, value) for _, tag, value in profile_fields(live, profile, words[0])]
        # Here the failed calls stand behind the others; in the text each behind its own.
        told.sort(key=lambda pair: _LAST.index(pair[0]) if pair[0] in _LAST else -1)
        rows = "".join(f"    <{tag}>{value}</{tag}>\n" for tag, value in told)
        out += f"  <profile-info>\n{rows}  </profile-info>\n"
    found = chosen(live, profile, words)
    if found is not None:
        rows = "".join(_registration(live, each) for each in found)
        out += f"  <registrations>\n{rows}  </registrations>\n"
    return f"{out}</profile>\n"


_LAST = ("calls-in", "calls-out", "failed-calls-in", "failed-calls-out", "registrations")


def _registration(live: Live, found: Registration) -> str:
    rows = (
        ("call-id", found.call_id),
        ("user", found.address),
        ("contact", escape(found.contact)),
        ("agent", escape(found.agent)),
        ("status", f"{found.status}(unknown) {expiry(live, found)}"),
        ("ping-status", "Reachable"),
        ("ping-time", "0.00"),
        ("host", live.identity.hostname),
        ("network-ip", found.ip),
        ("network-port", str(found.port)),
        ("sip-auth-user", encode(found.login)),
        ("sip-auth-realm", found.domain),
        ("mwi-account", found.address),
    )
    inside = "".join(f"        <{name}>{value}</{name}>\n" for name, value in rows)
    return f"    <registration>\n{inside}    </registration>\n"
