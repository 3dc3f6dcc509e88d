"""From a commit to proven: what the agent takes, stage by stage, against the switch's own `reloadxml`.

`python -m tests.bench.agent` runs the agent beside a real FreeSWITCH on loopback (DIALFORM_FREESWITCH
names it where it is not on PATH), else beside the simulated switch, with one tenant and with many. It
commits changes of one tenant, pokes the agent and waits until its status says that they are proven. Then
it lets the agent idle and reads what that cost.
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.generator import generate
from tests.live.esl import Esl
from tests.live.site import HOST, Site, secret_text
from tests.live.switch import Switch, find_binary

DIALFORM = Path(sys.executable).parent / "dialform"
STAGES = ("fetch", "compile", "plan", "commands", "proof")
GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com")


class Generated(Site):
    """A large site: its secrets are found by a pattern, for reading its YAML twice would take minutes."""

    def write_secrets(self) -> None:
        """The master, and the files that the site names."""
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        names = {"master"}
        for path in self.source.rglob("*.yaml"):
            names.update(re.findall(r"\bsecret: ([\w.-]+)", path.read_text("utf-8")))
        for name in names:
            value = secret_text(name) * (8 if name == "master" else 1)
            (self.secrets / name).write_text(value + "\n", "utf-8")
            (self.secrets / name).chmod(0o600)


def made(base: Path, tenants: int) -> Site:
    """A generated site on loopback, as a git repository. Its trunks are known by address: no carrier is
    needed."""
    generate(base / "made", tenants=tenants)
    site = Generated.demo(base, root=base / "made")
    for path in sorted((site.source / "providers.d").glob("*.yaml")):
        with site.edit(f"providers.d/{path.name}") as provider:
            provider["register"] = False
            provider["addresses"] = [provider["host"]]
    git(site, "init", "--quiet")
    commit(site, "the site")
    return site


def git(site: Site, *arguments: str) -> None:
    """Run git in the site."""
    subprocess.run([*GIT, *arguments], cwd=site.source, check=True, stdout=subprocess.DEVNULL)


def commit(site: Site, message: str) -> str:
    """Commit all, and return the commit."""
    git(site, "add", "--all")
    git(site, "commit", "--quiet", "--message", message)
    told = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=site.source, check=True, capture_output=True, text=True
    )
    return told.stdout.strip()


@contextmanager
def switch(site: Site, conf: Path) -> Iterator[str]:
    """A switch that runs `conf`, and what it is called."""
    if find_binary() is not None:
        with Switch(conf, site.state):
            yield "FreeSWITCH"
        return
    command = [DIALFORM, "simulate", "--conf", conf]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "Event socket" not in process.stdout.readline():
        pass
    try:
        yield "the simulated switch"
    finally:
        process.terminate()
        process.wait()


class Agent:
    """`dialform agent` as a service, poked by a signal."""

    def __init__(self, site: Site, state: Path) -> None:
        self.site, self.state = site, state
        self.options = [
            "--site", str(site.source), "--host", HOST, "--state", str(state),
            "--secrets", str(site.secrets),
        ]  # fmt: skip
        self.log = site.folder / "agent.log"

    def once(self) -> None:
        """One pass, to have something to start the switch from."""
        command = [DIALFORM, "agent", "--once", *self.options]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if not (self.state / "current").exists():
            sys.exit(done.stdout + done.stderr)

    def __enter__(self) -> "Agent":
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [DIALFORM, "agent", "--interval", "30", *self.options], stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def status(self) -> dict[str, Any]:
        """What the agent says of itself."""
        try:
            found: dict[str, Any] = json.loads((self.state / "status.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found

    def until(self, met: Callable[[dict[str, Any]], bool], within: float = 180.0) -> dict[str, Any]:
        """Wait for the status."""
        end = time.monotonic() + within
        while not met(status := self.status()):
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit(f"the agent does not get there\n{self.log.read_text()[-3000:]}\n{status}")
            time.sleep(0.01)
        return status

    def applied(self, commit: str) -> dict[str, Any]:
        """Wait until a commit is proven."""
        return self.until(lambda status: (status.get("applied") or {}).get("commit") == commit)

    def cost(self) -> tuple[float, float]:
        """CPU seconds so far, with those of its workers, and its memory in MB."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        ticks = sum(int(each) for each in fields[11:15])
        memory = Path(f"/proc/{self.process.pid}/status").read_text().split("VmRSS:")[1].split()[0]
        return ticks / os.sysconf("SC_CLK_TCK"), int(memory) / 1024


def changed(site: Site, turn: int) -> str:
    """One tenant's ring groups ring for another time, and that is committed."""
    files = sorted((site.source / "tenants.d").rglob("*.yaml"))
    files = [path for path in files if "timeout: " in path.read_text("utf-8")]
    path = files[(turn * 41) % len(files)]
    text = path.read_text("utf-8")
    place = text.index("timeout: ") + len("timeout: ")
    path.write_text(f"{text[:place]}{20 + turn}{text[place:].lstrip('0123456789')}", "utf-8")
    return commit(site, f"change {turn}")


def measure(base: Path, tenants: int, runs: int, idle: float) -> dict[str, float]:
    """All figures of a site of this size, in seconds, MB and percent of a core."""
    base.mkdir()
    site = made(base, tenants)
    agent = Agent(site, base / "agent")
    agent.once()
    figures: dict[str, list[float]] = {}
    with switch(site, agent.state / "current" / "freeswitch") as name, agent:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=site.source, check=True,
                              capture_output=True, text=True).stdout.strip()  # fmt: skip
        agent.applied(head)
        console = Esl(site.address("esl"), secret_text("esl"))
        for turn in range(runs):
            wanted = changed(site, turn)
            begin = time.perf_counter()
            agent.process.send_signal(signal.SIGHUP)
            timings = agent.applied(wanted)["timings"]
            figures.setdefault("commit to proven", []).append(time.perf_counter() - begin)
            for stage in STAGES:
                figures.setdefault(stage, []).append(timings.get(stage, 0.0))
            begin = time.perf_counter()
            console.api("reloadxml", timeout=60)
            figures.setdefault("reloadxml alone", []).append(time.perf_counter() - begin)
        time.sleep(2)
        before, _ = agent.cost()
        time.sleep(idle)
        after, memory = agent.cost()
    print(f"{tenants} tenants: measured beside {name}", file=sys.stderr)
    found = {what: statistics.median(values) for what, values in figures.items()}
    return found | {
        "idle, % of a core": 100 * (after - before) / idle, "memory of the agent, MB": memory,
    }  # fmt: skip


def main() -> None:
    """Measure one tenant and many, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds to watch the agent idle")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="dialform-agent-") as name:
        one = measure(Path(name) / "one", 1, options.runs, options.idle)
        many = measure(Path(name) / "many", options.tenants, options.runs, options.idle)
    print(f"{'':26} {'1':>9} {options.tenants:>9}")
    for what, value in one.items():
        print(f"{what:26} {value:9.2f} {many[what]:9.2f}")
    for size, found in ((1, one), (options.tenants, many)):
        beyond = found["commit to proven"] - found["reloadxml alone"]
        print(f"{size} tenants: reloadxml + {beyond:.2f} s ({found['commit to proven'] / found['reloadxml alone']:.1f} x"
              " reloadxml)   at most reloadxml + 1.5 s")  # fmt: skip


if __name__ == "__main__":
    main()
