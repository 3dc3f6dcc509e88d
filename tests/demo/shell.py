"""The commands of the demo: shown as one would type them, then run."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIALFORM = Path(sys.executable).parent / "dialform"


def headline(text: str) -> None:
    """What comes now."""
    print(f"\n== {text}", flush=True)


def step(title: str, *arguments: str, exits: int = 0) -> None:
    """Show a command, run it, and stop at the first that ends otherwise than it should."""
    headline(title)
    dialform(*arguments, exits=exits)


def dialform(*arguments: str, exits: int = 0) -> None:
    """Show and run one command of Dialform."""
    print(f"$ dialform {' '.join(_short(each) for each in arguments)}", flush=True)
    done = subprocess.run([DIALFORM, *arguments], cwd=ROOT, check=False)
    if done.returncode != exits:
        sys.exit(f"that ended with exit status {done.returncode}, not {exits}")
    if exits:
        print(f"   (exit status {exits}, as it should be)")


def git(folder: Path, *arguments: str, shown: bool = False) -> None:
    """Run git in a folder."""
    if shown:
        print(f"$ git {' '.join(arguments)}", flush=True)
    who = ("user.name=Demo", "user.email=demo@example.com", "commit.gpgsign=false")
    options = [word for each in who for word in ("-c", each)]
    subprocess.run(["git", *options, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def head(folder: Path) -> str:
    """The commit that a repository is at."""
    asked = ["git", "rev-parse", "HEAD"]
    return subprocess.run(
        asked, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def _short(text: str) -> str:
    shown = text.removeprefix(f"{ROOT}/")
    return f"'{shown}'" if " " in shown else shown
