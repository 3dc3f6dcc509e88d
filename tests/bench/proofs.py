"""What proving a call flow costs: a trace as a whole command, simulated calls, and call tests a second.

`python -m tests.bench.proofs` prints each against a bare floor of the same run: for a trace an
interpreter that parses the same tenant's XML and ends, for a simulated call the regular expressions
of the tenant's context, each asked once; for the demo site's trace a command that does nothing but
start. No test depends on these figures.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from dialform.proof.runner import run as run_tests
from dialform.proof.site import Site
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.run import simulate
from dialform.simulator.scene import Dial, Phone, Scene
from tests.bench.generator import generate

ROOT = Path(__file__).resolve().parents[2]
DIALFORM = Path(sys.executable).parent / "dialform"
PARSE = "import sys; from xml.etree import ElementTree as E; [E.parse(f) for f in sys.argv[1:]]"
CALLER = "+12025550100"
DEMO = [
    "--from",
    "+19175550100",
    "--to",
    "+12125550199",
    "--at",
    "2026-12-24T10:00",
    "--press",
    "1",
]
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def median(work: Callable[[], object], runs: int) -> float:
    """Seconds of the run in the middle."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def run(*command: str | Path) -> None:
    """Run a program; its failure ends the benchmark with its output."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])


def made(base: Path, tenants: int) -> tuple[Path, str, str]:
    """A compiled site of so many tenants; a tenant from its middle, and a number of that tenant."""
    site = base / f"site-{tenants}"
    generate(site, tenants=tenants)
    run(DIALFORM, "compile", "--site", site)
    files = sorted((site / "tenants.d").rglob("*.yaml"))
    for path in files[len(files) // 2 :] + files:
        number = re.search(r'^inbound_routes:\n  "(\+\d+)"', path.read_text("utf-8"), re.MULTILINE)
        if number:
            return site, path.stem, number[1]
    sys.exit("no tenant of the generated site has a number")


def traced(site: Path, tenant: str, number: str, runs: int) -> tuple[float, float]:
    """Seconds of a trace, and of its floor."""
    folder = site / "out" / "pbx1" / "freeswitch"
    files = sorted((folder / "tenants" / tenant).glob("*.xml"))
    trace = (DIALFORM, "trace", "--site", site, "--from", CALLER, "--to", number)
    run(*trace)
    floor = median(lambda: run(sys.executable, "-c", PARSE, *files), runs)
    return median(lambda: run(*trace), runs), floor


def simulated(site: Path, tenant: str, number: str, calls: int) -> tuple[float, float]:
    """Seconds of a simulated call through number, schedule, menu and group, and of its floor."""
    folder = site / "out" / "pbx1" / "freeswitch"
    configuration = Configuration.load(folder, {"sounds_dir": "/sounds"})
    scene = Scene(at=AT, phone=Phone(answer_after=2.0))
    dial = Dial(CALLER, number, press=("1",))
    journey = simulate(configuration, scene, dial)  # what is read late is read now
    assert journey.visits, journey.cause
    tree = ElementTree.parse(folder / "tenants" / tenant / "dialplan.xml")
    plan = [
        re.compile(condition.get("expression", ""))
        for condition in tree.iter("condition")
        if condition.get("field") == "destination_number" and "(?|" not in condition.get("expression", "")
    ]  # fmt: skip
    floor = median(lambda: [pattern.search(number) for pattern in plan], calls)
    return median(lambda: simulate(configuration, scene, dial), calls), floor


def demo(out: Path, runs: int) -> tuple[float, float, float]:
    """Seconds of the README's trace on the demo site, and of its floor; call tests a second there."""
    trace = (DIALFORM, "trace", "--site", ROOT, "--out", out, *DEMO)
    run(*trace)
    floor = median(lambda: run(DIALFORM, "--version"), runs)
    seconds = median(lambda: run(*trace), runs)
    site = Site.open(ROOT, out=out)
    cases = site.cases()
    tests = median(lambda: list(run_tests(cases, site.caller, datetime.now(UTC))), runs)
    return seconds, floor, len(cases) / tests


def main() -> None:
    """Measure the demo site, a small and a large site, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    print(
        f"{len(os.sched_getaffinity(0))} cores, medians of {options.runs} traces, {options.calls} calls"
    )
    with tempfile.TemporaryDirectory(prefix="dialform-proofs-") as name:
        # The code is compiled once, as pip leaves it, wherever it lies and whatever the shell says.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/bytecode"
        seconds, floor, rate = demo(Path(name) / "demo", options.runs)
        print(
            f" demo site:    trace {seconds:6.3f} s  {seconds / floor:6.2f} x bare start   at most 0.3 s"
        )
        print(f" demo site:    {rate:6.0f} call tests a second")
        for tenants, goal in ((3, "0.3 s"), (options.tenants, "1 s")):
            site, tenant, number = made(Path(name), tenants)
            seconds, floor = traced(site, tenant, number, options.runs)
            print(f"{tenants:5} tenants: trace {seconds:6.3f} s  {seconds / floor:6.2f} x bare parse"
                  f"   at most {goal}")  # fmt: skip
            seconds, floor = simulated(site, tenant, number, options.calls)
            print(f"{tenants:5} tenants: call  {1000 * seconds:6.2f} ms {seconds / floor:6.1f} x bare hunt"
                  f"    {1 / seconds:6.0f} calls a second")  # fmt: skip


if __name__ == "__main__":
    main()
