"""Classes of values are what `dataclasses` would have made of them."""

import dataclasses
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform import values

NAMES = ("size", "name", "parts", "hidden")
SIMPLE = st.one_of(st.integers(), st.text(max_size=4), st.none(), st.tuples(st.integers()))


@st.composite
def shapes(draw: st.DrawFn) -> tuple[dict[str, bool], list[tuple[str, str]]]:
    """Options of a class, and its fields: those with a default stand last."""
    frozen = draw(st.booleans())
    options = {"frozen": frozen, "slots": draw(st.booleans()), "eq": draw(st.booleans())}
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    kinds = [draw(st.sampled_from(["needed", "default", "made", "hidden"])) for _ in names]
    return options, sorted(zip(names, kinds, strict=True), key=lambda one: one[1] != "needed")


def made(module: Any, options: dict[str, bool], fields: list[tuple[str, str]]) -> type:
    """The class by `dataclasses` or by ours."""
    body: dict[str, Any] = {"__annotations__": dict.fromkeys((name for name, _ in fields), "Any")}
    for name, kind in fields:
        if kind == "default":
            body[name] = 7
        elif kind == "made":
            body[name] = module.field(default_factory=list)
        elif kind == "hidden":
            body[name] = module.field(default="x", repr=False, compare=False)
    body["__module__"], body["__qualname__"] = __name__, "Value"
    result: type = module.dataclass(**options)(type("Value", (), body))
    return result


def outcome(work: Any) -> Any:
    """What a call gives, or the kind of its error."""
    try:
        return work()
    except Exception as error:
        return type(error)


@given(shapes(), st.data())
def test_they_behave_as_those_of_dataclasses(shape: Any, data: st.DataObject) -> None:
    ours, theirs = (made(module, *shape) for module in (values, dataclasses))
    arguments = [data.draw(st.lists(SIMPLE, max_size=len(shape[1]))) for _ in range(2)]
    mine = [outcome(lambda a=a: ours(*a)) for a in arguments]
    other = [outcome(lambda a=a: theirs(*a)) for a in arguments]
    assert [isinstance(v, ours) for v in mine] == [isinstance(v, theirs) for v in other]
    if not isinstance(mine[0], ours):
        return
    assert repr(mine[0]) == repr(other[0])
    assert (mine[0] == mine[-1]) == (other[0] == other[-1])
    assert mine[0] != other[0]
    hashed = [outcome(lambda v=v: type(hash(v))) for v in (mine[0], other[0])]
    assert hashed[0] == hashed[1]
    if hashed[0] is int and mine[0] == mine[-1]:
        assert hash(mine[0]) == hash(mine[-1])
    for name, _ in shape[1]:
        assert getattr(mine[0], name) == getattr(other[0], name)
        assert outcome(lambda n=name: setattr(mine[0], n, 1)) == outcome(
            lambda n=name: setattr(other[0], n, 1)
        )
    assert [f.name for f in dataclasses.fields(mine[0])] == [
        f.name for f in dataclasses.fields(other[0])
    ]
    assert ours.__match_args__ == theirs.__match_args__  # type: ignore[attr-defined]


@values.dataclass(frozen=True, slots=True)
class Point:
    """With a base, a default and something that is made for each."""

    x: int
    y: int = 2
    tags: list[str] = values.field(default_factory=list, compare=False)

    @property
    def both(self) -> int:
        return self.x + self.y


@values.dataclass(frozen=True, slots=True)
class Named(Point):
    """Inherits."""

    name: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", f"p{self.x}")


def test_an_heir_has_its_parents_fields_first() -> None:
    named = Named(1, name="n")
    assert (named.x, named.y, named.name, named.both) == (1, 2, "n", 3)
    assert Named(4).name == "p4"
    assert Point(1) == Point(1, 2, ["x"])
    assert Point(1) != Named(1)
    assert Point(1).tags is not Point(1).tags


def test_they_travel_between_processes() -> None:
    sent = Named(3, 4, ["a"])
    back = pickle.loads(pickle.dumps(sent))
    assert (back, back.tags) == (sent, ["a"])


def test_what_is_replaced_is_another_value() -> None:
    assert values.replace(Point(1), y=9) == Point(1, 9)
    assert dataclasses.replace(Point(1), y=9) == Point(1, 9)
    assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 2, "tags": []}


def test_wrong_arguments_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"Point.*unexpected keyword argument 'z'"):
        Point(1, z=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]


def test_slots_leave_no_room_for_what_was_not_declared() -> None:
    assert not hasattr(Point(1), "__dict__")
