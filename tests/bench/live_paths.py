"""What the deepest path of a call costs the switch: number → schedule → menu → queue, against a bare answer.

`python -m tests.bench.live_paths` boots a real FreeSWITCH on loopback for each size of the site, calls in
one after the other as a carrier does, and prints ratios. The bare answer is an extension of its own before
all others: what the switch takes for any call at all. DIALFORM_FREESWITCH names the switch where it is not
on PATH.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.generator import generate
from tests.bench.live import CARRIER, first_dids
from tests.live.phone import Phone
from tests.live.scene import play
from tests.live.site import Site
from tests.live.switch import Switch, find_binary

BARE = "7000000"
KEY = "2#"  # of the menu, for the queue; `#` ends what is typed
_PUBLIC = '<context name="public">'
_ANSWER = (
    f'<extension name="bare"><condition field="destination_number" expression="^{BARE}$">'
    '<action application="answer"/><action application="sleep" data="60000"/></condition></extension>'
)


@dataclass
class Figures:
    """Milliseconds of each call; `cpu` are the switch's own for a call of each kind."""

    bare: list[float] = field(default_factory=list)
    menu: list[float] = field(default_factory=list)
    queue: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    boot: float = 0.0


def always_open(source: Path) -> None:
    """Every office is open, and callers wait in queues though nobody is logged in."""
    for path in (source / "tenants.d").rglob("*.yaml"):
        text = path.read_text("utf-8").replace("Mon-Fri 09:00-17:00", "00:00-24:00")
        path.write_text(re.sub(r"no_agent: \{[^}]*\}, ", "", text), "utf-8")


def add_bare_answer(conf: Path) -> None:
    """The floor: an extension that does nothing but answer."""
    public = conf / "dialplan" / "public.xml"
    text = public.read_text("utf-8")
    assert _PUBLIC in text
    public.write_text(text.replace(_PUBLIC, _PUBLIC + _ANSWER, 1), "utf-8")


def cpu(pid: int) -> float:
    """Milliseconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def call_all(site: Site, numbers: list[str], key: str) -> list[float]:
    """Milliseconds from INVITE to 200 of calls in a row; `key` is pressed until a queue has the call."""
    took = []
    async with Phone(
        "+12025550100",
        "carrier.example",
        proxy=site.address("external"),
        bind=site.carriers[CARRIER][0],
    ) as carrier:
        for number in numbers:
            start = time.perf_counter()
            call = await carrier.call(number.lstrip("+"))
            await call.answered(15)
            took.append(1000 * (time.perf_counter() - start))
            if key:
                await asyncio.sleep(0.8)  # the menu's own pause
                await call.press(key)
                await asyncio.sleep(0.4)
            await call.hangup()
            await asyncio.sleep(0.02)
    return took


def own_time(record: dict[str, Any]) -> float | None:
    """Milliseconds that the switch took from the first step to the queue, less pauses and the menu."""
    done = [(a["app_name"], int(a["app_stamp"])) for a in record["app_log"]["applications"]]
    names = [name for name, _ in done]
    if "callcenter" not in names or "ivr" not in names:
        return None
    sleep, menu, queue = names.index("sleep"), names.index("ivr"), names.index("callcenter")
    after = done[menu + 1][1]
    return ((done[sleep][1] - done[0][1]) + (done[queue][1] - after)) / 1000


def measure(base: Path, tenants: int, calls: int) -> Figures:
    """Boot one site and measure."""
    generate(base / "made", tenants=tenants)
    always_open(base / "made")
    site = Site.demo(base / "moved", root=base / "made")
    site.compile()
    add_bare_answer(site.conf)
    dids = first_dids(site.source, calls)
    numbers = (dids * -(-calls // len(dids)))[:calls]
    figures = Figures()
    start = time.perf_counter()
    with Switch(site.conf, site.state) as switch:
        figures.boot = time.perf_counter() - start
        play(call_all(site, [BARE] * 3 + numbers[:3], ""), 600)  # both warm
        for kind, dialled, key in (
            ("bare", [BARE] * calls, ""),
            ("menu", numbers, ""),
            ("queue", numbers, KEY),
        ):
            before = cpu(switch.pid)
            took = play(call_all(site, dialled, key), 600)
            switch.settle(30)
            figures.cpu[kind] = (cpu(switch.pid) - before) / calls
            if kind != "queue":
                setattr(figures, kind, took)
        records = (json.loads(p.read_text("utf-8")) for p in site.state.rglob("*.cdr.json"))
        figures.queue = [ms for record in records if (ms := own_time(record)) is not None]
    assert len(figures.queue) == calls, f"{len(figures.queue)} of {calls} calls came to the queue"
    return figures


def rows(figures: Figures) -> dict[str, float]:
    """What is printed of one size: medians, and ratios to the bare answer."""
    bare, menu = statistics.median(figures.bare), statistics.median(figures.menu)
    path = menu + statistics.median(figures.queue)
    return {
        "boot, s": figures.boot,
        "bare answer, ms": bare,
        "number, schedule, menu: INVITE to 200, ms": menu,
        "  x bare": menu / bare,
        "all the way to the queue, less pauses, ms": path,
        "  x bare ": path / bare,
        "processor for a bare call, ms": figures.cpu["bare"],
        "processor for one to the menu, x bare": figures.cpu["menu"] / figures.cpu["bare"],
        "calls a second and core, bare": 1000 / figures.cpu["bare"],
        "calls a second and core, to the menu": 1000 / figures.cpu["menu"],
        "calls a second and core, to the queue": 1000 / figures.cpu["queue"],
    }


def main() -> None:
    """Measure each size and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, nargs="+", default=[1, 1000])
    parser.add_argument("--calls", type=int, default=40)
    options = parser.parse_args()
    if find_binary() is None:
        sys.exit("SKIPPED: no freeswitch on PATH; name one with DIALFORM_FREESWITCH")
    with tempfile.TemporaryDirectory(prefix="dialform-paths-") as name:
        found = [rows(measure(Path(name) / str(n), n, options.calls)) for n in options.tenants]
    print(f"{'tenants':44}" + "".join(f"{count:>10}" for count in options.tenants))
    for what in found[0]:
        print(f"{what:44}" + "".join(f"{row[what]:10.2f}" for row in found))


if __name__ == "__main__":
    main()
