"""`sofia status …`, the text for people (`cmd_status` in mod_sofia.c)."""

from datetime import UTC, datetime

from dialform.simulator.state.gateways import WAITING, Gateway
from dialform.simulator.state.live import Live
from dialform.simulator.state.profiles import Profile
from dialform.simulator.state.registrations import Registration

LINE = "=" * 97 + "\n"


def status(live: Live, words: list[str]) -> str:
    """`sofia status`, `… profile NAME [reg|user]`, `… gateway NAME`."""
    if not words:
        return _summary(live)
    if len(words) == 1:
        return _gateways(live)
    what = words[0].lower()
    if what == "gateway":
        found = live.profiles.gateway(words[1])
        return _gateway(live, found) if found else "Invalid Gateway!\n"
    if what == "profile":
        profile = live.profiles.find(words[1])
        return _profile(live, profile, words[1:]) if profile else "Invalid Profile!\n"
    return "Invalid Syntax!\n"


def waits(live: Live, gateway: Gateway) -> str:
    """When the next try comes, as it is shown behind some states."""
    if gateway.state not in WAITING:
        return ""
    seconds = int(gateway.retry) - int(live.clock.epoch)
    return f"{seconds}s" if seconds >= 0 else "NEVER"


def counted(number: int, word: str, plural: str) -> str:
    """`1 profile`, `2 profiles`."""
    return f"{number} {word if number == 1 else plural}"


def chosen(live: Live, profile: Profile, words: list[str]) -> list[Registration] | None:
    """The registrations that `reg [contact]` and `user user@domain` ask for; None: neither."""
    what = words[1].lower() if len(words) > 1 else ""
    extra = words[2] if len(words) > 2 else ""
    mine = [r for r in live.registrations if r.profile == profile.name]
    if what == "reg":
        return [r for r in mine if extra.lower() in r.contact.lower()]
    if what != "user" or not extra:
        return None
    user, at, domain = extra.partition("@")
    if not at:
        user, domain = "", extra
    return [r for r in mine if user in ("", r.user) and domain in ("", r.domain)]


def expiry(live: Live, registration: Registration) -> str:
    """`exp(…) expsecs(…)`, as the XML has it."""
    moment = datetime.fromtimestamp(int(registration.expires), UTC)
    seconds = int(registration.expires) - int(live.clock.epoch)
    return f"exp({moment:%Y-%m-%d %H:%M:%S}) expsecs({seconds})"


def _row(name: str, kind: str, data: str, state: str) -> str:
    return f"{name:>25}\t{kind}\t  {data:>40}\t{state}\n"


def _summary(live: Live) -> str:
    rows = [_row("Name", "   Type", "Data", "State"), LINE]
    profiles = aliases = 0
    for alias, profile in live.profiles.listed():
        if alias:
            aliases += 1
            rows.append(_row(alias, "  alias", profile.name, "ALIASED"))
            continue
        profiles += 1
        running = f"RUNNING ({live.in_use(profile.name)})"
        if not profile.tls_only:
            rows.append(_row(profile.name, "profile", profile.url, running))
        if profile.tls:
            rows.append(_row(profile.name, "profile", profile.tls_url, f"{running} (TLS)"))
        for gateway in profile.gateways:
            retry = waits(live, gateway)
            state = f"{gateway.state} (retry: {retry})" if retry else gateway.state
            rows.append(_row(f"{profile.name}::{gateway.name}", "gateway", gateway.user_at, state))
    total = f"{counted(profiles, 'profile', 'profiles')} {counted(aliases, 'alias', 'aliases')}\n"
    return "".join(rows) + LINE + total


def _gateways(live: Live) -> str:
    head = ("Profile::Gateway-Name", "    Data    ", "State", "Ping Time", "IB Calls(F/T)")
    rows = [
        f"{head[0]:>25}\t{head[1]:>32}\t{head[2]}\t{head[3]:>9}\t{head[4]}\tOB Calls(F/T)\n",
        LINE,
    ]
    sums = [0, 0, 0]
    for profile in live.profiles:
        for gateway in profile.gateways:
            key = f"{profile.name}::{gateway.name}"
            calls = f"0/{gateway.calls_in}\t{gateway.failed_calls}/{gateway.calls}"
            more = ""
            if gateway.state in WAITING:  # here it is the end of the try, not of the wait
                seconds = int(gateway.timeout) - int(live.clock.epoch)
                more = f" (retry: {seconds}s)" if seconds >= 0 else " (retry: NEVER)"
            row = f"{key:>25}\t{gateway.user_at:>32}\t{gateway.state}\t{0.0:6.2f}\t{calls}{more}\n"
            rows.append(row)
            sums[0] += gateway.calls_in
            sums[1] += gateway.failed_calls
            sums[2] += gateway.calls
    count = counted(len(rows) - 2, "gateway", "gateways")
    end = (
        f"{count}: Inbound(Failed/Total): 0/{sums[0]},Outbound(Failed/Total):{sums[1]}/{sums[2]}\n"
    )
    return "".join(rows) + LINE + end


def fields(live: Live, gateway: Gateway) -> list[tuple[str, str]]:
    """What is told of a gateway, under the names of the text."""
    uptime = int(live.clock.epoch - gateway.since) if gateway.up else 0
    return [
        ("Name    ", gateway.name),
        ("Profile ", gateway.profile),
        ("Scheme  ", gateway.params.get("scheme", "Digest")),
        ("Realm   ", gateway.realm),
        ("Username", gateway.username),
        ("Password", "yes" if gateway.params.get("password") else "no"),
        ("From    ", gateway.sender),
        ("Contact ", gateway.contact),
        ("Exten   ", gateway.extension),
        ("To      ", gateway.user_at),
        ("Proxy   ", gateway.register_proxy),
        ("Context ", gateway.context),
        ("Expires ", gateway.expiry),
        ("Freq    ", str(gateway.frequency)),
        ("Ping    ", "0"),
        ("PingFreq", "0"),
        ("PingTime", "0.00"),
        ("PingState", "0/0/0"),
        ("State   ", gateway.state),
        ("Status  ", "UP" if gateway.up else "DOWN"),
        ("Uptime  ", f"{uptime}s"),
        ("CallsIN ", str(gateway.calls_in)),
        ("CallsOUT", str(gateway.calls)),
        ("FailedCallsIN", "0"),
        ("FailedCallsOUT", str(gateway.failed_calls)),
    ]


def _gateway(live: Live, gateway: Gateway) -> str:
    rows = "".join(f"{name}\t{value}\n" for name, value in fields(live, gateway))
    return LINE + rows + LINE


def profile_fields(live: Live, profile: Profile, asked: str) -> list[tuple[str, str, str]]:
    """What is told of a profile: the name in the text, the name in the XML, the value."""
    params = profile.params
    codecs = params.get("codec-prefs", "PCMU,PCMA")
    alias = asked.lower() != profile.name.lower()
    reg = sum(1 for r in live.registrations if r.profile == profile.name)
    plain = not profile.tls_only
    late = params.get("inbound-late-negotiation", "false")
    found: list[tuple[str, str, str | None]] = [
        ("Name", "name", asked),
        ("Domain Name", "domain-name", params.get("sip-domain", "N/A")),
        ("Alias Of", "alias-of", profile.name if alias else None),
        ("Auto-NAT", "auto-nat", "false"),
        ("DBName", "db-name", params.get("dbname", f"sofia_reg_{profile.name}")),
        ("Pres Hosts", "pres-hosts", params.get("presence-hosts", "")),
        ("Dialplan", "dialplan", params.get("dialplan", "XML")),
        ("Context", "context", params.get("context", "default")),
        ("Challenge Realm", "challenge-realm", params.get("challenge-realm", "auto_to")),
        ("RTP-IP", "rtp-ip", params.get("rtp-ip", profile.ip)),
        ("Ext-RTP-IP", "ext-rtp-ip", params.get("ext-rtp-ip")),
        ("SIP-IP", "sip-ip", profile.ip),
        ("Ext-SIP-IP", "ext-sip-ip", profile.outside or None),
        ("URL", "url", profile.url if plain else None),
        ("BIND-URL", "bind-url", profile.bind_url if plain else None),
        ("TLS-URL", "tls-url", profile.tls_url if profile.tls else None),
        ("TLS-BIND-URL", "tls-bind-url", profile.tls_bind_url if profile.tls else None),
        ("WS-BIND-URL ", "ws-bind-url", profile.binding("ws") or None),
        ("WSS-BIND-URL", "wss-bind-url", profile.binding("wss") or None),
        ("HOLD-MUSIC", "hold-music", params.get("hold-music") or "N/A"),
        ("OUTBOUND-PROXY", "outbound-proxy", params.get("outbound-proxy") or "N/A"),
        ("CODECS IN", "inbound-codecs", params.get("inbound-codec-prefs", codecs)),
        ("CODECS OUT", "outbound-codecs", params.get("outbound-codec-prefs", codecs)),
        ("TEL-EVENT", "tel-event", params.get("rfc2833-pt", "101")),
        ("DTMF-MODE", "dtmf-mode", params.get("dtmf-type", "rfc2833")),
        ("CNG", "cng", params.get("cng-pt", "13")),
        ("SESSION-TO", "session-to", params.get("session-timeout", "0")),
        ("MAX-DIALOG", "max-dialog", params.get("max-proceeding", "0")),
        ("MAX-RECV-RPS", "max-recv-rps", params.get("max-recv-requests-per-second", "1000")),
        ("NOMEDIA", "nomedia", "false"),
        ("LATE-NEG", "late-neg", late),
        ("PROXY-MEDIA", "proxy-media", "false"),
        ("AGGRESSIVENAT", "aggressive-nat", params.get("aggressive-nat-detection", "false")),
        (
            "MAX-REG-PEREXT",
            "max-registrations-per-extension",
            params.get("max-registrations-per-extension"),
        ),
        ("CALLS-IN", "calls-in", str(profile.calls_in)),
        ("FAILED-CALLS-IN", "failed-calls-in", str(profile.failed_in)),
        ("CALLS-OUT", "calls-out", str(profile.calls_out)),
        ("FAILED-CALLS-OUT", "failed-calls-out", str(profile.failed_out)),
        ("REGISTRATIONS", "registrations", str(reg)),
    ]
    return [(text, tag, value) for text, tag, value in found if value is not None]


def _profile(live: Live, profile: Profile, words: list[str]) -> str:
    out = ""
    if len(words) < 2 or words[1].lower() not in ("reg", "user"):
        out += LINE
        for name, _, value in profile_fields(live, profile, words[0]):
            width = 16 if name.endswith(" ") else 17
            out += f"{name:<{width}}\t{value}\n"
    found = chosen(live, profile, words)
    if found is None:
        return out
    rows = "".join(_registration(live, each) for each in found)
    return f"{out}\nRegistrations:\n{LINE}{rows}Total items returned: {len(found)}\n{LINE}"


def _registration(live: Live, found: Registration) -> str:
    rows = (
        ("Call-ID:    ", found.call_id),
        ("User:       ", found.address),
        ("Contact:    ", found.contact),
        ("Agent:      ", found.agent),
        ("Status:     ", f"{found.status}(unknown) {expiry(live, found).upper()}"),
        ("Ping-Status:", "Reachable"),
        ("Ping-Time:", "0.00"),
        ("Host:       ", live.identity.hostname),
        ("IP:         ", found.ip),
        ("Port:       ", str(found.port)),
        ("Auth-User:  ", found.login),
        ("Auth-Realm: ", found.domain),
        ("MWI-Account:", found.address),
    )
    return "".join(f"{name}\t{value}\n" for name, value in rows) + "\n"
