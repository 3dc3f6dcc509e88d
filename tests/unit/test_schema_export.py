"""The schemas for editors agree with the models: neither complains where the other does not."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import ValidationError

from dialform.schema.docs import field_docs
from dialform.schema.document import load
from dialform.schema.export import DOCUMENTS, DRAFT, files, schema_of, text_of
from dialform.schema.reader import read
from dialform.schema.types import Model

ROOT = Path(__file__).resolve().parents[2]
CALLS = {
    "calls": [
        {"tenant": "acme", "from": "1001", "to": "911", "expect": {"trunk": "mycarrier"}},
        {
            "from": 1003,
            "to": "+442079460000",
            "at": "2026-12-24T10:00",
            "expect": {"refused": "toll"},
        },
    ]
}
WHOLE = [name for name, document in DOCUMENTS.items() if not document.part]


@cache
def validator(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads(text_of(name)))


def schema_takes(name: str, data: Any) -> bool:
    return validator(name).is_valid(data)


def model_takes(name: str, data: Any) -> bool:
    try:
        DOCUMENTS[name].model.model_validate(data)
    except ValidationError:
        return False
    return True


def read_file(path: Path) -> Any:
    source, findings = read(path.name, path.read_bytes())
    assert not findings
    return source.data


@cache
def demo() -> dict[str, list[Any]]:
    """The demo site's documents by kind, as the reader gives them; tenants are merged."""
    tenants = []
    for path in sorted((ROOT / "tenants.d").iterdir()):
        parts = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        document, findings = load(path.name, [(part.name, part.read_bytes()) for part in parts])
        assert not findings
        tenants.append(document.data)
    singles = {
        name: [read_file(ROOT / f"{name}.yaml")] for name in ("platform", "routes", "billing")
    }
    providers = [read_file(path) for path in sorted((ROOT / "providers.d").glob("*.yaml"))]
    return {**singles, "provider": providers, "tenant": tenants, "calls": [CALLS]}


class TestDocuments:
    @pytest.mark.parametrize("name", DOCUMENTS)
    def test_is_draft_7_with_a_relative_id_and_a_title(self, name: str) -> None:
        schema = schema_of(name)
        Draft7Validator.check_schema(schema)
        assert schema["$schema"] == DRAFT
        assert schema["$id"] == f"{name}.schema.json"
        assert schema["title"]

    @pytest.mark.parametrize("name", DOCUMENTS)
    def test_says_nothing_that_draft_7_does_not_know(self, name: str) -> None:
        text = text_of(name)
        assert "$defs" not in text
        for node in nodes(schema_of(name)):
            assert set(node) == {"$ref"} or "$ref" not in node, node
            assert "dependentRequired" not in node

    def test_every_kind_of_file_gets_a_file(self) -> None:
        assert [file for file, _ in files()] == [f"{name}.schema.json" for name in DOCUMENTS]

    @pytest.mark.parametrize("name", WHOLE)
    def test_every_key_has_a_description(self, name: str) -> None:
        schema = schema_of(name)
        parts = [schema, *schema.get("definitions", {}).values()]
        silent = [
            f"{part['title']}.{key}"
            for part in parts
            for key, node in part.get("properties", {}).items()
            if not node.get("description")
        ]
        assert silent == []

    def test_descriptions_are_the_docstrings_of_the_fields(self) -> None:
        class Base(Model):
            first: int
            """Of the base."""

        class Own(Base):
            second: int = 1
            """On two
            lines."""
            third: int = 2

        assert field_docs(Own) == {"first": "Of the base.", "second": "On two lines."}


class TestAgreement:
    @pytest.mark.parametrize("name", WHOLE)
    def test_the_demo_site_passes_both(self, name: str) -> None:
        for data in demo()[name]:
            assert list(validator(name).iter_errors(data)) == []
            assert model_takes(name, data)

    def test_a_file_of_a_tenants_folder_needs_no_company(self) -> None:
        for path in sorted((ROOT / "tenants.d").glob("*/*.yaml")):
            assert list(validator("tenant-part").iter_errors(read_file(path))) == []
        assert not schema_takes("tenant-part", {"extension": {}})

    @pytest.mark.parametrize("name", WHOLE)
    def test_both_refuse_an_unknown_key_in_every_map_of_fixed_keys(self, name: str) -> None:
        for data in demo()[name]:
            for path in maps_of_fixed_keys(data):
                changed = copy.deepcopy(data)
                at(changed, path)["unknown_key"] = "x"
                assert not model_takes(name, changed), path
                assert not schema_takes(name, changed), path

    @pytest.mark.parametrize("name", WHOLE)
    def test_both_refuse_a_missing_key(self, name: str) -> None:
        for data in demo()[name]:
            for path in places(data):
                if not path or not isinstance(path[-1], str):
                    continue
                changed = copy.deepcopy(data)
                del at(changed, path[:-1])[path[-1]]
                assert schema_takes(name, changed) == model_takes(name, changed), path

    @pytest.mark.parametrize("name", WHOLE)
    @given(data=st.data())
    def test_the_schema_takes_whatever_the_model_takes(
        self, name: str, data: st.DataObject
    ) -> None:
        changed = copy.deepcopy(data.draw(st.sampled_from(demo()[name])))
        for _ in range(data.draw(st.integers(1, 3))):
            mutate(changed, data)
        if model_takes(name, changed):
            assert list(validator(name).iter_errors(changed)) == []

    @pytest.mark.parametrize(
        ("data", "good"),
        [
            ({"company": 7, "users": None, "extensions": {"1001": {"name": True}}}, True),
            ({"company": "A", "extensions": {"1001": {"name": "A", "password": True}}}, True),
            (
                {"company": "A", "extensions": {"1001": {"name": "A", "password": {"age": "x"}}}},
                True,
            ),
            (
                {"company": "A", "extensions": {"1001": {"name": "A", "password": {"file": "x"}}}},
                False,
            ),
            ({"company": "A", "extensions": {"1001": {"name": "A", "password": {}}}}, False),
            ({"company": "A", "extensions": {"101": {"name": "A"}}}, False),
            ({"company": "A", "extensions": {"1001": {"name": "A", "busy": {"ivr": 700}}}}, True),
            ({"company": "A", "extensions": {"1001": {"name": "A", "busy": "1002"}}}, False),
            ({"company": "A", "extensions": {"1001": {"name": "A", "busy": {}}}}, False),
            (
                {"company": "A", "extensions": {"1001": {"name": "A", "busy": {"hangup": True}}}},
                True,
            ),
            (
                {"company": "A", "extensions": {"1001": {"name": "A", "busy": {"external": 911}}}},
                True,
            ),
            (
                {
                    "company": "A",
                    "inbound_routes": {"+1": {"schedule": "a", "open": {"ivr": "70"}}},
                },
                False,
            ),
            (
                {"company": "A", "inbound_routes": {"+12": {"ivr": "70", "open": {"ivr": "70"}}}},
                False,
            ),
            (
                {
                    "company": "A",
                    "ring_groups": {"60": {"name": "A", "members": [1001, {"number": 9}]}},
                },
                True,
            ),
            ({"company": "A", "ring_groups": {"60": {"name": "A", "members": []}}}, False),
            ({"company": "A", "limits": {"daily": "-1"}}, False),
            ({"company": "A", "permissions": ["fly"]}, False),
        ],
    )
    def test_examples(self, data: Any, good: bool) -> None:
        assert model_takes("tenant", data) is good
        assert schema_takes("tenant", data) is good


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 100000),
    st.sampled_from(["", "x", "1001", "0012", "+12125550199", "true", "2026-12-25", "a-b", "*98"]),
    st.sampled_from([[], {}, ["1001"], {"number": "1001"}, {"repeat": True}, {"secret": "a"}]),
    st.sampled_from([{"voicemail": "1999"}, {"hangup": True}, {"external": 911}, {"ivr": 700}]),
)


def mutate(data: Any, draw: st.DataObject) -> None:
    """Change one place of a document: drop it, add beside it, or put something else there."""
    paths = [path for path in places(data) if path]
    if not paths:
        return
    path = draw.draw(st.sampled_from(paths))
    holder, last = at(data, path[:-1]), path[-1]
    match draw.draw(st.sampled_from(["drop", "add", "replace", "rename"])):
        case "drop":
            del holder[last]
        case "add" if isinstance(holder, dict):
            # A key that exists elsewhere in the format is likelier to be taken than any text.
            other = [step for p in paths for step in p if isinstance(step, str)]
            holder[draw.draw(st.sampled_from(other))] = copy.deepcopy(draw.draw(VALUES))
        case "rename" if isinstance(holder, dict):
            key = draw.draw(st.sampled_from(["1001", "default", "+12125550199", "x y", "7", "0"]))
            holder[key] = holder.pop(last)
        case _:
            holder[last] = copy.deepcopy(draw.draw(VALUES))


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path in the data, its root first."""
    yield path
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for step, value in items:
        yield from places(value, (*path, step))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def maps_of_fixed_keys(data: Any) -> Iterator[tuple[Any, ...]]:
    """The paths of the maps in which a key is either known or wrong."""
    for path in places(data):
        chosen = path[-1:] and path[-1] in KEYED
        if isinstance(at(data, path), dict) and not chosen and not OPEN & set(path):
            yield path


KEYED = {
    "hosts", "routes", "packages", "rates", "plans", "payments", "numbers", "users", "extensions",
    "voicemails", "ring_groups", "call_queues", "conferences", "music_on_hold", "schedules",
    "ivr_menus", "inbound_routes", "follow_me", "device_profiles", "devices", "accounts",
    "contacts", "paging", "options",
}  # fmt: skip
"""Keys below which maps hold objects by names that people choose."""

OPEN = {"given", "expect"}
"""Keys of a call test below which no key is fixed yet."""


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)
