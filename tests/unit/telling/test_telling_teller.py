"""The messenger: everybody is told once, nobody is waited for, nothing is raised."""

import asyncio
from typing import Any

import pytest

from dialform.reconcile.telling.errors import NotDeliveredError
from dialform.reconcile.telling.masking import Masker
from dialform.reconcile.telling.teller import QUEUED, TRIES, Messenger
from dialform.reconcile.telling.told import KINDS
from dialform.reconcile.telling.webhooks import Webhook

from .conftest import COMMIT, Receiver, status


class Waits:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def tell(receiver: Receiver, *news: tuple[str, dict[str, Any], str], **options: Any) -> Messenger:
    async def main() -> Messenger:
        messenger = Messenger([Webhook(f"{receiver.base}/hook")], **options)
        for one in news:
            await messenger.tell(*one)
        await messenger.close()
        return messenger

    made: Messenger = receiver.run(main)
    return made


def test_what_is_told_says_who_what_and_which_commit(receiver: Receiver) -> None:
    tell(receiver, ("applied", status(), "12 changes are live."))
    (got,) = receiver.taken
    assert len(got.pop("id")) == 32
    assert got == {
        "version": 1, "kind": "applied", "severity": "info", "platform": "demo", "host": "pbx1",
        "title": f"demo/pbx1: applied and proven ({COMMIT[:12]})", "message": "12 changes are live.",
        "reason": "Proven", "ready": "True", "commit": COMMIT, "applied": COMMIT, "at": "2026-11-28T05:10:00Z",
    }  # fmt: skip


def test_what_may_pass_is_tried_three_times_with_longer_pauses(receiver: Receiver) -> None:
    receiver.answers, waits = [500, 503], Waits()
    messenger = tell(receiver, ("applied", status(), "x"), sleep=waits, chance=lambda: 0.0)
    assert len(receiver.taken) == TRIES
    assert len({one["id"] for one in receiver.taken}) == 1
    assert waits.seconds == [1.0, 4.0]
    assert messenger.outcomes["delivered"] == 1


def test_what_never_passes_is_given_up(receiver: Receiver) -> None:
    receiver.answers, waits = [500] * 10, Waits()
    messenger = tell(receiver, ("applied", status(), "x"), sleep=waits)
    assert len(receiver.taken) == TRIES
    assert messenger.outcomes["failed"] == 1


@pytest.mark.parametrize("code", [301, 302, 307, 400, 401, 404, 410])
def test_a_refusal_is_not_tried_again_and_no_redirect_is_followed(
    receiver: Receiver, code: int
) -> None:
    receiver.answers = [(code, {"Location": "/elsewhere"}, "")]
    messenger = tell(receiver, ("applied", status(), "x"))
    assert receiver.paths == ["/hook"]
    assert messenger.outcomes["failed"] == 1


@pytest.mark.parametrize(
    ("asked", "waited"), [("7", 7.0), ("99999", 60.0), ("soon", 1.0), ("-1", 1.0)]
)
def test_who_asks_for_time_gets_it_within_reason(
    receiver: Receiver, asked: str, waited: float
) -> None:
    receiver.answers, waits = [(429, {"Retry-After": asked}, "")], Waits()
    tell(receiver, ("applied", status(), "x"), sleep=waits, chance=lambda: 0.0)
    assert waits.seconds == [waited]


def test_nobody_there_is_no_fault_of_the_agent() -> None:
    async def main() -> Messenger:
        messenger = Messenger([Webhook("http://127.0.0.1:1/")], sleep=Waits())
        await messenger.tell("applied", status(), "x")
        await messenger.close()
        return messenger

    assert asyncio.run(main()).outcomes["failed"] == 1


def test_telling_waits_for_nobody_and_the_oldest_of_too_many_goes(receiver: Receiver) -> None:
    async def main() -> Messenger:
        receiver.gate = asyncio.Event()
        messenger = Messenger([Webhook(receiver.base)])
        for number in range(QUEUED + 20):
            await asyncio.wait_for(messenger.tell("applied", status(), str(number)), 1)
        receiver.gate.set()
        await messenger.close(30)
        return messenger

    messenger = receiver.run(main)
    assert receiver.taken[-1]["message"] == str(QUEUED + 19)
    # One of them may have been on its way already when the queue was full.
    assert len(receiver.taken) in (QUEUED, QUEUED + 1)
    assert messenger.outcomes["dropped"] == QUEUED + 20 - len(receiver.taken)


def test_closing_waits_for_a_bounded_time(receiver: Receiver) -> None:
    async def main() -> None:
        receiver.gate = asyncio.Event()
        messenger = Messenger([Webhook(receiver.base)])
        await messenger.tell("applied", status(), "x")
        await asyncio.wait_for(messenger.close(0.05), 5)
        receiver.gate.set()

    receiver.run(main)


def test_a_slow_target_holds_up_no_other(receiver: Receiver) -> None:
    class Stuck:
        name = "stuck"

        def takes(self, _: Any) -> bool:
            return True

        async def deliver(self, *_: Any) -> None:
            await asyncio.Event().wait()

    async def main() -> None:
        messenger = Messenger([Stuck(), Webhook(receiver.base)])
        await messenger.tell("applied", status(), "x")
        while not receiver.taken:
            await asyncio.sleep(0.005)
        await messenger.close(0.01)

    receiver.run(main)


@pytest.mark.parametrize(
    "error", [ValueError("x"), NotDeliveredError("x", again=False), RuntimeError("x")]
)
def test_a_target_that_breaks_stops_neither_the_agent_nor_the_next_message(
    error: Exception,
) -> None:
    got = []

    class Broken:
        name = "broken"

        def takes(self, news: Any) -> bool:
            if news.message == "no":
                raise error
            return True

        async def deliver(self, _: Any, news: Any) -> None:
            got.append(news.message)
            raise error

    async def main() -> Messenger:
        messenger = Messenger([Broken()])
        for message in ("no", "one", "two"):
            await messenger.tell("applied", status(), message)
        await messenger.close()
        return messenger

    assert asyncio.run(main()).outcomes["failed"] == 2
    assert got == ["one", "two"]


@pytest.mark.parametrize(
    "odd", [{}, {"conditions": None}, {"conditions": [1]}, {"held": 5, "host": None}]
)
def test_an_odd_status_is_told_all_the_same(receiver: Receiver, odd: dict[str, Any]) -> None:
    assert tell(receiver, ("applied", odd, "x")).outcomes["delivered"] == 1


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def held(
    why: str, commit: str = COMMIT, reason: str = "OutsideWindow"
) -> tuple[str, dict[str, Any], str]:
    return "held", status(held={"reason": reason}, attempted={"commit": commit}), why


def test_the_same_condition_is_news_once(receiver: Receiver) -> None:
    tell(receiver, *[held(f"the window opens in {n} minutes") for n in range(50)])
    assert len(receiver.taken) == 1


def test_another_reason_or_commit_is_news(receiver: Receiver) -> None:
    tell(receiver, held("x"), held("x", "a" * 40), held("x", "a" * 40, "SafetyLimit"))
    assert len(receiver.taken) == 3


def test_what_was_over_is_news_when_it_comes_again(receiver: Receiver) -> None:
    tell(receiver, held("x"), ("applied", status(), "y"), held("x"))
    assert [one["kind"] for one in receiver.taken] == ["held", "applied", "held"]


def test_a_failed_rollback_is_told_again_each_hour(receiver: Receiver) -> None:
    async def main() -> None:
        clock = Clock()
        messenger = Messenger([Webhook(receiver.base)], clock=clock)
        for _ in range(121):
            await messenger.tell("rollback_failed", status(), "look now")
            clock.now += 60
        await messenger.close()

    receiver.run(main)
    assert [one["severity"] for one in receiver.taken] == ["alarm"] * 3


def test_kinds_end_only_kinds_that_there_are() -> None:
    assert {ended for kind in KINDS.values() for ended in kind.ends} <= KINDS.keys()


def test_a_secret_in_a_message_is_masked(receiver: Receiver) -> None:
    text = "cannot fetch https://bob:hunter2@git.example/x, the gateway's key is correct-horse"
    tell(receiver, ("held", status(host="correct-horse"), text), masker=Masker(["correct-horse"]))
    assert "hunter2" not in str(receiver.taken)
    assert "correct-horse" not in str(receiver.taken)
