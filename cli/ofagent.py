"""What the agent's commands share: the state folder, how passes end, mistakes in one sentence."""

import contextlib
import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.layout import Layout
    from dialform.reconcile.policy import Ending

STATE = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="The agent's state folder. Default: $DIALFORM_STATE, $STATE_DIRECTORY, /var/lib/dialform.",
)


FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
HOST_BELOW_OUT = click.option("--host", default="", help="The host below out/.")


def state_folder(state: Path | None) -> Path:
    """The state folder that is meant, whether it is there or not."""
    from dialform.compiler.states.agent import default_state

    return (state or default_state(os.environ)).absolute()


def site_at_hand(site: Path | None) -> Path | None:
    """The site that was named, else the one that we stand in; None where there is none."""
    from dialform.schema.tree import find_site

    return common.site_root(site) if site is not None else find_site(Path.cwd())


def endings() -> "Mapping[Ending, Exit]":
    """How a pass ends → the exit status."""
    from dialform.reconcile.policy import Ending

    return {
        Ending.GOOD: Exit.CLEAN,
        Ending.FAILED: Exit.OUR_ERROR,
        Ending.INVALID: Exit.INVALID_SITE,
        Ending.SAFETY: Exit.SAFETY_LIMIT,
        Ending.DRIFT: Exit.DRIFT,
    }


def layout_of(state: Path | None) -> "Layout":
    """The state folder of an agent that has run; where there is none, that is said in one sentence."""
    from dialform.reconcile.layout import Layout

    root = state_folder(state)
    if not root.is_dir():
        raise common.NotThere(
            f"'{root}' is no state folder: no agent has run here. Name it with --state DIR."
        )
    return Layout(root)


def somebody() -> str:
    """Who types, for the record."""
    with contextlib.suppress(OSError, KeyError):
        return os.environ.get("SUDO_USER") or getpass.getuser()
    return ""


def is_held(layout: "Layout") -> bool:
    """Whether an agent holds the lock of a state folder."""
    import fcntl

    try:
        with layout.lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextlib.contextmanager
def progress() -> Iterator[Callable[[Mapping[str, Any]], None] | None]:
    """On a terminal, what is being done right now, out of each status; in a pipe nothing."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as shown:
        yield lambda status: shown.update(status["doing"] or "done")


@contextlib.contextmanager
def said() -> Iterator[None]:
    """Whatever an operator can have done wrong, as one sentence on standard error."""
    from dialform.reconcile.durable import explained
    from dialform.reconcile.probing import ProbeError
    from dialform.reconcile.serving.server import ServingError
    from dialform.reconcile.settings import SettingsError
    from dialform.reconcile.source.errors import SourceError
    from dialform.reconcile.telling.errors import TellingError
    from dialform.reconcile.waves.store import StoreError

    try:
        yield
    except (SettingsError, TellingError, StoreError, ServingError, ProbeError) as error:
        raise click.UsageError(sentence(error)) from None
    except SourceError as error:
        raise common.Unusable(sentence(error)) from None
    except OSError as error:
        raise click.ClickException(explained(error)) from None


def sentence(error: Exception) -> str:
    """What an exception says, as a sentence."""
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
