"""Classes of values behave as those of `dataclasses`."""

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform import values


@values.dataclass(frozen=True, slots=True)
class Frozen:
    one: int
    two: str = "two"
    secret: str = values.field(default="", repr=False)
    aside: list[int] = values.field(default_factory=list, compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Real:
    one: int
    two: str = "two"
    secret: str = dataclasses.field(default="", repr=False)
    aside: list[int] = dataclasses.field(default_factory=list, compare=False)


@values.dataclass(slots=True)
class Open:
    one: int = 1
    many: list[int] = values.field(default_factory=list)


@values.dataclass(slots=True)
class Below(Open):
    more: int = 2


@values.dataclass(frozen=True)
class Loose:
    one: int = 1


@values.dataclass(slots=True, eq=False)
class Itself:
    one: int = 1


ARGUMENTS = st.tuples(st.integers(), st.text(max_size=3), st.text(max_size=3))


@given(ARGUMENTS, ARGUMENTS)
def test_it_compares_hashes_and_shows_as_the_real_one(one: tuple, other: tuple) -> None:
    mine, theirs = Frozen(*one), Frozen(*other)
    assert (mine == theirs) == (Real(*one) == Real(*other))
    assert hash(mine) == hash(Real(*one))
    assert repr(mine) == repr(Real(*one)).replace("Real", "Frozen")


def test_what_does_not_count_does_not_count() -> None:
    assert Frozen(1, aside=[1]) == Frozen(1, aside=[2])
    assert Frozen(1) != Real(1)
    assert Itself() != Itself()


def test_a_default_is_made_for_each() -> None:
    one, other = Open(), Open()
    one.many.append(1)
    assert other.many == []


def test_frozen_is_frozen() -> None:
    for value in (Frozen(1), Loose()):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.one = 2  # type: ignore[misc]
        with pytest.raises(dataclasses.FrozenInstanceError):
            del value.one
    with pytest.raises(TypeError):
        hash(Open())


def test_slots_take_nothing_else() -> None:
    with pytest.raises(AttributeError):
        Open().other = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), ((1, "a", "b", [], 5), {}), ((1,), {"no": 2})]
)
def test_wrong_arguments_are_refused(given: tuple, named: dict) -> None:
    with pytest.raises(TypeError):
        Frozen(*given, **named)


def test_one_below_another_has_the_fields_of_both() -> None:
    assert Below(5, [1], 3) == Below(one=5, many=[1], more=3)
    assert repr(Below()) == "Below(one=1, many=[], more=2)"
    assert Open() == Open()


def test_it_can_be_copied_pickled_and_changed() -> None:
    value = Frozen(1, aside=[2])
    for made in (copy.copy(value), pickle.loads(pickle.dumps(value))):
        assert (made, made.aside) == (value, [2])
    for replace in (values.replace, dataclasses.replace):
        assert replace(value, two="three") == Frozen(1, "three")
    with pytest.raises(TypeError):
        values.replace(value, three=3)


def test_what_else_dataclasses_has_works() -> None:
    assert dataclasses.is_dataclass(Frozen)
    assert dataclasses.asdict(Below()) == {"one": 1, "many": [], "more": 2}
    assert [each.name for each in dataclasses.fields(Frozen)] == ["one", "two", "secret", "aside"]
