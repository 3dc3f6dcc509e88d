"""Every text field of the demo tenants with every text that could mean something to somebody."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dialform.compiler.prune import shape_check_all
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.secret import SecretRef
from dialform.schema.tenant import Tenant
from dialform.schema.types import Model

from .demo import DATA, FREE, PLACES, Site, Steps, as_yaml, at, errors

ACTED_ON = {
    "variable": "${system id}", "global": "$${x}", "newline": "a\nb", "return": "a\rb",
    "nul": "a\x00b", "escape": "a\x1b[31mb", "override": "a\u202eb", "isolate": "a\u2066b",
    "no width": "a\u200bb", "mark": "a\ufeffb", "line separator": "a\u2028b",
    "declaration": "<?x", "exec": "<!--#exec id-->", "include": "a </INCLUDE>",
    "preprocessor": "X-PRE-PROCESS", "long": "x" * 5000,
}  # fmt: skip
"""Texts that the switch, a terminal or a reader would take for something else: refused everywhere."""

TEXTS = {
    "quote": 'a "b" c', "ampersand": "a & b", "less": "a < b", "greater": "a > b", "apostrophe": "a 'b' c",
    "capture": "a $1 b", "emoji": "a 🌟 b", "family": "👩‍👩‍👧", "brackets": "[a=b]", "braces": "{a=b}c",
    "comma": "a,b", "bar": "a|b", "colon": ":_:", "backslash": "a\\b", "dots": "../../x",
    "markup": "]]>&lt;x/&gt;", "percent": "%s%n%{x}", "accents": "Größe Żółty ñ", "arabic": "مرحبا",
    "digits": "٣", "space": " ", "empty": "", "word": "true", "zeros": "007", "sip": "sip:x@y;gw=north",
}  # fmt: skip
"""Texts that one field takes and another one refuses."""

MODELS: dict[str, type[Model]] = {
    "platform.yaml": Platform, "routes.yaml": Routes, "billing.yaml": Billing, "providers.d": Provider,
    "tenants.d": Tenant,
}  # fmt: skip
OBJECTS = {
    "hosts", "routes", "packages", "rates", "plans", "users", "extensions", "voicemails", "ring_groups",
    "call_queues", "conferences", "music_on_hold", "schedules", "ivr_menus", "options", "numbers",
    "inbound_routes", "follow_me", "device_profiles", "devices", "accounts", "contacts", "payments", "paging",
}  # fmt: skip


def fields() -> list[tuple[str, Steps]]:
    """One place of each text field of the format that the demo site uses."""
    found: dict[Any, tuple[str, Steps]] = {}
    for name, path in PLACES:
        if not isinstance(at(DATA[name], path), str) or set(FREE) & set(path):
            continue
        kind: list[Any] = [name.split("/")[0]]
        for number, step in enumerate(path):
            inner = number > 0 and path[number - 1] in OBJECTS
            kind.append("*" if isinstance(step, int) or inner else step)
        found.setdefault(tuple(kind), (name, path))
    return sorted(found.values(), key=str)


FIELDS = fields()


def leaves(part: Any) -> list[Any]:
    if isinstance(part, BaseModel):
        return [leaf for name in type(part).model_fields for leaf in leaves(getattr(part, name))]
    if isinstance(part, SecretRef):
        return [part.text]
    if isinstance(part, dict):
        return [*part, *(leaf for value in part.values() for leaf in leaves(value))]
    if isinstance(part, list | tuple):
        return [leaf for value in part for leaf in leaves(value)]
    return [part]


def put(place: tuple[str, Steps], text: str) -> tuple[list[Any], list[Any]]:
    """The texts in the model, and the flaws, when this text stands there."""
    name, path = place
    data = copy.deepcopy(DATA[name])
    if name.startswith("tenants.d/"):
        data.setdefault("company", "Acme")
    at(data, path[:-1])[path[-1]] = text
    made, flaws, _ = shape_check_all(MODELS[name.split("/")[0]], name, data)
    return leaves(made), flaws


def test_the_demo_has_most_text_fields_of_the_format() -> None:
    assert len(FIELDS) > 100


@pytest.mark.parametrize(
    "place", FIELDS, ids=lambda place: f"{place[0]}:{'.'.join(map(str, place[1]))}"
)
class TestEachField:
    @pytest.mark.parametrize("kind", ACTED_ON)
    def test_refuses_what_somebody_would_act_on(self, place: tuple[str, Steps], kind: str) -> None:
        text = ACTED_ON[kind]
        texts, flaws = put(place, text)
        secret = place[1][-1] in ("pin", "password", "moderator_pin", "admin_password")
        if secret and text.isprintable() and "${" not in text:
            assert text in texts  # a secret is hashed, never written
            return
        assert flaws
        assert text not in texts
        assert all(flaw.path[: len(place[1])] == place[1] for flaw in flaws)

    @pytest.mark.parametrize("kind", TEXTS)
    def test_takes_a_text_as_it_stands_or_not_at_all(
        self, place: tuple[str, Steps], kind: str
    ) -> None:
        text = TEXTS[kind]
        texts, flaws = put(place, text)
        assert flaws or text in texts


@given(st.sampled_from(FIELDS), st.text())
def test_any_text_is_taken_as_it_stands_or_not_at_all(place: tuple[str, Steps], text: str) -> None:
    texts, flaws = put(place, text)
    # A name, an address or a network may be kept in its usual spelling.
    usual = {text.lower(), text.upper(), text.lower().rstrip(".")}
    assert flaws or usual & set(texts) or text in texts or place[1][-1] in ("addresses", "allow")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@pytest.mark.parametrize("text", [*ACTED_ON.values(), *TEXTS.values()], ids=[*ACTED_ON, *TEXTS])
def test_the_whole_site_with_one_text_in_every_field(site: Site, text: str) -> None:
    for name, original in DATA.items():
        data = copy.deepcopy(original)
        for other, path in PLACES:
            if other == name and isinstance(at(original, path), str):
                at(data, path[:-1])[path[-1]] = text
        site.put(name, as_yaml(data))
    assert errors(site.check())
    assert site.status() == 3


@given(st.sampled_from(FIELDS), st.text())
def test_the_whole_site_with_any_text_in_one_field(
    site: Site, place: tuple[str, Steps], text: str
) -> None:
    for name, data in DATA.items():
        site.put_data(name, data)
    name, path = place
    data = copy.deepcopy(DATA[name])
    at(data, path[:-1])[path[-1]] = text
    site.put(name, as_yaml(data))
    found = site.check()
    assert site.status("text") == (3 if errors(found) else 0)
