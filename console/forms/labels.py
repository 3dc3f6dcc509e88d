"""What fields are called, and what is said of them."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel

from dialform.console.forms.choices import known
from dialform.console.forms.wording import TENANT, Words
from dialform.console.forms.wordingadmin import ADMIN

_WORDS = {
    "ivr": "IVR", "srtp": "SRTP", "dtmf": "DTMF", "ntp": "NTP", "vlan": "VLAN", "pin": "PIN", "id": "ID",
    "url": "URL", "smtp": "SMTP", "sip": "SIP", "t38": "T.38", "ecm": "ECM", "nat": "NAT",
    "esl": "Event socket", "rtp": "RTP", "wss": "WSS", "ws": "WS", "tls": "TLS", "core": "Core",
    "openid": "OpenID Connect", "db": "database", "caller_id": "Caller ID", "dnd": "DND",
}  # fmt: skip

_ALL: Mapping[str, Words] = {**TENANT, **ADMIN}


def words_of(model: type[BaseModel], name: str, said: str = "") -> Words:
    """What a form says of a field. `said` is its docstring, for a field that no table has words for yet."""
    for cls in model.__mro__:
        if found := _ALL.get(f"{cls.__name__}.{name}"):
            return found
    said = said.replace("`", "").removeprefix("true: ")
    return Words(spoken(model.model_fields[name].alias or name), said[:1].upper() + said[1:])


_QUOTED = re.compile(r"`([^`]*)`")
_WRITTEN = re.compile(r"[{}]|\b[a-z][a-z_0-9]*:(?=[\s,]|$)|\.yaml\b|\b[a-z]+\.d/")
"""What only somebody with the site's files can follow."""
_KEY = re.compile(r"('?)(?<![\w./@-])([a-z0-9]+(?:_[a-z0-9]+)+)(?![\w/@]|\.\w)('?)")
"""What may be a key of the format in a sentence, with its quotes; no path of a file, no address."""


def told(message: str, hint: str, *, files: bool = False) -> tuple[str, str]:
    """A finding for who fills in a form: fields by their labels. A hint that is YAML is for those alone who
    have the site's files, and says so.
    """
    message = _QUOTED.sub(lambda found: f"“{_called(found[1]) or _plain(found[1])}”", message)
    message = _KEY.sub(_named, message)
    hint = hint.replace("`", "")
    if _WRITTEN.search(hint):
        return message, f"in the site's files: {hint}" if files else ""
    return message, _KEY.sub(_named, hint)


def _named(found: re.Match[str]) -> str:
    """A key by its label. What somebody else may have called something stays: a secret, a slug, a mistake."""
    before, key, after = found.groups()
    if not (label := _called(key)):
        return found[0]
    return f"“{label}”" if before == after else f"{before}“{label}”{after}"


@cache
def _called(key: str) -> str:
    """The label of a field, by its name alone: what most of that name are called, else the key as people
    read it; "" for what is no field. Call tests call things otherwise: theirs are taken where no object
    has the field.
    """
    found = [(name, one.label) for name, one in _ALL.items() if name.endswith(f".{key}")]
    objects = [label for name, label in found if not name.startswith(("Given.", "Expect."))]
    labels = Counter(objects or [label for _, label in found])
    if labels and (most := labels.most_common(1)[0])[1] * 2 > labels.total():
        return most[0]
    return known(key) or (spoken(key) if labels else "")


def _plain(key: str) -> str:
    """What stands as code in a message: a key as people read it, other things as they are."""
    return spoken(key) if re.fullmatch(r"[a-z][a-z_0-9]*", key) else key


def spoken(key: str) -> str:
    """A key as people read it: `caller_id_name` is `Caller ID name`."""
    words = key.replace("caller_id", "caller_ID").split("_")
    text = " ".join(_WORDS.get(word, word) for word in words)
    return text[:1].upper() + text[1:]
