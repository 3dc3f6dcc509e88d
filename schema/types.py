"""The kinds of values of the format: texts, numbers, slugs; each refuses what could do harm."""

import contextlib
import datetime
import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from dialform.schema.rule import Rule
from dialform.schema.rules import shape
from dialform.schema.rules import text as text_rules
from dialform.schema.tree import SLUG, why_no_slug

PRICE = r"[0-9]{1,10}(\.[0-9]{1,6})?"
"""A price as a site writes it: six places are a micro-unit, and ten digits more than any ledger needs."""
RATED = r"(?:\+[0-9]{0,15}|[0-9]{1,6})"
"""What a rate may price: numbers in E.164 that begin so, and short numbers as they are dialled."""
_LONGEST_NAME_PREFIX = 32

_VARIABLE = re.compile(r"\$\$?\{[^}]{0,20}\}?")
_CAPTURE = re.compile(r"\$[0-9]")
_DIAL_STRING = re.compile(r"[,|\[\]{}<>:^ ]")
_PREPROCESSOR = re.compile(r"x-pre-process|<\?|</?include|<!--", re.IGNORECASE)
# Besides control characters, what changes how a text reads and cannot be seen in a review: overrides
# of the direction, and spaces without width. Joiners stay: emoji and several scripts need them.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


class Model(BaseModel):
    """Base of all models: immutable, unknown keys are errors, keys as they are written in YAML."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_by_alias=True, validate_by_name=False
    )


def refuse(rule: type[Rule], *, hint: str | None = None, **values: object) -> NoReturn:
    """Refuse a value from inside a validator, by a rule of the catalogue."""
    context = {key: str(value) for key, value in values.items()}
    raise PydanticCustomError(
        "flaw", "{rule}", {"rule": rule.code, "values": context, "hint": hint}
    )


def as_written(value: Any) -> Any:
    """A typed scalar back as the text that was written (`1001` is "1001", `true` is "true")."""
    if type(value) is str:
        return value
    if value is True or value is False:
        return str(value).lower()
    if type(value) is int:
        return str(value)
    return value


def check_text(text: str, limit: int = 256) -> str:
    """Refuse what the switch would act on, wherever it stands."""
    if "$" in text and (found := _VARIABLE.search(text)):
        refuse(text_rules.SwitchVariable, part=found[0])
    if found := _CONTROL.search(text):
        refuse(text_rules.LineBreak, point=f"U+{ord(found[0]):04X}")
    if ("<" in text or "-" in text) and (found := _PREPROCESSOR.search(text)):
        refuse(text_rules.PreprocessorText, part=found[0])
    if len(text) > limit:
        refuse(text_rules.TooLong, length=len(text), limit=limit)
    return text


def _check_name(text: str) -> str:
    check_text(text, 128)
    if "$" in text and (found := _CAPTURE.search(text)):
        refuse(text_rules.SwitchVariable, part=found[0])
    for char in ('"', "\\"):
        if char in text:
            refuse(text_rules.QuoteInName, part=f"'{char}'")
    if not text.strip():
        refuse(shape.BadValue, what="the name is empty")
    return text


def _short_name(text: str) -> str:
    if len(text) > _LONGEST_NAME_PREFIX:
        refuse(text_rules.TooLong, length=len(text), limit=_LONGEST_NAME_PREFIX)
    return text.strip()


_FROM_60000 = "6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
PORT_BEHIND = rf"(?::(?:[1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}|{_FROM_60000}))?"
"""What may stand behind a host: nothing, or a colon and a port (1 to 65535)."""


def matching(
    pattern: str, what: str, *, hint: str | None = None, dialled: bool = False
) -> Callable[[str], str]:
    """A validator for texts of one format; `what` completes "'…' ...".

    `dialled` is for what stands in a dial string or an address: what has a meaning there is named.
    """
    compiled = re.compile(pattern + r"\Z")

    def check(text: str) -> str:
        if not compiled.match(text):
            check_text(text)
            if dialled and (found := _DIAL_STRING.search(text)):
                refuse(text_rules.DialStringText, part=f"'{found[0]}'", hint=hint)
            refuse(shape.BadValue, what=f"'{text}' {what}", hint=hint)
        return text

    return check


def _shown_as(title: str, pattern: str, *typed: str) -> WithJsonSchema:
    """How editors see a text of one format, and which typed scalars may stand for a text of it."""
    options = [{"type": "string", "pattern": pattern}, {"type": ["number", *typed]}]
    return WithJsonSchema({"title": title, "anyOf": options})


def _any_text(title: str) -> WithJsonSchema:
    """How editors see a text whose format only the validator knows.

    To Dialform 12.50 is a text as it stands; to an editor it is a number.
    """
    return WithJsonSchema({"title": title, "type": ["string", "number", "boolean"]})


def _slug(text: str) -> str:
    if not SLUG.match(text):
        check_text(text)
        hint = "use a-z, 0-9 and '-', beginning with a letter or digit"
        refuse(shape.BadValue, what=f"'{text}' is no slug: {why_no_slug(text)}", hint=hint)
    return text


# Narrower than RFC 5321: an address stands on a mailer's command line, so nothing that a shell or an
# option could be made of.
_MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9._%+=~-]*@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\Z"
)


def _email(text: str) -> str:
    check_text(text, 254)
    if not _MAIL_ADDRESS.match(text):
        odd = next((c for c in text if ord(c) > 0x7F), None)
        why = f": {why_no_slug(odd)}" if odd else ""
        hint = "as in office@acme.example"
        refuse(shape.BadValue, what=f"'{text}' is no mail address{why}", hint=hint)
    return text


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")


def _domain(text: str) -> str:
    check_text(text, 253)
    name = text.lower().rstrip(".")
    if not HOST_NAME.match(name) or "." not in name:
        odd = next((c for c in name if ord(c) > 0x7F), None)
        why = f": {why_no_slug(odd)}" if odd else ""
        refuse(
            shape.BadValue, what=f"'{text}' is no domain name{why}", hint="as in pbx.example.com"
        )
    return name


def _host(text: str) -> str:
    check_text(text, 253)
    with contextlib.suppress(ValueError):
        if "%" not in text:  # behind it an IPv6 address may have any text at all
            return str(ipaddress.ip_address(text))
    name = text.lower().rstrip(".")
    if not HOST_NAME.match(name) or re.fullmatch(r"[0-9.]+", name):
        hint = "write a name such as sip.carrier.example or an address such as 203.0.113.7"
        if found := _DIAL_STRING.search(text.replace(":", "")):
            refuse(text_rules.DialStringText, part=f"'{found[0]}'", hint=hint)
        refuse(shape.BadValue, what=f"'{text}' is neither a host name nor an IP address", hint=hint)
    return name


def _network(text: str) -> str:
    try:
        if "%" in text:
            raise ValueError
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        check_text(text)
        hint = "as in 198.51.100.0/24"
        return refuse(shape.BadValue, what=f"'{text}' is no network or address", hint=hint)


def _timezone(text: str) -> str:
    from dialform.schema.zones import zone_names

    if text not in zone_names():
        check_text(text)
        refuse(shape.BadValue, what=f"'{text}' is no time zone", hint="as in Europe/Berlin")
    return text


def _date(text: str) -> str:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        datetime.date.fromisoformat(text)
    except ValueError:
        check_text(text)
        refuse(shape.BadValue, what=f"'{text}' is no date", hint="as in 2026-11-01")
    return text


def _country(text: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    if text not in SUPPORTED_REGIONS:
        check_text(text)
        refuse(shape.BadValue, what=f"'{text}' is no country", hint="two letters, as in US or DE")
    return text


_WRITTEN = BeforeValidator(as_written)


def _format(pattern: str, what: str, hint: str) -> AfterValidator:
    return AfterValidator(matching(pattern, what, hint=hint))


def _dialled(pattern: str, what: str, hint: str) -> AfterValidator:
    return AfterValidator(matching(pattern, what, hint=hint, dialled=True))


Text = Annotated[str, _WRITTEN, AfterValidator(check_text), _any_text("text")]
Name = Annotated[str, _WRITTEN, AfterValidator(_check_name), _any_text("name")]
NamePrefix = Annotated[Name, AfterValidator(_short_name), _any_text("name")]
Slug = Annotated[
    str, _WRITTEN, AfterValidator(_slug), _shown_as("slug", "^[a-z0-9][a-z0-9-]{0,62}$", "boolean")
]
Email = Annotated[str, _WRITTEN, AfterValidator(_email), _any_text("mail address")]
Domain = Annotated[str, _WRITTEN, AfterValidator(_domain), _any_text("domain name")]
Host = Annotated[str, _WRITTEN, AfterValidator(_host), _any_text("host name or IP address")]
Network = Annotated[str, _WRITTEN, AfterValidator(_network), _any_text("network or address")]
Timezone = Annotated[str, _WRITTEN, AfterValidator(_timezone), _any_text("time zone")]
Country = Annotated[str, _WRITTEN, AfterValidator(_country), _any_text("country code")]
Currency = Annotated[
    str,
    _WRITTEN,
    _format("[A-Z]{3}", "is no currency", "three letters, as in USD"),
    _any_text("currency code"),
]
Language = Annotated[
    str,
    _WRITTEN,
    _format("[a-z]{2}(-[a-z]{2})?", "is no language", "as in en or de"),
    _any_text("language code"),
]
ExtensionNumber = Annotated[
    str,
    _WRITTEN,
    _format("[0-9]{4,6}", "is no extension number", "an extension has 4 to 6 digits"),
    _shown_as("extension number", "^[0-9]{4,6}$"),
]
DialNumber = Annotated[
    str,
    _WRITTEN,
    _format("[0-9]{2,6}", "is no internal number", "it has 2 to 6 digits"),
    _shown_as("internal number", "^[0-9]{2,6}$"),
]
FeatureCode = Annotated[
    str,
    _WRITTEN,
    _format(r"[*#]{0,2}[0-9]{1,6}", "is no feature code", "as in *98"),
    _any_text("feature code"),
]
Dialled = Annotated[
    str,
    _WRITTEN,
    _dialled(r"[+*#]?[0-9*#]{1,24}", "cannot be dialled", "digits, or E.164 as in +12125550199"),
    _any_text("number to dial"),
]
PhoneNumber = Annotated[
    str,
    _WRITTEN,
    _format(r"\+?[0-9][0-9 ().-]{1,30}", "is no phone number", "write E.164, as in +12125550199"),
    _any_text("phone number"),
]
Prefix = Annotated[
    str,
    _WRITTEN,
    _dialled(r"\+[0-9]{0,15}", "is no prefix", "'+' and digits, as in +1 or +4420"),
    _any_text("number prefix"),
]
Decimal = Annotated[
    str,
    _WRITTEN,
    _format(f"-?{PRICE}", "is no amount", 'as in "25.00"'),
    _any_text("decimal amount"),
]
Amount = Annotated[
    str,
    _WRITTEN,
    _format(PRICE, "is no price", 'as in "0.0125", at most six places'),
    _any_text("price"),
]
RatePrefix = Annotated[
    str,
    _WRITTEN,
    _dialled(
        RATED, "is no prefix of a rate", "'+' and digits, as in +4420; short numbers as in 311"
    ),
    _any_text("number prefix of a rate"),
]
Date = Annotated[str, _WRITTEN, AfterValidator(_date), _any_text("date")]
MediaPath = Annotated[str, _WRITTEN, AfterValidator(check_text), _any_text("path of a file")]
StationId = Annotated[
    str,
    _WRITTEN,
    _format(
        r"(?=.*[^ ])[A-Za-z0-9 +.-]{1,20}",
        "is no station id",
        "up to 20 of: digits, the letters A to Z, blank, + . and -",
    ),
    _any_text("station id"),
]
"""20 characters are all that a frame has for it (ITU-T T.30, 5.3.6.2.4)."""
Seconds = Annotated[int, Field(ge=1, le=86400)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Limit = Annotated[int, Field(ge=-1, le=1_000_000_000)]
Port = Annotated[int, Field(ge=1, le=65535)]


def _codec(text: str) -> str:
    known = {"OPUS", "PCMU", "PCMA", "G722", "G729", "GSM", "ILBC", "G726-32", "AMR", "AMR-WB",
             "SPEEX", "L16", "VP8", "VP9", "H263", "H264"}  # fmt: skip
    if text.upper() not in known:
        check_text(text)
        hint = "one of " + ", ".join(sorted(known))
        refuse(shape.BadValue, what=f"'{text}' is no codec that the switch knows", hint=hint)
    return text.upper()


Codec = Annotated[str, _WRITTEN, AfterValidator(_codec), _any_text("codec")]


def _map_or_nothing(value: Any) -> Any:
    return {} if value is None else value


class _OrNothing:
    """BeforeValidator(_map_or_nothing), with a JSON Schema that shows the empty value too."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        inner = handler(source)
        return core_schema.no_info_before_validator_function(
            _map_or_nothing,
            inner,
            json_schema_input_schema=core_schema.nullable_schema(inner),
        )


OR_NOTHING = _OrNothing()
"""On a map of objects: an empty value (`users:`) is an empty map."""
