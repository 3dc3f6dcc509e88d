"""The switch's user writes, the agent's reads and removes: with users and groups as docs/install.md has them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialform.reconcile.fax.spool import Arrived, Spool

from .world import HEAD

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="NOT ROOT: THE SWITCH'S USER AND THE AGENT'S WERE NOT TRIED APART"
)
FREESWITCH, DIALFORM = 64001, 64002
"""Users, and the groups of the same numbers; each is a member of the other's."""
SWITCH, AGENT = (FREESWITCH, DIALFORM), (DIALFORM, FREESWITCH)
LEG = "0a4e1e6a-0000-4000-8000-0000000000bb"


def as_user(who: tuple[int, int], work: Callable[[], object]) -> None:
    """Do something as a user, in a process of its own; what it raises fails the test."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            own, other = who
            os.setgroups([other])
            os.setgid(own)
            os.setuid(own)
            os.umask(0o027)  # both units say so
            work()
            code = 0
        except BaseException as error:
            print(repr(error), flush=True)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """The spool, as the units make it."""
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)
        made = Path(above, "fax")
        made.mkdir()
        os.chown(made, FREESWITCH, DIALFORM)
        made.chmod(0o2770)
        yield made


def receives(folder: Path) -> None:
    """As the switch does: `mkdir` with SWITCH_DEFAULT_DIR_PERMS, then a file by its umask."""
    here = folder / "acme" / "1050"
    for one in (here.parent, here):
        if not one.exists():
            one.mkdir(0o750)
    (here / f"{LEG}.tif").write_bytes(HEAD + b"page")


def takes(folder: Path) -> Arrived:
    (found,) = Spool(folder).arrived()
    assert Spool(folder).content(found) == HEAD + b"page"
    return found


def test_in_folders_that_the_agent_made_both_do_their_part(folder: Path) -> None:
    as_user(AGENT, lambda: Spool(folder).make("acme", ["1050"]))
    as_user(SWITCH, lambda: receives(folder))
    as_user(AGENT, lambda: Spool(folder).remove(takes(folder)))
    assert not list(folder.rglob("*.tif"))
    as_user(SWITCH, lambda: receives(folder))
    as_user(AGENT, lambda: Spool(folder).remove(takes(folder)))
    assert not list(folder.rglob("*.tif"))


def test_in_folders_that_the_switch_made_first_faxes_can_be_read_at_least(folder: Path) -> None:
    as_user(SWITCH, lambda: receives(folder))

    def takes_up() -> None:
        with pytest.raises(PermissionError):
            Spool(folder).remove(takes(folder))

    as_user(AGENT, takes_up)
    assert list(folder.rglob("*.tif"))

    def makes() -> None:
        with pytest.raises(PermissionError):
            Spool(folder).make("acme", ["1050", "1051"])

    as_user(AGENT, makes)


def test_nobody_else_sees_a_fax(folder: Path) -> None:
    as_user(AGENT, lambda: Spool(folder).make("acme", ["1050"]))
    as_user(SWITCH, lambda: receives(folder))

    def looks() -> None:
        with pytest.raises(PermissionError):
            Spool(folder).arrived()

    as_user((65534, 65534), looks)
