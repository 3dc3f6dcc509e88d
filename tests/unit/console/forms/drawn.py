"""Data of the schema, drawn from its JSON Schema: an object of any kind, in any spelling that is taken."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from dialform.console.objects.kinds import Kind
from dialform.schema.export import schema_of

_DOCUMENTS = {"": "tenant", "platform": "platform", "routes": "routes", "billing": "billing",
              "providers": "provider"}  # fmt: skip

_NAMES = ("Sales", "Ärzte & Söhne", "<b>x</b>", "O'Neil", "a, b; c", "Zoë (2)", "{{ 7 }}")

VALUES: dict[str, tuple[Any, ...]] = {
    "text": ("a note", "x,y", "<i>", "it's", 12, True),
    "name": _NAMES,
    "slug": ("sales", "a-b", "x1", 12, "true"),
    "mail address": ("office@acme.example", "a.b+c@x.example"),
    "domain name": ("pbx.example.com", "a.example"),
    "host name or IP address": ("sip.example.com", "203.0.113.7", "2001:db8::1"),
    "network or address": ("198.51.100.0/24", "203.0.113.7/32"),
    "time zone": ("Europe/Berlin", "America/New_York", "UTC"),
    "country code": ("US", "DE"),
    "currency code": ("USD", "EUR"),
    "language code": ("en", "de-at"),
    "extension number": ("1001", 1002, "100000"),
    "internal number": ("600", 700, "0123"),
    "feature code": ("*98", "#21", "*5"),
    "number to dial": ("1001", "+12125550199", 1002, "*98"),
    "phone number": ("+12125550199", "+1 (212) 555-0150"),
    "number prefix": ("+", "+1", "+4420"),
    "number prefix of a rate": ("+44", "311"),
    "decimal amount": ("25.00", "-3", 12),
    "price": ("0.0125", "0", 3),
    "date": ("2026-11-01", "2027-02-28"),
    "path of a file": ("media/welcome.wav", "media/a/b c.mp3", "rates/world.csv"),
    "codec": ("OPUS", "PCMU", "g722"),
    "station id": ("+1 212 555 0150", "ACME"),
    "open hours": ("Mon-Fri 09:00-17:00", "22:00-06:00"),
    "closed day": ("2026-12-25", "12-31"),
    "moment": ("2026-12-24T10:00",),
    "caller": ("1001", "anonymous", "+12125550100"),
}
"""Some values of each kind."""

_BY_KEY: dict[str, tuple[Any, ...]] = {
    "git": ("@ops", "@a-b"), "pin": ("4711",), "slots": ("5901-5910",), "rtp": ("16384-32768",),
    "window": ("Sun 02:00-04:00",), "smtp": ("smtp://127.0.0.1:25",), "redis": ("redis://10.0.0.5:6379",),
    "base_url": ("https://pbx.example.com/provision/",), "issuer": ("https://id.example.com/",),
    "url": ("https://forge.example.com/",), "project": ("ops/site",), "claim": ("email",),
    "firmware": ("https://files.example.com/t46s.rom",), "server": ("sip.example.com:5060",),
    "ringtone": ("3", "Chime"), "admins": ("@ops",), "do_not_call": ("+12125550111", "+1900*"),
    "inbound": ("anonymous", "+1900*"), "self_service": ("follow_me", "devices.label"),
    "username": ("12125550100",), "age": ("age1" + "q" * 58,), "address6": ("2001:db8::10",),
    "bind6": ("2001:db8::10",), "ws_bind": ("127.0.0.1",), "log": ("/var/log/x",),
    "certificate": ("/etc/x.pem",), "key": ("/etc/x.key",), "db": ("/x",), "certs": ("/x",),
    "sounds": ("/x",), "recordings": ("/x",), "storage": ("/x",), "cdr": ("/x",), "hosts": ("acme-*",),
    "tenants": ("*", "acme-*"), "device_certificates": ("/etc/x.pem",), "caller_id_prefix": ("Sales:",),
}  # fmt: skip
"""Of texts whose format only the model knows, by the key that they stand behind."""

_KEYS: dict[str, tuple[str, ...]] = {
    **{title: tuple(str(one) for one in values) for title, values in VALUES.items()},
    "slug": ("sales", "a-b", "x1"),
}


def schema_at(kind: Kind) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON Schema of a kind's objects, and the document's that it refers to."""
    whole = _schema(_DOCUMENTS[kind.document])
    node: dict[str, Any] = whole
    steps = kind.path if kind.single else (*kind.path, "*")
    for step in steps if kind.document != "providers" else ():
        node = _resolved(whole, node)
        node = node["additionalProperties"] if step == "*" else node["properties"][step]
    return node, whole


@cache
def objects(kind: Kind, *, secrets: bool = True) -> st.SearchStrategy[Any]:
    """Objects of a kind as YAML gives them."""
    node, whole = schema_at(kind)
    drawn = _Drawn(whole, secrets)
    keys = {key for key in (kind.only or ()) if kind.only}
    made = drawn.of(
        node, 0, "do_not_call" if kind.name == "do-not-call" else "", frozenset(kind.without), keys
    )
    return made.filter(lambda one: one is not None) if kind.single else made


@cache
def _schema(name: str) -> dict[str, Any]:
    return schema_of(name)


def _resolved(whole: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in node:
            node = whole["definitions"][node["$ref"].rpartition("/")[2]]
        elif "allOf" in node:
            node = node["allOf"][0]
        elif "anyOf" in node and "title" not in node:
            node = next(one for one in node["anyOf"] if one.get("type") != "null")
        else:
            return node


class _Drawn:
    def __init__(self, whole: dict[str, Any], secrets: bool) -> None:
        self.whole, self.secrets = whole, secrets

    def of(self, node: dict[str, Any], depth: int, key: str, without: frozenset[str] = frozenset(),
           only: Any = ()) -> st.SearchStrategy[Any]:  # fmt: skip
        if "$ref" in node:
            return self.of(
                self.whole["definitions"][node["$ref"].rpartition("/")[2]],
                depth,
                key,
                without,
                only,
            )
        if "allOf" in node:
            return self.of(node["allOf"][0], depth, key, without, only)
        if node.get("title") == "secret":
            return _SECRETS
        if "title" in node and node["title"] in VALUES:
            plain = node["title"] in ("text", "host name or IP address", "name", "path of a file")
            return st.sampled_from(
                _BY_KEY.get(key, VALUES[node["title"]]) if plain else VALUES[node["title"]]
            )
        if "anyOf" in node:
            return st.one_of([self.of(one, depth, key, without, only) for one in node["anyOf"]])
        if "enum" in node:
            return st.sampled_from(node["enum"])
        if "const" in node:
            return st.just(node["const"])
        return self._typed(node, depth, key, without, only)

    def _typed(
        self, node: dict[str, Any], depth: int, key: str, without: frozenset[str], only: Any
    ) -> Any:
        kind = node.get("type")
        if kind == "null":
            return st.none()
        if kind == "boolean":
            return st.booleans()
        if kind == "integer":
            low, high = node.get("minimum", -5), node.get("maximum", 10**6)
            return st.one_of(st.integers(low, high), st.sampled_from((low, high)))
        if kind == "array":
            inner = self.of(node["items"], depth + 1, key)
            once = "enum" in node["items"]
            made = st.lists(inner, min_size=node.get("minItems", 0), max_size=3, unique=once)
            return (
                made.map(lambda one: sorted(one, key=node["items"]["enum"].index)) if once else made
            )
        if kind == "object" and "properties" in node and "oneOf" in node:
            return self._destination(node, depth)
        if kind == "object" and "properties" in node:
            return self._model(node, depth, without, only)
        if kind == "object":
            return self._map(node, depth, key)
        raise AssertionError(f"nothing is drawn for {node}")

    def _model(self, node: dict[str, Any], depth: int, without: frozenset[str], only: Any) -> Any:
        needed = set(node.get("required", ()))
        spelt = {
            one
            for one, inner in node["properties"].items()
            if "The same as" in inner.get("description", "")
        }
        strategies = {
            one: self.of(inner, depth + 1, one)
            for one, inner in node["properties"].items()
            if one not in without and one not in spelt and (not only or one in only)
            and (self.secrets or not _secret(inner))
            and (one in needed or depth < 4)
        }  # fmt: skip
        first = {one: found for one, found in strategies.items() if one in needed}
        more = {one: found for one, found in strategies.items() if one not in needed}
        return st.fixed_dictionaries(first, optional=more)

    def _map(self, node: dict[str, Any], depth: int, key: str) -> Any:
        names, values = node.get("propertyNames", {}), node.get("additionalProperties", {})
        inner = self.of(values, depth + 1, key)
        if "enum" in names:
            keys: Any = st.sampled_from(names["enum"])
        else:
            keys = st.sampled_from(
                _MAP_KEYS.get(key) or _KEYS.get(names.get("title", ""), ("a", "b"))
            )
        return st.dictionaries(keys, inner, max_size=3)

    def _destination(self, node: dict[str, Any], depth: int) -> Any:
        inner = node["properties"]
        plain = [
            st.fixed_dictionaries({one: self.of(inner[one], depth + 1, one)})
            for one in ("extension", "ring_group", "ivr", "voicemail", "queue", "conference", "fax", "external",
                        "play", "hangup")
        ]  # fmt: skip
        plain.append(
            st.fixed_dictionaries(
                {"external": st.just("+12125550100"), "pass_caller_id": st.just(True)}
            )
        )
        if depth < 6:
            part = self.of({"$ref": "#/definitions/Destination"}, depth + 3, "")
            plain.append(
                st.fixed_dictionaries({"schedule": st.just("office"), "open": part, "closed": part})
            )
        whole = st.one_of(plain).filter(lambda one: None not in one.values())
        if "detect_fax" not in inner:
            return whole
        fax = st.sampled_from(({}, {"detect_fax": "1050"}))
        return st.builds(lambda one, more: {**one, **more}, whole, fax)


_MAP_KEYS = {"options": ("1", "2", "0", "#", "12"), "device_certificates": ("yealink", "snom"),
             "calls": ("", "1001", "mycarrier"), "answers": ("1001", "+12125550100"), "forward": ("1001", "1002")}  # fmt: skip


def _secret(node: dict[str, Any]) -> bool:
    if node.get("title") == "secret":
        return True
    return any(_secret(one) for key in ("anyOf", "allOf") for one in node.get(key, ()))


_SECRETS = st.sampled_from(
    ({"secret": "acme-conf"}, {"env": "ACME_PIN"}, {"age": "YWdlLWVuY3J5cHRpb24"}, "4711", 471100)
)
