"""Virtual time: what runs when, and always in the same order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.clock import Clock, Signal

START = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_timers_go_off_by_time_and_then_in_the_order_of_setting(seconds: list[int]) -> None:
    clock, seen = Clock(START), list[tuple[float, int]]()
    for number, each in enumerate(seconds):
        clock.later(each, lambda number=number: seen.append((clock.elapsed, number)))  # type: ignore[misc]
    clock.run()
    assert seen == sorted((float(each), number) for number, each in enumerate(seconds))
    assert clock.elapsed == max(seconds)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=12))
def test_the_same_tasks_always_run_in_the_same_order(plan: list[tuple[int, int]]) -> None:
    def once() -> list[tuple[float, int]]:
        clock, seen = Clock(START), list[tuple[float, int]]()

        async def task(number: int, steps: int, pause: int) -> None:
            for _ in range(steps + 1):
                await clock.sleep(pause)
                seen.append((clock.elapsed, number))

        for number, (steps, pause) in enumerate(plan):
            clock.spawn(task(number, steps, pause))
        clock.run()
        return seen

    first = once()
    assert first == once()
    assert [moment for moment, _ in first] == sorted(moment for moment, _ in first)


def test_a_signal_wakes_all_who_wait_and_nobody_else() -> None:
    clock = Clock(START)
    signal, seen = clock.signal(), list[tuple[str, bool, float]]()

    async def waits(name: str, on: Signal, limit: float | None) -> None:
        seen.append((name, await clock.wait(on, timeout=limit), clock.elapsed))

    clock.spawn(waits("long", signal, None))
    clock.spawn(waits("short", signal, 1.0))
    clock.spawn(waits("other", clock.signal(), 9.0))
    clock.later(5.0, signal.fire)
    clock.run()
    assert seen == [("short", False, 1.0), ("long", True, 5.0), ("other", False, 9.0)]


def test_a_cancelled_timer_does_nothing_and_keeps_nobody_waiting() -> None:
    clock, seen = Clock(START), list[int]()
    clock.later(5, lambda: seen.append(1)).cancel()
    assert clock.due() is None
    clock.run()
    assert (seen, clock.elapsed) == ([], 0.0)


def test_real_time_runs_as_far_as_it_is_told() -> None:
    clock, seen = Clock(START), list[float]()
    for each in (1.0, 2.0, 3.0):
        clock.later(each, lambda: seen.append(clock.elapsed))
    clock.run(until=2.5)
    assert (seen, clock.elapsed, clock.due()) == ([1.0, 2.0], 2.5, 3.0)


def test_what_runs_at_once_runs_up_to_where_it_waits() -> None:
    clock, seen = Clock(START), list[str]()

    async def task() -> None:
        seen.append("begin")
        await clock.sleep(1)
        seen.append("end")

    clock.now_or_later(task())
    assert seen == ["begin"]
    clock.run()
    assert seen == ["begin", "end"]


@given(st.integers(0, 999_999), st.integers(1, 90))
def test_whole_seconds_are_those_of_the_wall_clock(fraction: int, seconds: int) -> None:
    clock = Clock(START + timedelta(microseconds=fraction))
    begin = clock.second
    clock.run(until=clock.until(begin + seconds))
    assert clock.second == begin + seconds
    assert clock.moment() >= START + timedelta(seconds=seconds - 1)
