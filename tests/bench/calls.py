"""Traces and simulated calls: how long one trace takes as a process, and how many calls a second go through.

The floor of the first is a command that does nothing but start, of the second a bare loop over as many
regular expressions as the hunts of these calls try. No test depends on these figures.

From the command line: `python tests/bench/calls.py [--tenants 1000]`.
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DIALFORM = Path(sys.executable).parent / "dialform"
TURNS = 7
DEMO = (
    "--from",
    "+19175550100",
    "--to",
    "+12125550199",
    "--at",
    "2026-12-24T10:00",
    "--press",
    "1",
)


def process(*arguments: str | Path) -> float:
    """Median seconds of a command that was run before."""
    taken = []
    for turn in range(TURNS + 1):
        started = time.perf_counter()
        done = subprocess.run([DIALFORM, *map(str, arguments)], capture_output=True, check=False)
        if done.returncode:
            sys.exit(done.stderr.decode()[-2000:])
        if turn:
            taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def calls(site: Path, out: Path) -> tuple[float, float]:
    """Calls a second of the site's call tests in one process, and regular expressions a second."""
    from dialform.proof.runner import run
    from dialform.proof.site import Site

    opened = Site.open(site, out=out)
    cases = opened.cases()
    now = datetime.now(UTC)
    list(run(cases, opened.caller, now))
    started = time.process_time()
    for _ in range(3):
        list(run(cases, opened.caller, now))
    rate = 3 * len(cases) / (time.process_time() - started)
    started, pattern = time.process_time(), re.compile("^did-(12125550199)$")
    for _ in range(200_000):
        pattern.search("did-12125550150")
    return rate, 200_000 / (time.process_time() - started)


def main() -> None:
    """Print the figures of the demo site and of a generated one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=1000)
    options = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="dialform-bench-"))
    demo, site = base / "demo", base / "site"
    out = ("--site", ROOT, "--out", demo)
    bare = process("--version")
    print(f"a command that only starts     {bare:7.3f} s")
    print(f"trace on the demo site         {process('trace', *out, *DEMO):7.3f} s   at most 0.3 s")
    generator = [
        sys.executable,
        str(HERE / "generator.py"),
        str(site),
        "--tenants",
        str(options.tenants),
    ]
    subprocess.run(generator, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([DIALFORM, "compile", "--site", site], check=True, stdout=subprocess.DEVNULL)
    call = ("--from", "t0000/1002", "--to", "+442079460000")
    took = process("trace", "--site", site, *call)
    print(f"trace at {options.tenants:5} tenants         {took:7.3f} s   at most 1 s")
    rate, looked = calls(ROOT, demo)
    print(
        f"call tests of the demo site    {rate:7.0f} a second, one core ({looked / rate:,.0f} look-ups each)"
    )
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
