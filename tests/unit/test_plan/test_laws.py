"""What holds for every two states."""

import html
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.cli.planned import FORMATS, View
from dialform.compiler.planning.changes import changes
from dialform.compiler.planning.objects import Change
from dialform.compiler.secrets import open_store

from . import sites

_NAMES = st.text("abcXYZ019 <>&'|*_[](){}@#`ÅßØ中", min_size=1, max_size=12).filter(str.strip)
_SECRETS = st.from_regex(r"Zq[0-9]{4}Xw[0-9]{4}Yv", fullmatch=True)
_PINS = st.integers(1_000_000_000, 9_999_999_999).map(str)


@st.composite
def extensions(draw: st.DrawFn) -> dict[str, Any]:
    """Some extensions with names and secrets of any kind."""
    numbers = draw(st.sets(st.integers(1001, 1012), min_size=3, max_size=8))
    made = {}
    for number in sorted(numbers):
        one: dict[str, Any] = {"name": draw(_NAMES)}
        if draw(st.booleans()):
            one["password"] = draw(_SECRETS)
        if draw(st.booleans()):
            one["voicemail"] = {"pin": draw(_PINS)}
        if draw(st.booleans()):
            one["ring_timeout"] = draw(st.integers(5, 60))
        made[str(number)] = one
    return made


@st.composite
def any_site(draw: st.DrawFn) -> sites.Site:
    """A site, valid or not quite, with one to three tenants."""
    data = sites.site()
    template = data.pop("tenants.d/zeta.yaml")
    del data["tenants.d/acme.yaml"]
    for slug in draw(st.sets(st.sampled_from(["acme", "beta", "zeta"]), min_size=1)):
        found = draw(extensions())
        numbers = sorted(found)
        data[f"tenants.d/{slug}.yaml"] = {
            **template,
            "company": slug,
            "extensions": found,
            "ring_groups": {"600": {"name": "G", "members": numbers[:2]}},
            "call_queues": {"800": {"name": "Q", "agents": numbers[1:3]}},
        }
    data["providers.d/main.yaml"]["password"] = draw(_SECRETS)
    for slug in ("acme", "beta", "zeta"):
        if tenant := data.get(f"tenants.d/{slug}.yaml"):
            tenant.pop("numbers", None)
            tenant.pop("inbound_routes", None)
            tenant["conferences"] = {"900": {"name": "All", "pin": draw(_PINS)}}
    data["platform.yaml"]["defaults"] = {"ring_timeout": draw(st.integers(10, 40))}
    return data


def compared(before: sites.Site, after: sites.Site) -> list[Change]:
    with tempfile.TemporaryDirectory() as folder:
        return changes(*sites.states(Path(folder), before, after))


@given(any_site())
@settings(max_examples=15)
def test_a_state_and_itself_differ_in_nothing(data: sites.Site) -> None:
    assert compared(data, data) == []


@given(any_site(), any_site())
@settings(max_examples=25)
def test_the_way_back_swaps_what_comes_and_what_goes(one: sites.Site, other: sites.Site) -> None:
    there, back = compared(one, other), compared(other, one)
    kinds = Counter(change.action for change in there)
    mirrored = Counter(change.action for change in back)
    assert (kinds["create"], kinds["delete"]) == (mirrored["delete"], mirrored["create"])
    assert kinds["rename"] == mirrored["rename"]
    assert {c.id for c in there if c.action == "create"} == {
        c.id for c in back if c.action == "delete"
    }
    swapped = {
        (c.id, f.path): (f.old, f.new) for c in there if c.action == "update" for f in c.fields
    }
    for change in back:
        if change.action == "update":
            for field in change.fields:
                assert swapped[change.id, field.path] == (field.new, field.old)


@given(any_site(), any_site(), st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_the_order_of_writing_does_not_matter(
    before: sites.Site, after: sites.Site, random: Any
) -> None:
    def shuffled(data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        keys = list(data)
        random.shuffle(keys)
        return {key: shuffled(data[key]) for key in keys}

    assert compared(before, after) == compared(shuffled(before), shuffled(after))


def secrets_of(node: Any, key: str = "") -> set[str]:
    """All that stands where a secret stands."""
    if isinstance(node, dict):
        return {one for k, inner in node.items() for one in secrets_of(inner, k)}
    return {node} if key in ("password", "pin") and isinstance(node, str) else set()


@given(any_site(), any_site())
@settings(max_examples=25)
def test_no_secret_is_ever_shown(before: sites.Site, after: sites.Site) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = sites.make_plan(*sites.states(Path(folder), before, after), open_store(None, {}))
        assert not made.errors
        texts = [html.unescape(render(View(made))) for render in FORMATS.values()]
    for secret in secrets_of(before) | secrets_of(after):
        assert not any(secret in text for text in texts)
