"""Every field of the format does something: it changes what is compiled, or it says that it does not.

Each case changes one field of a site that uses them all, and looks at what became of it. A number's
`description` is a note for people and changes nothing.
"""

import copy
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.compiler.stamp import SITE
from dialform.renderers import site as renderer
from dialform.schema.account import TenantFeatureCodes
from dialform.schema.billing import Billing
from dialform.schema.diagnostic import Severity
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Route
from dialform.schema.tenant import Tenant
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[2]

PLATFORM: dict[str, Any] = {
    "platform": "test", "domain": "pbx.example.com", "country": "US", "timezone": "America/New_York",
    "hosts": {"pbx1": {"address": "203.0.113.10", "ports": {"ws": 5065}}},
    "emergency": {"caller_id": "+12125550101", "location": "Here"},
    "mail": {"smtp": "smtp://127.0.0.1:25", "from": "pbx@example.com"},
    "provisioning": {"base_url": "https://pbx.example.com/provision/"},
}  # fmt: skip
PROVIDERS: dict[str, dict[str, Any]] = {
    "one": {
        "host": "203.0.113.20",
        "username": "u",
        "password": {"env": "ONE"},
        "caller_id": "+12125550100",
    },
    "two": {"host": "203.0.113.21", "register": False},
}
ROUTES: dict[str, Any] = {
    "routes": {
        "us": {"service": "voice", "prefix": "+1", "toll": "national", "providers": ["one"]},
        "sos": {
            "service": "voice",
            "exact": ["911"],
            "toll": "emergency",
            "providers": ["one", "two"],
        },
        "fax": {"service": "fax", "prefix": "+1", "providers": ["one"]},
    }
}
BILLING: dict[str, Any] = {
    "packages": {
        "all": {
            "slots": {
                "extensions": 9,
                "ring_groups": 9,
                "conferences": 9,
                "voicemails": 9,
                "ivr_menus": 9,
                "call_queues": 9,
                "devices": 9,
                "music_on_hold": 9,
            }
        }
    },
    "rates": {"us": {"service": "voice", "per_minute": "0.01"}},
    "plans": {"flat": {"rates": ["us"]}, "other": {"rates": ["us"]}},
}
TENANT: dict[str, Any] = {
    "company": "Acme Corp",
    "permissions": ["ring_groups", "voicemails", "ivr_menus", "inbound_routes", "devices", "follow_me",
                    "music_on_hold", "call_queues", "conferences", "send_fax", "receive_fax", "fax_setting",
                    "contacts"],
    "subscription": {"package": "all", "plan": "flat"},
    "numbers": {"+12125550199": {"provider": "one"}, "+12125550150": {"provider": "one"},
                "+12125550160": {"provider": "one"}},
    "users": {
        "alice": {"name": "Alice", "role": "tenant_admin"},
        "bob": {"name": "Bob", "role": "user", "permissions": ["voicemails"],
                "slots": {"extensions": 1, "voicemails": 1}},
    },
    "extensions": {
        "1001": {"name": "Alice", "user": "alice", "voicemail": {"email": "a@acme.example"},
                 "record": ["outbound"]},
        "1002": {"name": "Bob", "user": "bob", "voicemail": True},
        "1003": {"name": "Carol"},
        "1050": {"name": "Fax", "type": "fax"},
    },
    "voicemails": {"1999": {"name": "All"}},
    "ring_groups": {"600": {"name": "Sales", "members": ["1001", "1002"], "no_answer": {"voicemail": "1999"}}},
    "follow_me": {"1003": {"when": ["no_answer"], "destinations": ["1001", {"number": "+12125550123", "timeout": 9}]}},
    "call_queues": {"800": {"name": "Support", "agents": ["1001", "1002"], "max_wait": 60, "timeout": {"hangup": True}}},
    "schedules": {"office": {"open": ["Mon-Fri 09:00-17:00"]}},
    "music_on_hold": {"default": {"files": ["media/hold.wav"]}},
    "parking": {"lot": "5900", "slots": "5901-5903"},
    "conferences": {"900": {"name": "All hands", "moderator_pin": {"env": "PIN"}}},
    "paging": {"950": {"members": ["1001", "1002"]}},
    "ivr_menus": {"700": {"name": "Main", "greeting": "media/welcome.wav", "options": {"1": {"ring_group": "600"}},
                          "no_input": {"extension": "1001"}}},
    "devices": {
        "bob-web": {"label": "Bob's browser", "vendor": "webphone", "lines": [{"extension": "1002"}]},
        "805ec0a00004": {"label": "Desk", "vendor": "yealink", "model": "t46s", "profile": "desk",
                         "lines": [{"extension": "1001"}, {"extension": "1003"}], "keys": [{"type": "dnd"}]},
    },
    "device_profiles": {
        "desk": {"codecs": ["PCMU"], "keys": [{"type": "blf", "value": "1002"}]},
        "other": {"codecs": ["PCMA"]},
    },
    "inbound_routes": {
        "+12125550199": {"schedule": "office", "open": {"ivr": "700"}, "closed": {"voicemail": "1999"}},
        "+12125550150": {"ring_group": "600"},
        "+12125550160": {"fax": "1050"},
    },
    "fax": {
        "accounts": {"1050": {"number": "+12125550160", "deliver_to": "fax@acme.example"}},
        "documents": {"prices": {"file": "media/prices.txt"}},
    },
    "contacts": {"dentist": {"name": "Dentist", "fax": "+12125550177"}},
}  # fmt: skip

Site = dict[str, Any]


def base() -> Site:
    return copy.deepcopy(
        {
            "platform": PLATFORM,
            "providers": PROVIDERS,
            "routes": ROUTES,
            "billing": BILLING,
            "tenant": TENANT,
        }
    )


_SITE = {SITE, ".cache"}
"""The site itself lies in a host's folder too, as it is written: that a field stands there shows nothing."""


def _said(content: bytes, revision: str) -> bytes:
    """A file's content without what only says that something changed somewhere."""
    lines = content.replace(revision.encode(), b"REVISION").split(b"\n")
    return b"\n".join(line for line in lines if f'"{SITE}/'.encode() not in line)


def compiled(site: Site) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """The released files of a site, and its findings (code, message)."""
    yaml = YAML(typ="safe", pure=True)
    with tempfile.TemporaryDirectory() as name:
        root, out = Path(name) / "site", Path(name) / "out"
        for path, data in {
            "platform.yaml": site["platform"], "routes.yaml": site["routes"], "billing.yaml": site["billing"],
            "tenants.d/acme.yaml": site["tenant"],
            **{f"providers.d/{key}.yaml": value for key, value in site["providers"].items()},
        }.items():  # fmt: skip
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with (root / path).open("w") as file:
                yaml.dump(data, file)
        (root / "media").mkdir()
        for media in ("welcome.wav", "general.wav", "hold.wav"):
            shutil.copy2(ROOT / "media" / media, root / "media" / media)
        for text in ("prices.txt", "other.txt", "cover.html"):
            (root / "media" / text).write_text("<p>{{ subject }}</p>")
        run = Run(scan(root), open_store(None, {**os.environ, "ONE": "x"}), 1)
        outcome = build(run, renderer, Options(out, full=True))
        files = {
            str(p.relative_to(out)): _said(p.read_bytes(), outcome.revision)
            for p in out.rglob("*")
            if p.is_file() and not _SITE & set(p.relative_to(out).parts)
        }
    found = [(d.code, d.message) for d in outcome.diagnostics]
    errors = [d for d in outcome.diagnostics if d.severity is Severity.ERROR]
    return files if not errors else {}, found


@cache
def before() -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    files, found = compiled(base())
    assert files, found
    return files, found


def put(site: Site, path: str, value: Any) -> None:
    *steps, last = path.split("/")
    for step in steps:
        site = site.setdefault(step, {})
    if value is None:
        site.pop(last)
    else:
        site[last] = value


EXTENSION = "tenant/extensions/1003"
FOLLOW = "tenant/follow_me/1003"
WEB = "tenant/devices/bob-web"
DESK, PROFILE = "tenant/devices/805ec0a00004", "tenant/device_profiles/desk"
GROUP, MENU, HOST = "tenant/ring_groups/600", "tenant/ivr_menus/700", "platform/hosts/pbx1"
QUEUE = "tenant/call_queues/800"
FAX, DENTIST = "tenant/fax/accounts/1050", "tenant/contacts/dentist"

CHANGES: list[tuple[str, Any]] = [
    ("platform/domain", "voice.example.com"), ("platform/country", "GB"),
    ("platform/timezone", "Europe/Berlin"), ("platform/language", "fr"),
    (f"{HOST}/address", "203.0.113.11"), (f"{HOST}/bind", "127.0.0.1"),
    (f"{HOST}/esl", {"host": "127.0.0.2"}), (f"{HOST}/esl", {"port": 8022}),
    (f"{HOST}/esl", {"password": {"env": "ONE"}}), (f"{HOST}/wave", 1),
    (f"{HOST}/tenants", ["b*"]),
    *((f"{HOST}/paths", {name: f"/srv/{name}"})
      for name in ("log", "db", "certs", "sounds", "recordings", "storage", "cdr")),
    ("platform/redis", "redis://127.0.0.1:6379"), ("platform/redis_password", {"env": "ONE"}), ("platform/core_db", "postgresql://127.0.0.1/fs"),
    ("platform/feature_codes", {"voicemail": "*97"}), ("platform/defaults", {"ring_timeout": 17}),
    ("platform/defaults", {"codecs": ["PCMA"]}), ("platform/defaults", {"toll": "premium"}),
    ("platform/emergency", {"caller_id": "+12125550102"}), ("platform/emergency", {"location": "There"}),
    ("platform/mail/smtp", "smtp://127.0.0.1:26"), ("platform/mail/from", "other@example.com"),
    ("platform/currency", "EUR"), ("platform/console", {"base_url": "http://portal.example.com/"}),
    *((f"{HOST}/ports", {"ws": 5065, **port}) for port in (
        {"internal": 5070}, {"tls": 5071}, {"external": 5090}, {"rtp": "20000-21000"}, {"wss": 5068},
        {"wss": None}, {"ws": 5066})), (f"{HOST}/ws_bind", "127.0.0.2"),
    (f"{HOST}/address6", "2001:db8::10"), (f"{HOST}/bind6", "2001:db8::11"),
    *((f"{HOST}/nat", nat) for nat in ({"local_networks": ["10.0.0.0/8"]}, {"keepalive": 20}, {"drop_silent": True},
                                       {"aggressive": True}, {"rport": False})),
    ("providers/one/host", "203.0.113.22"), ("providers/one/port", 5070), ("providers/one/transport", "tcp"),
    ("providers/one/username", "v"), ("providers/one/password", {"env": "HOME"}), ("providers/one/register", False),
    ("providers/two/addresses", ["198.51.100.0/24"]), ("providers/one/caller_id", "+12125550103"),
    ("providers/one/caller_id_in", "pai"), ("providers/one/caller_id_in", "rpid"),
    ("providers/one/number_format", "digits"), ("providers/one/number_format", "national"),
    ("providers/one/codecs", ["G722"]), ("providers/one/max_channels", 3), ("providers/two/active", False),
    ("routes/routes/us/service", "fax"), ("routes/routes/us/prefix", "+1212"), ("routes/routes/sos/exact", ["912"]),
    ("routes/routes/world", {"pattern": "^\\+44[0-9]+$", "providers": ["one"]}), ("routes/routes/us/except", ["+1900"]),
    ("routes/routes/us/toll", "international"), ("routes/routes/us/providers", ["two"]), ("routes/routes/us/plan", "flat"),
    ("billing/packages/all/slots/extensions", 1), ("tenant/subscription/overrides", {"extensions": 1}),
    ("tenant/subscription/plan", "other"), ("tenant/subscription/on_zero_credit", "block"),
    ("tenant/subscription/since", "2026-01-01"), ("tenant/subscription/package", "none"),
    ("tenant/company", "Other"), ("tenant/contact", "it@acme.example"), ("tenant/domain", "acme.example"),
    ("tenant/status", "suspended"), ("tenant/timezone", "Europe/Berlin"), ("tenant/country", "GB"),
    ("tenant/language", "fr"), ("tenant/currency", "EUR"), ("tenant/caller_id", "+12125550199"),
    ("tenant/emergency", {"caller_id": "+12125550199"}), ("tenant/emergency", {"location": "Desk"}),
    ("tenant/limits", {"low_credit_alert": "5"}), ("tenant/limits", {"hourly_spend_alert": "5"}),
    ("platform/ledger", "mysql://10.0.0.5/x"),
    *((f"tenant/payments/{key}", {"date": "2026-11-03", "amount": "1.00", **more}) for key, more in (
        ("a", {}), ("b", {"note": "x"}))),
    ("billing/partial_fax", "charge"), ("billing/packages/all/included", {"voice_minutes": 5}),
    ("billing/plans/flat/rates", ["us", "eu"]),
    *(("billing/rates/eu", {"service": "voice", "prefix": "+3", "per_minute": "1", **more}) for more in (
        {}, {"direction": "inbound"}, {"first": 30}, {"next": 6}, {"connect": "1"}, {"minimum": "1"},
        {"per_minute": "0", "free": True}, {"from": "2026-01-01"}, {"until": "2026-12-31"})),
    ("billing/rates/eu", {"service": "fax", "prefix": "+3", "per_page": "1"}), ("billing/rates/eu", {"file": "rates/eu.csv"}),
    ("tenant/limits", {"daily": 5}), ("tenant/limits", {"monthly": 5}), ("tenant/limits", {"concurrent_calls": 5}),
    ("tenant/permissions", ["voicemails"]), ("tenant/revoke", ["ivr_menus"]),
    ("tenant/numbers/+12125550199/provider", "two"), ("tenant/feature_codes", {"voicemail": "*97"}),
    ("tenant/users/bob/role", "end_user"), ("tenant/users/bob/permissions", []), ("tenant/users/bob/revoke", ["voicemails"]),
    ("tenant/users/bob/slots/extensions", 0), ("tenant/users/bob/email", "bob@acme.example"),
    ("tenant/users/bob/name", "Robert"),
    (f"{EXTENSION}/name", "Cara"), (f"{EXTENSION}/user", "bob"), (f"{EXTENSION}/type", "fax"),
    (f"{EXTENSION}/password", {"env": "ONE"}), (f"{EXTENSION}/rotate", 2), (f"{EXTENSION}/voicemail", True),
    (f"{EXTENSION}/caller_id", "+12125550199"), (f"{EXTENSION}/caller_id_name", "Desk"), (f"{EXTENSION}/toll", "premium"),
    (f"{EXTENSION}/ring_timeout", 11), (f"{EXTENSION}/no_answer", {"extension": "1001"}),
    (f"{EXTENSION}/busy", {"ring_group": "600"}), (f"{EXTENSION}/unregistered", {"external": "+12125550123"}),
    (f"{EXTENSION}/emergency", {"location": "Roof"}), (f"{EXTENSION}/emergency", {"caller_id": "+12125550199"}),
    (f"{EXTENSION}/allow", ["192.0.2.0/24"]), (f"{EXTENSION}/record", "all"), (f"{EXTENSION}/record", ["inbound"]),
    ("tenant/recording", {"announcement": "media/general.wav"}), ("tenant/recording", {"keep_days": 30}),
    ("tenant/extensions/1001/record", []), ("tenant/music_on_hold/default/files", ["media/welcome.wav"]),
    ("tenant/music_on_hold/default/files", ["media/hold.wav", "media/hold.wav"]),
    ("tenant/music_on_hold/default/shuffle", True),
    (f"{EXTENSION}/max_calls", 2), (f"{EXTENSION}/directory", False), (f"{EXTENSION}/pickup_group", "sales"),
    (f"{EXTENSION}/srtp", "off"), (f"{EXTENSION}/srtp", "required"),
    ("tenant/extensions/1001/voicemail", {"email": "b@acme.example"}),
    *((f"tenant/voicemails/1999/{key}", value) for key, value in {
        "name": "Other", "pin": {"env": "PIN"}, "rotate": 2, "email": "x@acme.example",
        "greeting": "media/general.wav"}.items()),
    ("tenant/extensions/1001/voicemail/attach", False), ("tenant/extensions/1001/voicemail/keep", False),
    (f"{FOLLOW}/when", ["busy"]), (f"{FOLLOW}/when", ["unregistered", "no_answer"]), (f"{FOLLOW}/when", ["always"]),
    (f"{FOLLOW}/strategy", "simultaneous"), (f"{FOLLOW}/destinations", ["1001"]),
    *((f"{FOLLOW}/destinations", [{"number": "1001", **more}]) for more in ({"timeout": 7}, {"delay": 3}, {"confirm": True})),
    *(("tenant/feature_codes", {name: code}) for name in ("forward_on", "forward_off", "dnd_on", "dnd_off", "blind_transfer", "attended_transfer") for code in ("*61", None)),
    (f"{GROUP}/name", "Other"), *((f"{GROUP}/strategy", s) for s in ("sequence", "round_robin", "random")),
    (f"{GROUP}/timeout", 31), (f"{GROUP}/members", ["1001"]), (f"{GROUP}/members", [{"number": "1001", "delay": 3}, "1002"]),
    (f"{GROUP}/members", [{"number": "1001", "timeout": 7}, "1002"]), (f"{GROUP}/members", ["1001", "+12125550123"]),
    (f"{GROUP}/no_answer", {"hangup": "busy"}), (f"{GROUP}/no_answer", {"play": "media/hold.wav"}),
    (f"{MENU}/name", "Other"), (f"{MENU}/greeting", "media/general.wav"), (f"{MENU}/short_greeting", "media/general.wav"),
    (f"{MENU}/timeout", 9), (f"{MENU}/digit_timeout", 4), (f"{MENU}/max_failures", 5), (f"{MENU}/max_timeouts", 4),
    (f"{MENU}/direct_dial", True), (f"{MENU}/options/2", {"extension": "1002"}), (f"{MENU}/invalid", {"extension": "1001"}),
    (f"{MENU}/no_input", {"hangup": True}), (f"{MENU}/options/3", {"external": {"number": "+12125550123", "pass_caller_id": True}}),
    *((f"{WEB}/{key}", value) for key, value in {
        "vendor": "snom", "lines": [{"extension": "1003"}], "user": "bob", "model": "x", "template": "x",
        "profile": "x", "rotate": 2, "keys": [{"type": "none"}]}.items()),
    (f"{WEB}/lines", [{"extension": "1002", "label": "x"}]), (f"{WEB}/lines", [{"extension": "1002", "server": "x"}]),
    (f"{WEB}/lines", [{"extension": "1002", "ringtone": "x"}]), (f"{WEB}/modules", ["x"]),
    *((f"{DESK}/{key}", value) for key, value in {
        "label": "Other", "vendor": "webphone", "model": "t4x", "template": "x", "profile": "other", "user": "bob",
        "lines": [{"extension": "1001"}], "keys": [{"type": "dnd", "label": "x"}], "modules": ["exp40"], "rotate": 2}.items()),
    *((f"{DESK}/lines", [{"extension": "1001", **more}, {"extension": "1003"}]) for more in (
        {"server": "192.0.2.1"}, {"server": "192.0.2.1:5070"}, {"label": "Me"}, {"ringtone": "3"})),
    *((f"{PROFILE}/{key}", value) for key, value in {
        "codecs": ["PCMA"], "dtmf": "info", "transport": "tls", "timezone": "Asia/Tokyo", "language": "de",
        "ntp": "ntp.example.com", "vlan": 7, "ringtone": "3", "admin_password": {"env": "ONE"},
        "firmware": "https://files.example.com/t46s.rom"}.items()),
    *((f"{PROFILE}/screen", {key: 60}) for key in ("backlight", "brightness", "screensaver")),
    *((f"{PROFILE}/keys", [{"type": "blf", "value": "1002", **more}]) for more in (
        {"type": "speed-dial"}, {"value": "1003"}, {"label": "Robert"}, {"line": 2})),
    *((f"{PROFILE}/keys", [key]) for key in (
        {"type": "line", "value": 2}, {"type": "park", "value": "5901"}, {"type": "dnd"}, {"type": "forward"},
        {"type": "voicemail"}, {"type": "page", "value": "950"}, {"type": "none"})),
    *((f"platform/provisioning/{key}", value) for key, value in {
        "base_url": "https://other.example.com/p/", "listen": "127.0.0.2", "port": 8443, "certificate": "/etc/tls/cert.pem",
        "key": "/etc/tls/key.pem", "admin_password": {"env": "ONE"}, "ntp": "ntp.example.com", "language": "fr",
        "trusted_proxies": ["10.0.0.0/8"], "device_certificates": {"yealink": "/etc/tls/yealink.pem"}, "resync": False}.items()),
    ("tenant/block", {"inbound": ["+1900*"]}), ("tenant/block", {"inbound": ["anonymous"]}), ("tenant/do_not_call", ["+12125550123"]),
    (f"{GROUP}/caller_id_prefix", "Sales:"), (f"{MENU}/caller_id_prefix", "Main:"),
    ("tenant/numbers/+12125550199/caller_id_prefix", "Line:"), ("routes/routes/us/toll", "auto"),
    (f"{QUEUE}/name", "Other"), *((f"{QUEUE}/strategy", s) for s in ("ring-all", "top-down", "random")),
    (f"{QUEUE}/agents", ["1001"]), (f"{QUEUE}/agents", [{"number": "1001", "level": 2}, "1002"]),
    (f"{QUEUE}/agents", [{"number": "1001", "position": 7}, "1002"]),
    (f"{QUEUE}/agents", [{"number": "1001", "wrap_up": 7}, "1002"]), (f"{QUEUE}/max_wait", 61), (f"{QUEUE}/wrap_up", 9),
    (f"{QUEUE}/level_wait", 9), (f"{QUEUE}/timeout", {"voicemail": "1999"}), (f"{QUEUE}/no_agent", {"voicemail": "1999"}),
    (f"{QUEUE}/music", "jazz"), (f"{QUEUE}/caller_id_prefix", "Help:"), (f"{QUEUE}/announce_position", True), (f"{QUEUE}/announce_every", 9),
    ("platform/feature_codes", {"agent_login": "*24"}), ("platform/feature_codes", {"agent_logout": "*25"}),
    *((f"tenant/conferences/900/{key}", value) for key, value in {
        "name": "Other", "pin": {"env": "ONE"}, "moderator_pin": {"env": "ONE"}, "max_members": 7,
        "greeting": "media/general.wav", "music": "jazz", "record": True, "wait_for_moderator": True,
        "announce": True}.items()),
    ("tenant/paging/950/name", "Shop"), ("tenant/paging/950/members", ["1001"]),
    ("tenant/feature_codes", {"conference": "*33"}), ("tenant/feature_codes", {"intercom": None}),
    ("tenant/schedules/office/open", ["Sat 10:00-12:00"]), ("tenant/schedules/office/closed", ["2026-12-25", "12-31"]),
    *((f"tenant/parking/{key}", value) for key, value in {
        "lot": "5800", "slots": "5901-5904", "timeout": 90, "call_back": False}.items()),
    *(("tenant/feature_codes", {name: "*66"}) for name in TenantFeatureCodes.model_fields),
    ("platform/feature_codes", {"park": None}), ("platform/feature_codes", {"pickup": "*66"}),
    *((f"{FAX}/{key}", value) for key, value in {
        "deliver_to": "x@acme.example", "header": "Acme", "number": "+12125550150", "station_id": "ACME",
        "users": ["alice"], "cover": "media/cover.html", "retries": 0, "resolution": "standard", "t38": False,
        "ecm": False}.items()),
    ("tenant/fax/documents/prices/file", "media/other.txt"), ("tenant/fax/documents/prices/name", "Prices"),
    ("tenant/fax/keep_days", 30), ("tenant/limits", {"concurrent_faxes": 1}), ("providers/one/max_faxes", 2),
    *((f"{DENTIST}/{key}", value) for key, value in {
        "name": "Other", "fax": "+12125550178", "phone": "+12125550178", "email": "d@dentist.example",
        "groups": ["medical"]}.items()),
    ("tenant/inbound_routes/+12125550150", {"ring_group": "600", "detect_fax": "1050"}),
    ("tenant/schedules/office/timezone", "Asia/Tokyo"), ("tenant/inbound_routes/+12125550150", {"extension": "1001"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    CHANGES,
    ids=[f"{path.replace('/', '.')}={value}"[:60] for path, value in CHANGES],
)
def test_a_changed_field_changes_what_is_compiled_or_says_that_it_does_not(
    path: str, value: Any
) -> None:
    site = base()
    put(site, path, value)
    files, found = compiled(site)
    assert (files, found) != before()
    fresh = [code for code, message in found if (code, message) not in before()[1]]
    assert files != before()[0] or fresh, "neither a file nor a finding shows it"


@pytest.fixture(scope="module", autouse=True)
def _pin() -> Iterator[None]:
    os.environ["PIN"] = "4711"
    yield
    del os.environ["PIN"]


NOT_BUILT = {"Safety"}
"""Models that change nothing that is compiled."""
PROVED = {"CallTest", "Console"}
"""Models that change nothing that is compiled: each field has its case in test_calltest_*.py, and in
tests/unit/console/test_settings.py.
"""
ELSEWHERE = {
    "DeviceProfile.description", "Emergency.notify", "PhoneLine.description", "Platform.admins",
    "Platform.safety", "Platform.trusted_signers", "SwitchHost.age", "User.git",
    "Tenant.calls",
    *(f"{model}.{kind}" for kind in ("ivr", "queue", "schedule")
      for model in ("Destination", "InboundRoute")),
}  # fmt: skip
"""Fields without an effect yet, notes for people, and what other tests or the site before any change show."""


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _named(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _named(inner)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    else:
        for part in get_args(kind):
            yield from _models(part)


def test_every_field_has_a_case() -> None:
    """A new field needs a line above: this finds those that nobody thought of."""
    tried = {step for path, _ in CHANGES for step in path.split("/")}
    tried |= {name for _, value in CHANGES for name in _named(value)}
    seen: set[type[BaseModel]] = set()
    queue: list[type[BaseModel]] = [Tenant, Platform, Provider, Route, Billing]
    missing = set()
    while queue:
        model = queue.pop()
        if model in seen or model.__name__ in NOT_BUILT | PROVED:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            if (field.alias or name) not in tried:
                missing.add(f"{model.__name__}.{name}")
            queue.extend(_models(field.annotation))
    assert missing == ELSEWHERE
