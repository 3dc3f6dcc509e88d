"""Resolved phones to render: a plain one, one with everything, one with every odd character.

A vendor's own tests take `plain`, `full` and `hostile` of one of its models, change what they are about with
`replace`, and look at `files`. The strategies draw what the schema lets through.
"""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dialform.compiler.phones.catalogue import Model, Vendor, vendor_of, vendors
from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, PhoneLine, Screen
from dialform.renderers.phones.render import render_phone
from dialform.schema.types import Name, Text
from dialform.values import replace

DOMAIN = "acme.example.com"
MAC = "0004f2abcdef"
BASE = "https://pbx.example.com/provision/"
TOKEN = "tokenTOKENtokenTOKENtoken"
HTTP_PASSWORD = "httpHTTPhttpHTTPhttpHTTP"
CODES = Codes("*78", "*79", "*72", "*73", "*8")
ADMIN_PASSWORD = "adminADMINadminADMINadmin"

_SEEN = "".join(map(chr, range(0x20, 0x7F)))
_ABROAD = "Ærø Łódź Ελλάδα Москва שלום عربى 日本語 한국어 e\u0301 👩\u200d🚀 \u00a0\u3000|"


def _let_through(kind: Any, text: str) -> bool:
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True


def _odd(kind: Any) -> str:
    """Every visible ASCII character that a kind of text lets through, and some of the wide world."""
    kept = "".join(c for c in _SEEN if c == " " or _let_through(kind, f"a{c}a"))
    text = f"{kept} {_ABROAD}"[: 64 if kind is Text else 128]
    assert _let_through(kind, text), text
    return text


NAME = _odd(Name)
TEXT = _SEEN[1:]
RINGTONE = _odd(Text)
PASSWORD = f"{_SEEN} ÆЖ日".replace("${", "$").strip()


def _drawn(kind: Any, longest: int) -> st.SearchStrategy[str]:
    drawn = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=longest)
    return drawn.filter(lambda text: _let_through(kind, text))


NAMES = _drawn(Name, 40)
"""Names of people and labels."""
TEXTS = _drawn(Text, 40)
"""Other texts: values of keys, ringtones, time servers."""
PASSWORDS = st.text(min_size=1, max_size=40).filter(lambda t: t.isprintable() and "${" not in t)
"""Of lines and of phones' web pages."""


def known(vendor: str) -> Vendor:
    """A vendor of the catalogue."""
    found = vendor_of(vendor)
    assert found is not None, vendor
    return found


def every_model() -> Iterator[tuple[Vendor, Model]]:
    """All vendors and models."""
    for key in vendors():
        vendor = known(key)
        for model in vendor.models.values():
            yield vendor, model


def room(model: Model) -> int:
    """How many keys fit on a phone and all modules that it takes."""
    return model.keys + model.most_modules * max(model.modules.values(), default=0)


def line(number: str = "1001", **fields: Any) -> PhoneLine:
    given: dict[str, Any] = {
        "extension": number, "password": f"sip{number}SIP{number}sip{number}", "domain": DOMAIN,
        "server": "", "port": 5060, "transport": "udp", "label": f"Desk {number}",
        "name": f"Person {number}",
    }  # fmt: skip
    return PhoneLine(**{**given, **fields})


def plain(vendor: str, model: str = "", **fields: Any) -> Phone:
    """A phone with one line, and all else as it comes."""
    found = known(vendor)
    made = found.models[model] if model else next(iter(found.models.values()))
    given: dict[str, Any] = {
        "tenant": "acme", "mac": MAC, "label": "Reception", "vendor": found.key,
        "model": made.name, "template": made.template, "lines": (line(),), "keys": (),
        "modules": (), "codecs": ("PCMU", "PCMA"), "dtmf": "rfc2833", "clock": clock_of("UTC"),
        "language": "en", "country": "US", "ntp": "pool.ntp.org", "vlan": 0, "ringtone": "",
        "screen": Screen(), "firmware": "", "admin_password": ADMIN_PASSWORD, "token": TOKEN,
        "http_password": HTTP_PASSWORD, "url": f"{BASE}{TOKEN}/", "emergency_numbers": ("911",),
        "codes": CODES,
    }  # fmt: skip
    return Phone(**{**given, **fields})


def keys(vendor: Vendor, count: int) -> tuple[PhoneKey, ...]:
    """So many keys, of every kind that the vendor's phones have."""
    kinds = {
        "line": PhoneKey("line", "First line"),
        "blf": PhoneKey("blf", "Bob Roe", "1002", "1002", DOMAIN, "*81002"),
        "speed-dial": PhoneKey("speed-dial", "City Dentist", "+12125550177", domain=DOMAIN),
        "park": PhoneKey("park", "Slot 1", "5901", "park+5901", DOMAIN),
        "dnd": PhoneKey("dnd", "DND", "*78", domain=DOMAIN),
        "forward": PhoneKey("forward", "To mobile", "*72+19175550123", domain=DOMAIN),
        "voicemail": PhoneKey("voicemail", "Voicemail", "*98", domain=DOMAIN),
        "page": PhoneKey("page", "Everybody", "950", domain=DOMAIN),
        "none": PhoneKey("none", ""),
    }
    return tuple(islice(cycle(kinds[kind] for kind in vendor.kinds), count))


def full(vendor: str, model: str = "", **fields: Any) -> Phone:
    """A phone that has everything: two lines (if it can), keys, modules, VLAN, firmware, TLS, SRTP."""
    first = plain(vendor, model)
    found, made = known(vendor), known(vendor).models[first.model]
    lines = (
        line("1001", port=5061, transport="tls", srtp="required", voicemail="*98", ringtone="2"),
        line(
            "1002", domain="other.example.com", server="192.0.2.7", port=5080, transport="tls",
            label="Second", name="Bob Roe", srtp="off",
        ),
    )  # fmt: skip
    named = next(iter(made.modules), "")
    given: dict[str, Any] = {
        "lines": lines[: made.lines],
        "keys": keys(found, min(room(made), max(20, made.keys + 3 * bool(named)))),
        "modules": (named,) * min(2, made.most_modules) if named else (),
        "codecs": ("OPUS", "G722", "PCMA", "PCMU", "G729"), "dtmf": "info",
        "clock": clock_of("America/New_York"), "language": "de", "country": "DE",
        "ntp": "ntp.example.com", "vlan": 42, "ringtone": "3", "screen": Screen(60, 80, 600),
        "firmware": "https://files.example.com/phones/firmware-1.2.rom",
        "emergency_numbers": ("112", "911"),
    }  # fmt: skip
    return replace(first, **{**given, **fields})


def hostile(
    vendor: str, model: str = "", name: str = NAME, text: str = TEXT, password: str = PASSWORD
) -> Phone:
    """`full` with every odd character wherever people may write one."""
    phone = full(vendor, model)
    return replace(
        phone,
        label=name,
        ntp=text,
        ringtone=text[:64],
        admin_password=password,
        lines=tuple(
            replace(one, label=name, name=name, password=password, ringtone=text[:64])
            for one in phone.lines
        ),
        keys=tuple(replace(one, label=name, dial=text) for one in phone.keys),
    )


def files(phone: Phone) -> dict[str, bytes]:
    """What the phone fetches: content by name."""
    made = list(render_phone(phone))
    found = {one.path.rpartition("/")[2]: one.content or b"" for one in made}
    assert len(found) == len(made), "two files of one name"
    return found


def texts(phone: Phone) -> str:
    """All of its files, one behind the other."""
    return "\n".join(content.decode() for content in files(phone).values())
