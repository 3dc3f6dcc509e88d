"""A tenant's folder as one document: keys merged, places kept."""

from hypothesis import given
from hypothesis import strategies as st

from dialform.schema.diagnostic import Place
from dialform.schema.document import load
from dialform.schema.rules import shape


def files(*texts: str) -> list[tuple[str, bytes]]:
    return [
        (f"tenants.d/acme/{name}.yaml", text.encode())
        for name, text in zip("abcd", texts, strict=False)
    ]


def test_keys_of_all_files_are_merged_in_the_order_of_the_files() -> None:
    document, findings = load(
        "tenants.d/acme",
        files("users: {b: 1}\n", "users: {a: 2}\nx: 1\n", "# nothing\n", "users:\n"),
    )
    assert findings == []
    assert document.data == {"users": {"b": 1, "a": 2}, "x": 1}
    assert list(document.data["users"]) == ["b", "a"]


def test_each_key_keeps_the_place_in_its_own_file() -> None:
    document, _ = load(
        "t", files("users:\n  b: 1\n", "users:\n\n  a: 2\nlist: [x]\n", "list: [y, z]\n")
    )
    assert document.place(("users", "a")) == Place("tenants.d/acme/b.yaml", 3, 6, 7)
    assert document.place(("users", "b"), "key") == Place("tenants.d/acme/a.yaml", 2, 3, 4)
    assert document.place(("list", 0)).file == "tenants.d/acme/b.yaml"
    assert document.place(("list", 2)) == Place("tenants.d/acme/c.yaml", 1, 11, 12)
    assert document.place(("users", "nobody")).file == "tenants.d/acme/a.yaml"
    assert document.place(("nothing",)) == Place("tenants.d/acme/a.yaml")


def test_a_mac_address_in_another_spelling_is_found_in_its_own_file() -> None:
    document, _ = load(
        "t", files("devices: {805ec0a00003: {}}\n", "devices: {'80:5e:c0:a0:00:04': {x: 1}}\n")
    )
    assert document.place(("devices", "805ec0a00004", "x")).file == "tenants.d/acme/b.yaml"


def test_parts_of_different_kinds_break_nothing() -> None:
    document, findings = load("t", files("a:\nb: 5\nc: [1]\n", "a: [1]\nb: {x: 1}\nc: {y: 1}\n"))
    assert [(d.code, d.file[-6:], d.line) for d in findings] == [
        ("DF0214", "b.yaml", 2),
        ("DF0214", "b.yaml", 3),
    ]
    assert document.data == {"a": [1], "b": 5, "c": [1]}
    for path in (("a", 0), ("a", 9), ("b", "x"), ("b", 0), ("c", 0), ("c", "y"), ()):
        assert document.place(path).line >= 1


def test_a_file_that_cannot_be_read_leaves_the_others() -> None:
    document, findings = load("t", files("a: [\n", "b: 1\n"))
    assert not document.readable
    assert document.data == {"b": 1}
    assert [d.code for d in findings] == ["DF0101"]


def test_an_lfs_pointer_is_one_finding_whatever_the_yaml_parser_says() -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize: {\n"
    document, findings = load("t", files(pointer, "b: 1\n"))
    assert [d.code for d in findings] == ["DF0204"]
    assert not document.readable


VALUES = st.recursive(
    st.sampled_from(["1", "x", "null", "true"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda parts: "{" + ", ".join(f"{k}: {v}" for k, v in parts.items()) + "}"
        ),
    ),
    max_leaves=5,
)
FILES = st.lists(
    st.dictionaries(st.sampled_from("xyz"), VALUES, max_size=3), min_size=1, max_size=4
)


@given(FILES, st.lists(st.one_of(st.sampled_from("xyzabc"), st.integers(0, 6)), max_size=4))
def test_every_path_has_a_place_in_one_of_the_files(
    parts: list[dict[str, str]], path: list[str | int]
) -> None:
    texts = ["".join(f"{key}: {value}\n" for key, value in part.items()) for part in parts]
    document, findings = load("t", files(*texts))
    place = document.diagnostic(shape.UnknownKey.flaw("t", tuple(path), key="k", hint="h"))
    lines = dict(zip([s.file for s in document.sources], texts, strict=True))[place.file].split(
        "\n"
    )
    assert 1 <= place.line <= len(lines)
    keys = {key for part in parts for key in part}
    assert set(document.data) == keys
    assert all(d.code == "DF0214" for d in findings)
