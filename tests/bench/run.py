"""`make bench`: the figures of a compile as ratios against the bare floor of the same run.

No test depends on these: they are printed for a person to read. Other work on the machine moves both
sides of a ratio.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIALFORM = Path(sys.executable).parent / "dialform"


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run(*arguments: str | Path) -> None:
    """Run the command, quietly; its failure ends the benchmark with its output."""
    command = [DIALFORM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])


def _environment() -> dict[str, str]:
    """As an installed command has it: its modules are compiled once, not each time."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def peak(*arguments: str | Path) -> float:
    """Peak memory in MB of a command and of its largest process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    run(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(before, after) / 1024


def floor(site: Path, released: Path, scratch: Path) -> float:
    """Seconds of the bare floor."""
    shutil.rmtree(scratch, ignore_errors=True)
    command = [sys.executable, str(HERE / "floor.py"), str(site), str(released), str(scratch)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def planned(site: Path, tenants: list[Path], runs: int) -> list[float]:
    """Seconds of a plan between the last commit and a working tree with one change."""
    git = ["git", "-C", str(site), "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "the site"]):
        subprocess.run([*git, *arguments], check=True)
    times = []
    for turn in range(runs):
        edited = tenants[(turn * 41) % len(tenants)]
        before = edited.read_text()
        edited.write_text(before.replace("timeout: 25", "timeout: 26", 1))
        times.append(timed(lambda: run("plan", "--site", site)))
        edited.write_text(before)
    return times


def main() -> None:
    """Generate a site, compile it cold, unchanged and with one tenant changed; print ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="work here, and leave it")
    options = parser.parse_args()
    base = options.keep or Path(tempfile.mkdtemp(prefix="dialform-bench-"))
    site, out = base / "site", base / "out"
    base.mkdir(exist_ok=True)
    shutil.rmtree(site, ignore_errors=True)
    generator = [
        sys.executable,
        str(HERE / "generator.py"),
        str(site),
        "--tenants",
        str(options.tenants),
    ]
    subprocess.run(generator, check=True, stdout=subprocess.DEVNULL)
    compile_ = ("compile", "--site", site, "--out", out)
    shutil.rmtree(out, ignore_errors=True)
    memory = peak(*compile_)
    floors, cold, still, one = [], [], [], []
    tenants = sorted((site / "tenants.d").rglob("*.yaml"))
    for turn in range(options.runs):
        floors.append(floor(site, out / "pbx1", base / "floor"))
        shutil.rmtree(out)
        cold.append(timed(lambda: run(*compile_)))
        time.sleep(0.1)  # past the moment in which a change could hide behind the same time stamp
        still.append(timed(lambda: run(*compile_)))
        edited = tenants[(turn * 37) % len(tenants)]
        edited.write_text(edited.read_text() + f"\n# edit {turn}\n")
        os.sync()
        one.append(timed(lambda: run(*compile_)))
    bare = statistics.median(floors)
    validate = timed(lambda: run("validate", "--site", site, "--format", "json"))
    plans = planned(site, tenants, options.runs)
    print(
        f"{options.tenants} tenants, {len(os.sched_getaffinity(0))} cores, {options.runs} runs, medians"
    )
    print(f"floor (C parser, same bytes)   {bare:7.2f} s")
    rows = (
        ("cold validate + compile", statistics.median(cold), "at most 3 x"),
        ("validate alone, json", validate, ""),
        ("one tenant changed", statistics.median(one), "at most 0.4 s"),
        ("nothing changed", statistics.median(still), "at most 0.15 s"),
        ("plan of one change", statistics.median(plans), "at most 0.6 s"),
    )
    for name, seconds, goal in rows:
        print(f"{name:30} {seconds:7.2f} s  {seconds / bare:6.2f} x floor   {goal}")
    print(f"peak memory                    {memory:7.0f} MB                 at most 500 MB")
    if not options.keep:
        shutil.rmtree(base)


if __name__ == "__main__":
    main()
