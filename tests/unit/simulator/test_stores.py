"""What the switch remembers between calls: keys, limits, turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.dialplan.distributor import Distributor
from dialform.simulator.dialplan.stores import Db, Hash, LimitRequest, Limits
from dialform.simulator.reading.markup import Source, parse
from dialform.simulator.reading.words import integer, separate, true


def request(data: str) -> LimitRequest:
    found = LimitRequest.parse(data)
    assert found is not None
    return found


def test_a_key_of_db_is_read_until_it_is_deleted() -> None:
    db = Db.of({"acme-dnd": {"1001": "on"}})
    assert db.api("select/acme-dnd/1001") == "on"
    assert db.run("delete/acme-dnd/1001")
    assert db.api("select/acme-dnd/1001") == ""
    assert not db.run("insert/acme-dnd/1001")
    assert db.api("insert/a/k/'x y'/z") == "+OK"
    assert db.api("select/a/k") == "x y/z"
    assert (db.api("count/a"), db.api("list"), db.api("exists/a/k")) == ("1", "a", "true")


def test_realm_and_key_of_hash_are_one_text() -> None:
    hashes = Hash()
    hashes.run("insert/a_b/c/x")
    assert hashes.api("select/a/b_c") == "x"
    assert hashes.api("insert_ifempty/a/b_c/y") == "-ERR key already exists\n"
    assert hashes.api("delete_ifmatch/a/b_c/y") == "-ERR Doesn't match\n"
    assert hashes.api("delete/a/b_c") == "+OK\n"


@pytest.mark.parametrize(
    ("data", "maximum", "interval", "exceeded"),
    [
        ("hash tenant acme", -1, 0, ("limit_exceeded",)),
        ("hash tenant acme -5", -1, 0, ("limit_exceeded",)),
        ("hash tenant acme 20 !USER_BUSY", 20, 0, ("!USER_BUSY",)),
        ("hash tenant acme 5/60 cap XML refused", 5, 60, ("cap", "XML", "refused")),
    ],
)
def test_a_limit_is_read(data: str, maximum: int, interval: int, exceeded: tuple[str, ...]) -> None:
    found = request(data)
    assert (found.maximum, found.interval, found.exceeded) == (maximum, interval, exceeded)


def test_a_channel_counts_once_until_it_is_over() -> None:
    limits, one = Limits(), request("hash tenant acme 1")
    assert limits.take("u1", one, 0) is not None
    assert limits.take("u1", one, 0) is not None
    assert limits.take("u2", one, 0) is None
    limits.release("u1")
    assert limits.take("u2", one, 0) is not None
    assert limits.usage("hash", "tenant", "acme").total == 1


def test_nothing_is_allowed_by_a_limit_of_0_and_all_without_one() -> None:
    limits = Limits()
    assert limits.take("u", request("hash tenant none 0"), 0) is None
    assert limits.take("u", request("hash tenant all"), 0) is not None
    assert limits.take("u", request("hiredis default all 0"), 0) is not None


def test_a_rate_begins_anew_when_its_time_is_over() -> None:
    limits, rate = Limits(), request("hash tenant acme 2/60")
    assert [limits.take(f"u{n}", rate, 100.0) is not None for n in range(3)] == [True, True, False]
    assert limits.take("u4", rate, 160.0) is not None


def test_calls_that_are_up_already_count() -> None:
    limits = Limits()
    limits.seed({("tenant", "acme"): 2})
    assert limits.take("u", request("hash tenant acme 2"), 0) is None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["take", "release"]))))
def test_a_limit_is_never_exceeded_and_all_is_given_back(steps: list[tuple[str, str]]) -> None:
    limits, two = Limits(), request("hash tenant acme 2")
    held: set[str] = set()
    for uuid, step in steps:
        if step == "release":
            limits.release(uuid)
            held.discard(uuid)
        elif limits.take(uuid, two, 0) is not None:
            held.add(uuid)
        assert limits.usage("hash", "tenant", "acme").total == len(held) <= 2
    for uuid in held:
        limits.release(uuid)
    assert limits.usage("hash", "tenant", "acme").total == 0


def test_a_distributor_takes_turns_by_weight() -> None:
    text = b"""<c><lists><list name="d"><node name="a" weight="2"/><node name="b" weight="1"/>
    </list></lists></c>"""
    distributor = Distributor.of(parse(Source("d.xml", text))[0])
    assert sorted(distributor.api("d") for _ in range(6)) == ["a", "a", "a", "a", "b", "b"]
    assert {distributor.api("d a") for _ in range(3)} == {"b"}
    assert distributor.api("nope") == "-err"


@pytest.mark.parametrize(
    ("text", "delimiter", "limit", "parts"),
    [
        ("a/b/", "/", 4, ["a", "b"]),
        ("/x", "/", 4, ["", "x"]),
        ("a b  c d", " ", 3, ["a", "b", "c d"]),
        ("^^;a;b", ",", 4, ["a", "b"]),
        ("'a b' c", " ", 4, ["a b", "c"]),
        ("a\\,b,c", ",", 4, ["a,b", "c"]),
        (" a , b ", ",", 4, ["a", "b"]),
        ("", ",", 4, []),
    ],
)
def test_text_is_parted_as_everywhere_in_the_switch(
    text: str, delimiter: str, limit: int, parts: list[str]
) -> None:
    assert separate(text, delimiter, limit) == parts


@given(st.text(), st.sampled_from(", /|"), st.integers(1, 5))
def test_there_are_never_more_parts_than_asked_for(text: str, sign: str, limit: int) -> None:
    assert len(separate(text, sign, limit)) <= limit


def test_words_for_yes_and_numbers_at_the_start() -> None:
    assert [true(word) for word in ("yes", "On", "1", "2.5", "0", "no", "", None)] == [
        True, True, True, True, False, False, False, False,
    ]  # fmt: skip
    assert [integer(text) for text in ("12a", " -3", "x", "4294967297")] == [12, -3, 0, 1]
