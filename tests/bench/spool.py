"""How fast call records are read, against reading and decoding the same files in the same run.

`python -m tests.bench.spool`: records as a real switch wrote them (some 10 kB), each with the marks of the
dialplan. The floor opens each file, reads it, and decodes it with `json.loads`; it looks at nothing and moves
nothing. Ours lists the folder, checks each file, reads it strictly, makes its facts, and puts it away; then
the same with booking on SQLite. A backlog of 100,000 short records shows what memory does. No test depends on
these figures.
"""

import argparse
import gc
import itertools
import json
import os
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from dialform.billing.ledger.opening import open_ledger
from dialform.billing.meter.ingest import Ingest
from dialform.billing.meter.stats import Stats
from dialform.billing.spool import Spool
from dialform.compiler.terms import Price, Prices, Terms

RECORDED = Path(__file__).parents[1] / "unit" / "billing" / "facts" / "recorded"
PRICES = Prices(
    {"uk": (Price("uk", "voice", "outbound", "+44", 20_000),)}, {"standard": ("uk",)}, {}
)
TERMS = [Terms(f"t{number:03}", "", "", "UTC", "USD", plan="standard") for number in range(100)]
MARKS = {
    "dialform_trunk": "north", "dialform_direction": "outbound", "dialform_to": "+442079460000",
    "dialform_route": "world", "dialform_extension": "1001", "dialform_revision": "0123456789ab",
}  # fmt: skip
"""Beside the tenant's."""


def marked(record: dict[str, dict[str, str]], number: int) -> dict[str, dict[str, str]]:
    """The record of another leg, stamped as a dialplan does."""
    names = {"uuid": str(uuid.uuid4()), "dialform_tenant": TERMS[number % len(TERMS)].slug}
    return record | {"variables": record["variables"] | MARKS | names}


def fill(folder: Path, count: int, short: bool = False) -> None:
    """A spool of so many records; short ones have nothing but what facts are made of."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [json.loads(path.read_bytes()) for path in sorted(RECORDED.glob("outbound*.json"))]
    if short:
        kept = ("start_uepoch", "answer_uepoch", "end_uepoch", "hangup_cause")
        found = [
            {"core-uuid": "x", "variables": {k: one["variables"][k] for k in kept}} for one in found
        ]
    for number, record in zip(range(count), itertools.cycle(found)):
        made = marked(record, number)
        path = folder / f"{made['variables']['uuid']}.cdr.json"
        path.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n")


def refill(folder: Path) -> None:
    """What was booked lies in the spool again."""
    for path in (folder / "booked").glob("*/*"):
        path.rename(folder / path.name)
    shutil.rmtree(folder / "booked", ignore_errors=True)


def floor(folder: Path) -> None:
    """Read and decode, nothing more."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file():
                with open(entry.path, "rb") as file:  # noqa: PTH123 -- the floor is bare
                    json.loads(file.read())


def read(folder: Path) -> None:
    """Read and make facts."""
    for batch in Spool(folder, "pbx1").passes():
        assert batch.read and not batch.bad


def settled(folder: Path, watched: Callable[[int], None] = lambda count: None) -> None:
    """The same, and put away."""
    spool, count = Spool(folder, "pbx1"), 0
    for batch in spool.passes():
        spool.settle(batch.read)
        count += len(batch.read)
        watched(count)
    assert spool.left.files == 0


def booked(folder: Path, watched: Callable[[int], None] = lambda count: None) -> Stats:
    """The same, and booked on SQLite, whose writes are on the disk when it says so."""
    place = tempfile.TemporaryDirectory(prefix="dialform-bench-")
    with place, open_ledger(f"sqlite:///{place.name}/ledger.db") as ledger:
        ledger.store_terms("pbx1", PRICES, TERMS, at=0)
        stats, spool = Stats(), Spool(folder, "pbx1")
        now = time.time_ns() // 1000
        ingest = Ingest(ledger, "pbx1", spool, stats, lambda: now, lambda kind, words: None)
        for batch in spool.passes():
            ingest.files(batch)
            watched(stats.files)
        assert stats.booked == stats.files and not stats.bad
        return stats


def timed(work: Callable[[Path], object], folder: Path) -> tuple[float, float]:
    """Seconds of one run, by the clock and of the processor; what it put away lies there again."""
    gc.collect()
    start, used = time.perf_counter(), time.process_time()
    work(folder)
    seconds = time.perf_counter() - start, time.process_time() - used
    refill(folder)
    return seconds


def resident() -> float:
    """MB of memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def backlog(folder: Path, count: int) -> None:
    """A backlog, put away and then booked: what memory does meanwhile."""
    fill(folder, count, short=True)
    mark = max(count // 10, 1)
    for work, name in ((settled, "put away"), (booked, "booked")):
        seen: dict[int, float] = {}
        start = time.perf_counter()
        work(folder, lambda files, seen=seen: seen.setdefault(files // mark, resident()))  # type: ignore[misc, operator]
        seconds = time.perf_counter() - start
        steps = [seen[step] for step in sorted(seen)]
        print(f"a backlog of {count:,}, {name}   {count / seconds:9,.0f} records/s")
        grown = steps[-1] - steps[len(steps) // 2]
        print(f"   MB of memory at each tenth: {' '.join(f'{step:.0f}' for step in steps)}")
        print(f"   in its second half {grown:+.1f} MB (SQLite keeps pages in up to 32 MB)")
        refill(folder)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--backlog", type=int, default=100_000)
    options = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="dialform-bench-"))
    folder = base / "spool"
    fill(folder, options.files)
    size = sum(path.stat().st_size for path in folder.iterdir()) // options.files
    works = (floor, read, settled, booked)
    times: dict[Callable[..., object], list[tuple[float, float]]] = {work: [] for work in works}
    for _ in range(options.runs):
        for work in works:
            times[work].append(timed(work, folder))
    bare = statistics.median(clock for clock, _ in times[floor])
    print(f"{options.files:,} records of {size:,} bytes in the mean, {options.runs} runs, medians")
    print(f"floor: open, read, json.loads {options.files / bare:9,.0f} records/s")
    rows = (
        (read, "read strictly, facts", "at most 2 x"),
        (settled, "the same, put away", "at most 2 x"),
        (booked, "the same, booked", ""),
    )
    for work, name, goal in rows:
        seconds = statistics.median(clock for clock, _ in times[work])
        ratios = [
            statistics.median(
                a[which] / b[which] for a, b in zip(times[work], times[floor], strict=True)
            )
            for which in (0, 1)
        ]
        told = f"{ratios[0]:5.2f} x floor, {ratios[1]:.2f} x of the processor"
        print(f"{name:26} {options.files / seconds:12,.0f} records/s  {told}   {goal}")
    shutil.rmtree(folder)
    backlog(folder, options.backlog)
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
