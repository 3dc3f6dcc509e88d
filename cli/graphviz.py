"""Graphviz's `dot` where it is installed: the better layout, run with limits and without a shell."""

import resource
import shutil
import subprocess

_SECONDS = 20
_BYTES = 1024 * 1024 * 1024


def draw(text: str) -> str | None:
    """The SVG of a graph in dot's language; None without Graphviz, or where it takes too long."""
    program = shutil.which("dot")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "-Tsvg"],
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            preexec_fn=_limit,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    drawn = done.stdout.decode("utf-8", "replace")
    return drawn if done.returncode == 0 and drawn.rstrip().endswith("</svg>") else None


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
