"""The end of the demo: calls are made, priced and booked, and Acme gets its bill."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.demo.shell import DIALFORM, ROOT, headline, step

CALLS = (
    ("1001", "+12125550177", "a national call", 2.0),
    ("1002", "+442079460000", "a call to London", 3.0),
    ("1002", "+33142685300", "a call to Paris", 2.0),
    ("1001", "1002", "a colleague: it costs nothing", 2.0),
)
"""Who calls whom, in words, and for how many seconds."""


@contextmanager
def agent(arguments: Sequence[str], log: Path) -> Iterator[None]:
    """The agent as it runs on a host, beside the commands that follow."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [DIALFORM, *arguments], cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def until_applied(commit: str, here: Sequence[str], log: Path) -> None:
    """Wait until the agent says that this commit is proven."""
    deadline = time.monotonic() + 60
    while True:
        shown = [DIALFORM, "status", "--format", "json", *here]
        done = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            applied = json.loads(done.stdout).get("applied") or {}
            if applied.get("commit") == commit:
                return
        if time.monotonic() > deadline:
            sys.exit(f"the agent does not apply {commit[:12]}:\n{log.read_text('utf-8')[-3000:]}")
        time.sleep(0.2)


def calls(here: Sequence[str]) -> None:
    """Calls of every kind, one after the other."""
    for caller, called, words, seconds in CALLS:
        step(f"{caller} calls {called}: {words}", "live", "call", caller, called,
             "--tenant", "acme", *here)  # fmt: skip
        time.sleep(seconds)
        step("and hangs up", "live", "hangup", caller, "--tenant", "acme", *here)


def until_booked(many: int, where: Sequence[str]) -> None:
    """Wait until that many calls are booked: it takes a moment after the hang-up, not more."""
    deadline = time.monotonic() + 20
    while True:
        shown = [DIALFORM, "cdr", "--tenant", "acme", "--since", "1h", "--format", "json", *where]
        done = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0 and len(json.loads(done.stdout)["calls"]) >= many:
            return
        if time.monotonic() > deadline:
            sys.exit(f"the calls are not booked:\n{done.stdout}{done.stderr}")
        time.sleep(0.2)


def bill(where: Sequence[str], folder: Path) -> None:
    """From the calls to the bill."""
    acme = ["--tenant", "acme", *where]
    until_booked(len(CALLS), where)
    step("What a call to London costs, step by step", "billing", "rate", "--tenant", "acme",
         "--to", "+442079460000", "--seconds", "95", *where[:2])  # fmt: skip
    step("The calls, each with its cost", "cdr", "--since", "1h", *acme)
    step("What Acme has used, of what its package includes", "billing", "quota", *acme)
    step("Acme's bill of this month", "billing", "statement", *acme)
    paper = folder / "acme.pdf"
    step("The same on paper", "billing", "statement", *acme, "-o", str(paper))
    if paper.read_bytes()[:5] != b"%PDF-":
        sys.exit(f"{paper} is no PDF")
    step("Does everything add up?", "billing", "verify", *where)
    headline(f"The bill lies in {paper.relative_to(ROOT)}")
