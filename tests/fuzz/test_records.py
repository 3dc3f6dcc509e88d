"""Call records of any bytes: facts, or one sentence that says why there are none."""

import json
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from dialform.billing.facts import Fact, FactError, facts_of, read

RECORDED = Path(__file__).parents[1] / "unit/billing/facts/recorded"
MARKS = {
    "dialform_tenant": "acme",
    "dialform_trunk": "mycarrier",
    "dialform_direction": "outbound",
    "dialform_to": "+12125550177",
}


def marked(name: str) -> bytes:
    """What a real switch wrote, as a leg of a trunk."""
    made = json.loads((RECORDED / f"{name}.cdr.json").read_bytes())
    said = made["variables"]
    said |= MARKS | {"dialform_rooms": f"901:{said['answer_uepoch']}-", "conference_member_id": "1"}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


WHOLE = [marked(name) for name in ("fax-rx-1", "outbound-gw-1", "conference-1")]
PLACE = st.integers(0, min(map(len, WHOLE)) - 1)
DAMAGE = st.one_of(
    st.tuples(st.just("put"), PLACE, st.binary(min_size=1, max_size=8)),
    st.tuples(st.just("over"), PLACE, st.binary(min_size=1, max_size=8)),
    st.tuples(st.just("cut"), PLACE, st.integers(1, 60)),
    st.tuples(st.just("double"), PLACE, st.integers(1, 60)),
)


def facts(raw: bytes) -> list[Fact]:
    """Its facts; none where it is refused, in a sentence."""
    try:
        return facts_of(read(raw), "pbx1")
    except FactError as error:
        said = str(error)
        assert said.endswith(".") and "\n" not in said and len(said) < 160
        return []


@given(st.binary(max_size=400))
@example(b"")
@example(b"\xff\xfe")
@example(b"[" * 100_000)
@example(b'{"variables":{"uuid":' * 50_000)
def test_any_bytes(raw: bytes) -> None:
    assert facts(raw) == facts(raw + b"}\n") == []


@given(st.sampled_from(WHOLE), st.lists(DAMAGE, min_size=1, max_size=6))
def test_damaged_records(whole: bytes, damages: list[tuple[str, int, bytes | int]]) -> None:
    raw = bytearray(whole)
    for kind, place, what in damages:
        if isinstance(what, bytes):
            raw[place : place + (len(what) if kind == "over" else 0)] = what
        elif kind == "cut":
            del raw[place : place + what]
        else:
            raw[place:place] = raw[place : place + what]
    for fact in facts(bytes(raw)):
        assert fact.tenant and fact.tenant.isascii() and fact.tenant.isprintable()
        assert 0 <= fact.answered <= fact.ended
        assert fact.digest


@given(st.sampled_from(WHOLE), st.data())
def test_a_record_that_was_cut_off_may_still_be_written(whole: bytes, draw: st.DataObject) -> None:
    assert facts(whole)
    assert facts(whole[: draw.draw(st.integers(0, len(whole) - 1))]) == []
