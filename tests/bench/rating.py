"""Rating against many prefixes, as ratios to bare loops in the same run: a row of `make bench`.

The floor makes the same look-ups in dicts as `rate` does, and nothing else: the day of the answer, the
plan's prices, the prefix by its length (the longest first), the package. It reads no clock, compares no dates
and makes no value. Beside it stands the loop over prefixes alone, for whoever calls that the floor.
No test depends on these figures: they are printed for a person to read.
"""

import argparse
import random
import time
from collections.abc import Callable

from dialform.billing.facts.fact import Fact
from dialform.billing.rating.explain import steps
from dialform.billing.rating.periods import day_of
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import rate
from dialform.compiler.terms import Price, Prices, Terms

ZONE = "America/New_York"
START = 1_780_000_000_000_000
DAY, MINUTE, SECOND = 86_400_000_000, 60_000_000, 1_000_000
DIGITS = {1: 1, 2: 5, 3: 20, 4: 100, 5: 300, 6: 400, 7: 400, 8: 150, 9: 30}
"""How often prefixes have so many digits: as in lists that carriers send."""
TERMS = Terms("acme", "Acme", "", ZONE, "USD", "business", "standard", "2026-01-01")


def deck(count: int, chance: random.Random) -> list[str]:
    """Different prefixes, sorted."""
    prefixes = {"+"}
    while len(prefixes) < count:
        length = chance.choices(list(DIGITS), list(DIGITS.values()))[0]
        first = chance.choice("123456789")
        prefixes.add(f"+{first}" + "".join(chance.choices("0123456789", k=length - 1)))
    return sorted(prefixes)


def made(prefixes: list[str], count: int, chance: random.Random) -> list[Fact]:
    """Answered calls of one day, to numbers that begin as a prefix does and go on anyhow."""
    facts = []
    for place in range(count):
        number = chance.choice(prefixes) + "".join(chance.choices("0123456789", k=9))
        answered = START + chance.randrange(DAY)
        ended = answered + chance.randrange(1, 900 * SECOND)
        facts.append(
            Fact(
                f"u{place}", "call", "pbx1", "acme", answered, answered, ended, "outbound",
                "mycarrier", "world", number=number[:13],
            )
        )  # fmt: skip
    return facts


class Floor:
    """The same look-ups in bare dicts."""

    def __init__(self, prices: Prices, facts: list[Fact]) -> None:
        rows = {row.prefix: row for row in prices.rates["world"]}
        lengths = tuple(sorted({len(prefix) for prefix in rows}, reverse=True))
        self.facts, self.packages = facts, prices.packages
        self.plans = {("standard", "voice", "outbound"): (lengths, rows)}
        self.days = {fact.answered // MINUTE: day_of(fact.answered, ZONE) for fact in facts}

    def prefixes(self) -> None:
        """The prefixes alone."""
        lengths, rows = self.plans["standard", "voice", "outbound"]
        get = rows.get
        for fact in self.facts:
            number = fact.number
            for length in lengths:
                if get(number[:length]) is not None:
                    break

    def all(self) -> None:
        """All look-ups of a rating."""
        days, plans, packages = self.days, self.plans, self.packages
        for fact in self.facts:
            days.get(fact.answered // MINUTE)
            lengths, rows = plans[fact.plan or TERMS.plan, "voice", fact.direction]
            get = rows.get
            number = fact.number
            for length in lengths:
                if get(number[:length]) is not None:
                    break
            packages[TERMS.package].get("voice_minutes")


def best(runs: int, *works: Callable[[], object]) -> list[float]:
    """Seconds of processor time of each work, the least of several turns."""
    least = [float("inf")] * len(works)
    for _ in range(runs):
        for place, work in enumerate(works):
            start = time.process_time()
            work()
            least[place] = min(least[place], time.process_time() - start)
    return least


def main() -> None:
    """Rate the same facts in every way; print ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prefixes", type=int, default=50_000)
    parser.add_argument("--facts", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=40)
    options = parser.parse_args()
    chance = random.Random(6)
    prefixes = deck(options.prefixes, chance)
    rows = tuple(
        Price(f"world:{n}", "voice", "outbound", prefix, chance.randrange(1_000, 900_000), 60, 6)
        for n, prefix in enumerate(prefixes, 1)
    )
    prices = Prices(
        {"world": rows}, {"standard": ("world",)}, {"business": {"voice_minutes": 1000}}
    )
    facts = made(prefixes, options.facts, chance)
    floor, index = Floor(prices, facts), PriceIndex(prices)

    def rated() -> None:
        for fact in facts:
            rate(fact, index, TERMS, 0)

    def told() -> None:
        for fact in facts:
            steps(rate(fact, index, TERMS, 0), fact, index, TERMS, 0)

    start = time.process_time()
    rated_first = rate(facts[0], index, TERMS, 0)
    built = time.process_time() - start
    assert rated_first.price is not None
    bare, alone, ours = best(options.runs, floor.all, floor.prefixes, rated)
    (explained,) = best(max(options.runs // 8, 1), told)
    count = len(facts)
    print(
        f"{len(prefixes)} prefixes, {count} facts, best of {options.runs} runs; index built in {built:.2f} s"
    )
    print(f"floor (the same look-ups)      {bare / count * 1e6:7.2f} µs a fact")
    for name, seconds, goal in (
        ("look-ups of prefixes alone", alone, ""),
        ("rated", ours, "at most 4 x"),
        ("rated and told step by step", explained, ""),
    ):
        print(f"{name:30} {seconds / count * 1e6:7.2f} µs  {seconds / bare:6.2f} x floor   {goal}")
    print(f"rated                                     {ours / alone:6.2f} x prefixes alone")


if __name__ == "__main__":
    main()
