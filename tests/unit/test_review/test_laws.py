"""Laws, over random edits of the demo site: who is denied always, and who never."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.compiler.reviewing.rights import RIGHTS
from dialform.schema.reader import read
from dialform.schema.tenant import ACCOUNT_KEYS

from .site import ACCOUNT, DEMO, NORD, PBX, Files, allowed, denied, review

Steps = tuple[str | int, ...]


def as_yaml(data: Any) -> bytes:
    """JSON is YAML; an entry a line, and an empty line so that it can stand behind other YAML."""
    if isinstance(data, dict):
        return "".join(f"{json.dumps(k)}: {json.dumps(v)}\n" for k, v in data.items()).encode()
    return json.dumps(data).encode()


def paths(data: Any, above: Steps = ()) -> Iterator[Steps]:
    """Every path in some data."""
    entries: Any = data.items() if isinstance(data, dict) else enumerate(data)
    for step, value in entries:
        yield (*above, step)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, step))


FEW = settings(max_examples=max(settings.default.max_examples // 3, 30))
YAML = sorted(path for path in DEMO if path.endswith(".yaml"))
DATA = {path: read(path, DEMO[path])[0].data for path in YAML}
PATHS = {path: sorted(paths(data), key=str) for path, data in DATA.items()}
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(-5, 2000), st.booleans(), st.none(), st.text("abc-019@.{}", max_size=6),
    st.sampled_from(["tenant_admin", "admin", "@ops", "1001", "media/nordlicht/x.wav", [], {}]),
)  # fmt: skip


def changed(data: Any, path: tuple[str | int, ...], value: Any, how: str) -> Any:
    """The data with one entry replaced, removed, or with another one beside it."""
    if len(path) == 1:
        if isinstance(data, dict):
            kept = {k: v for k, v in data.items() if k != path[0] or how == "beside"}
            if how == "replace":
                return {k: value if k == path[0] else v for k, v in data.items()}
            return kept if how == "remove" else {**kept, "another": value}
        kept_list = list(data)
        kept_list[path[0] : path[0] + 1] = [] if how == "remove" else [value]  # type: ignore[misc]
        return kept_list
    step, inner = path[0], changed(data[path[0]], path[1:], value, how)
    if isinstance(data, dict):
        return {k: inner if k == step else v for k, v in data.items()}
    return [inner if i == step else v for i, v in enumerate(data)]


@st.composite
def edits(draw: st.DrawFn, file: str, path: tuple[str | int, ...] | None = None) -> Files:
    where = path or draw(st.sampled_from(PATHS[file]))
    how = draw(st.sampled_from(["replace", "remove", "beside"]))
    return {**DEMO, file: as_yaml(changed(DATA[file], where, draw(VALUES), how))}


def differs(head: Files, file: str) -> bool:
    return bool(read(file, head[file])[0].data != DATA[file])


OTHERS = [path for path in YAML if not path.startswith("tenants.d/acme/")]


@FEW
@given(st.sampled_from(OTHERS).flatmap(lambda file: st.tuples(st.just(file), edits(file))))
def test_outside_of_the_tenant_its_people_may_nothing(case: tuple[str, Files]) -> None:
    _, head = case
    for name in ("@alice-doe", "acme/bob", "acme/carol"):
        found = review(head, name)
        assert allowed(found) == []
        assert bool(found) == (head != DEMO)


@FEW
@given(st.sampled_from(PATHS[ACCOUNT]).flatmap(lambda path: edits(ACCOUNT, path)))
def test_account_matters_are_denied_to_all_but_admins(head: Files) -> None:
    if differs(head, ACCOUNT):
        for name in ("@alice-doe", "acme/bob"):
            assert denied(review(head, name))


@FEW
@given(
    st.sampled_from(sorted(ACCOUNT_KEYS)), VALUES, st.sampled_from([PBX, "tenants.d/acme/b.yaml"])
)
def test_an_account_key_is_denied_in_any_file(key: str, value: Any, file: str) -> None:
    head = {**DEMO, file: DEMO.get(file, b"") + as_yaml({key: value})}
    assert denied(review(head, "@alice-doe"))


@FEW
@given(st.sampled_from(YAML).flatmap(edits))
def test_an_admin_is_never_denied_but_what_was_booked(head: Files) -> None:
    found = review(head, "@ops")
    assert [one for one in denied(found) if " payment" not in one or "was booked" not in one] == []
    assert bool(found) == (head != DEMO)


OWN = {
    "extensions": ("1002",), "voicemails": ("1002",), "follow_me": ("1002",),
    "devices": ("aabbcc112233",),
}  # fmt: skip


@FEW
@given(edits(PBX))
def test_a_user_never_goes_beyond_the_table(head: Files) -> None:
    """What is allowed to bob touches his own objects alone, and fields that the table names."""
    fields = {(r.table, r.field) for r in RIGHTS if r.own}
    words = {
        "extension": "extensions",
        "mailbox": "voicemails",
        "follow-me": "follow_me",
        "device": "devices",
    }
    for verdict in review(head, "acme/bob"):
        if not verdict.allowed:
            continue
        tenant, word, key = verdict.what.split(" ")
        table = words[word]
        assert tenant == "acme"
        assert key in OWN[table]
        for field in verdict.fields:
            assert any(t == table and f == field[: len(f)] for t, f in fields)


@FEW
@given(edits(PBX))
def test_whatever_changes_the_data_has_a_verdict(head: Files) -> None:
    assert bool(review(head, "@alice-doe")) == (head != DEMO)


@FEW
@given(edits(PBX), edits(NORD))
def test_more_edits_take_no_denial_away(one: Files, other: Files) -> None:
    both = {**one, NORD: other[NORD]}
    assert set(denied(review(one, "@alice-doe"))) <= set(denied(review(both, "@alice-doe")))
