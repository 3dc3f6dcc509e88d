"""What the size of a site costs the switch: boot, `reloadxml`, memory and a call's set-up.

`python -m tests.bench.live` boots a real FreeSWITCH twice on loopback, with one tenant and with many,
and prints the one against the other. DIALFORM_FREESWITCH names the switch where it is not on PATH.
"""

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.generator import generate
from tests.live.phone import Phone
from tests.live.scene import play
from tests.live.site import Site
from tests.live.switch import Switch, find_binary

CARRIER = "mycarrier"


def first_dids(site: Path, count: int) -> list[str]:
    """The first number of some tenants, spread over the site: it goes through a schedule."""
    found = []
    for path in sorted((site / "tenants.d").rglob("*.yaml")):
        match = re.search(r'^inbound_routes:\n  "(\+\d+)"', path.read_text("utf-8"), re.MULTILINE)
        if match:
            found.append(match[1])
    return found[:: max(1, len(found) // count)][:count]


async def set_up(site: Site, dids: list[str]) -> list[float]:
    """Seconds from INVITE to 200 of calls from the carrier, one after the other."""
    seconds = []
    async with Phone(
        "+12025550100",
        "carrier.example",
        proxy=site.address("external"),
        bind=site.carriers[CARRIER][0],
    ) as carrier:
        for did in dids:
            start = time.perf_counter()
            call = await carrier.call(did.lstrip("+"))
            await call.answered(15)
            seconds.append(time.perf_counter() - start)
            await call.hangup()
            await asyncio.sleep(0.02)
    return seconds


def measure(base: Path, tenants: int, calls: int) -> dict[str, float]:
    """Boot one site and measure."""
    generate(base / "made", tenants=tenants)
    site = Site.demo(base / "moved", root=base / "made")
    site.compile()
    start = time.perf_counter()
    with Switch(site.conf, site.state) as first:
        cold = time.perf_counter() - start  # makes its certificates
        first.stop()
        start = time.perf_counter()
        first.start(120)
        boot = time.perf_counter() - start
        dids = first_dids(site.source, calls)
        rounds = -(-calls // len(dids))
        waits = play(set_up(site, (dids * rounds)[:calls]), 600)
        reloads = []
        for _ in range(5):
            start = time.perf_counter()
            assert first.api("reloadxml").strip() == "+OK [Success]"
            reloads.append(time.perf_counter() - start)
        status = Path(f"/proc/{first.pid}/status").read_text()
        memory = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
    size = sum(path.stat().st_size for path in site.conf.rglob("*.xml")) / 1e6
    return {
        "first boot, s": cold,
        "boot, s": boot,
        "reloadxml, s": statistics.median(reloads),
        "call set-up through DID and schedule, ms": 1000 * statistics.median(waits),
        "memory of the switch, MB": memory,
        "XML, MB": size,
    }


def main() -> None:
    """Measure one tenant and many, and print both with their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--calls", type=int, default=40)
    options = parser.parse_args()
    if find_binary() is None:
        sys.exit("SKIPPED: no freeswitch on PATH; name one with DIALFORM_FREESWITCH")
    with tempfile.TemporaryDirectory(prefix="dialform-live-") as name:
        one = measure(Path(name) / "one", 1, options.calls)
        many = measure(Path(name) / "many", options.tenants, options.calls)
    print(f"{'':42} {'1':>9} {options.tenants:>9}   ratio")
    for what, value in one.items():
        print(f"{what:42} {value:9.2f} {many[what]:9.2f} {many[what] / value:7.2f}")


if __name__ == "__main__":
    main()
