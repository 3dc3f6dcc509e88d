"""Reading a file of 100,000 prices, against the bare floor: the csv module and a dict of its prefixes.

Prints ratios for a person to read; no test depends on them.
"""

import csv
import random
import statistics
import time
from collections.abc import Callable

from dialform.compiler.pricing.book import RateBook
from dialform.compiler.pricing.check import spans_of
from dialform.compiler.pricing.cover import Part, Priced
from dialform.compiler.pricing.ratefile import MAX_ROWS, read_rates
from dialform.compiler.terms import Prices
from dialform.compiler.terms_json import prices_from, prices_json
from dialform.schema.billing import Billing

PATH = "rates/world.csv"


def generated() -> bytes:
    """A carrier's list: prefixes of up to seven digits, a few hundred prices."""
    rng = random.Random(6)
    prices = [f"{rng.randrange(1, 9000) / 10000:.4f}" for _ in range(400)]
    found: set[str] = set()
    while len(found) < MAX_ROWS:
        found.add(f"+{rng.randrange(1, 10)}{rng.randrange(10 ** rng.randrange(1, 8))}"[:10])
    rows = (f"voice,{one},{rng.choice(prices)},60,1,0,2026-01-01" for one in sorted(found))
    return "\n".join(["service,prefix,per_minute,first,next,connect,from", *rows, ""]).encode()


def bare(raw: bytes) -> dict[str, list[str]]:
    """The floor."""
    rows = csv.reader(raw.decode().split("\n"))
    next(rows)
    return {row[1]: row for row in rows if row}


def cpu(work: Callable[[], object]) -> float:
    """The median of three runs, in seconds of this process."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def main() -> None:
    """Read it, look for what it leaves without a price, write and read what a host is given."""
    raw = generated()
    floor = cpu(lambda: bare(raw))
    print(f"floor (csv and a dict)         {floor:7.3f} s")
    file = read_rates(PATH, raw)
    assert not file.findings
    billing = Billing.model_validate({"rates": {"world": {"file": PATH}}})
    book = RateBook(billing, lambda _: True, lambda _: raw)
    spans = spans_of(book, "world", "voice")
    priced = Priced([spans], [sorted(spans)])
    prices = Prices({"world": file.prices("world")}, {}, {})
    given = prices_json(prices)
    for name, work in (
        ("read 100,000 rows", lambda: read_rates(PATH, raw)),
        ("what a route for + lacks", lambda: priced.holes(Part("+"))),
        ("a host's file written", lambda: prices_json(prices)),
        ("a host's file read", lambda: prices_from(given)),
    ):
        seconds = cpu(work)
        print(f"{name:30} {seconds:7.3f} s  {seconds / floor:6.2f} x floor")


if __name__ == "__main__":
    main()
