"""Unknown and forbidden take the same time: the same work, and the same end however little that was.

Work is counted in lines of Python that run, which no load of the machine changes; the end on a clock that the
test turns.
"""

from __future__ import annotations

import asyncio
import gc
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import dialform.provisioning
from dialform.provisioning.app import build_app
from dialform.provisioning.following import Releases
from dialform.provisioning.log import Lines
from dialform.provisioning.service import FLOOR, Clocks, Service
from dialform.provisioning.settings import read_settings
from dialform.provisioning.state import State

from .release import ACME, OTHER, PHONES
from .serving import FREE, Turned, basic
from .test_fetching import digest

MINE, _ = PHONES
STRANGER = "805ec0000099"
OURS = str(Path(dialform.provisioning.__path__[0]))


class Slept:
    """A clock that passes only where somebody sleeps, or works."""

    def __init__(self) -> None:
        self.now, self.asked = 1000.0, list[float]()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.now += seconds


class Bare:
    """The application without a network."""

    def __init__(self, root: Path, state: Path) -> None:
        self.clock = Slept()
        self.wall = Turned()
        self.service = Service(
            read_settings(root, certificate="/c", key="/k"), Releases(root, clock=self.clock), State(state),
            lines=Lines(io.StringIO()), rates=FREE,
            clocks=Clocks(wall=self.wall, steady=self.clock, sleep=self.clock.sleep),
        )  # fmt: skip
        self.app = build_app(self.service)

    def ask(
        self, path: str, headers: dict[str, str] | None = None, scheme: str = "https"
    ) -> list[Any]:
        """The messages of an answer."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "GET", "scheme": scheme, "client": ("192.0.2.1", 5), "query_string": b"",
            "raw_path": path.encode(), "state": {},
            "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        }  # fmt: skip
        asyncio.run(self.app(scope, None, send))  # type: ignore[arg-type]
        return sent

    def lines(self, path: str, headers: dict[str, str] | None = None) -> int:
        """How many lines of ours a request runs."""
        count = 0

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal count
            if not frame.f_code.co_filename.startswith(OURS):
                return None
            count += event == "line"
            return trace

        self.ask(path, headers)  # caches are warm for both sides
        before = sys.gettrace()
        gc.collect()  # what is let go of meanwhile is no work of a request
        gc.disable()
        sys.settrace(trace)
        try:
            self.ask(path, headers)
        finally:
            sys.settrace(before)
            gc.enable()
        return count


@pytest.fixture
def bare(root: Path, tmp_path: Path) -> Iterator[Bare]:
    yield Bare(root, tmp_path / "state")


def wrong(mac: str) -> dict[str, str]:
    return basic(type(MINE)(mac), "wrong")


def guess(bare: Bare, mac: str, name: str) -> dict[str, str]:
    nonce = bare.service.nonces.make()
    header = digest(type(MINE)(mac), "/provision/auth/x.cfg", nonce, name=name, response="0" * 32)
    return {"Authorization": header}


PAIRS: dict[str, Callable[[Bare, str], tuple[str, dict[str, str]]]] = {
    "a MAC": lambda _, mac: (f"/provision/{mac}", {}),
    "a MAC's file": lambda _, mac: (f"/provision/{mac}.cfg", {}),
    "a MAC's folder": lambda _, mac: (f"/provision/{mac}/{mac}.cfg", {}),
    "an agent": lambda _, mac: ("/provision/x.cfg", {"User-Agent": f"Yealink {mac}"}),
    "a user": lambda _, mac: (f"/provision/{mac}.cfg", wrong(mac)),
    "a user who is asked": lambda _, mac: ("/provision/auth/x.cfg", wrong(mac)),
    "a digest": lambda bare, mac: ("/provision/auth/x.cfg", guess(bare, mac, "SHA-256")),
    "an old digest": lambda bare, mac: ("/provision/auth/x.cfg", guess(bare, mac, "MD5")),
}


@pytest.mark.parametrize("what", PAIRS)
def test_a_known_phone_is_as_much_work_as_an_unknown_one(bare: Bare, what: str) -> None:
    known, unknown = (bare.lines(*PAIRS[what](bare, mac)) for mac in (ACME, STRANGER))
    assert known > 50, "something was counted"
    # What stays is the choice between two values: a line or two of two hundred, below a microsecond.
    assert abs(known - unknown) <= 2, (known, unknown)


@pytest.mark.parametrize("what", PAIRS)
def test_a_refusal_ends_when_it_ends_whatever_it_was_about(bare: Bare, what: str) -> None:
    ends = set()
    for mac in (ACME, OTHER, STRANGER):
        began = bare.clock.now
        sent = bare.ask(*PAIRS[what](bare, mac))
        assert sent[0]["status"] in (401, 404)
        ends.add(round(bare.clock.now - began, 9))
    assert ends == {FLOOR}


def test_a_refusal_that_took_its_time_waits_for_the_rest_alone(bare: Bare) -> None:
    identify = bare.service.identify

    def slow(*given: Any) -> Any:
        bare.clock.now += FLOOR * 0.75
        return identify(*given)

    bare.service.identify = slow  # type: ignore[assignment]
    bare.ask("/provision/nothing")
    assert bare.clock.asked == [pytest.approx(FLOOR * 0.25)]
    bare.clock.asked.clear()
    bare.ask(f"/provision/{MINE.token}")
    assert bare.clock.asked == [], "who gets something does not wait"


def test_a_mistake_of_ours_looks_like_nothing_and_is_told(bare: Bare) -> None:
    nothing = bare.ask("/provision/nothing")

    def broken(*_: Any) -> Any:
        raise RuntimeError(MINE.token)

    bare.service.identify = broken  # type: ignore[assignment]
    assert bare.ask(f"/provision/{MINE.token}") == nothing
    log = bare.service.lines._stream.getvalue()  # type: ignore[attr-defined]
    assert "RuntimeError" in log
    assert "test_equal.py" in log
    assert MINE.token not in log
