"""What the portal's commands share: the ground that it stands on."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dialform.cli import common, ofagent
from dialform.cli.billing.common import LEDGER
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.console.ground import Ground
    from dialform.console.settings import Settings
    from dialform.reconcile.folders import Folders
    from dialform.schema.console import Console

F = TypeVar("F", bound=Callable[..., Any])


def sources(function: F) -> F:
    """The options that say where the portal stands."""
    for option in reversed((
        click.option("--site", "remote", metavar="URL", help="The site's repository, where changes go: the "
                     "agent's --site. Without it nothing can be changed."),
        click.option("--branch", default="", help="Its branch. Default: the repository's own."),
        click.option("--subfolder", default="", metavar="PATH", help="Where the site lies in it: the agent's "
                     "--subfolder. Default: its root."),
        common.SECRETS,
        ofagent.STATE,
        click.option("--out", type=click.Path(path_type=Path, file_okay=False),
                     help="Where the site was compiled to, without an agent."),
        ofagent.HOST_BELOW_OUT,
        LEDGER,
    )):  # fmt: skip
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Where:
    """What the options said."""

    remote: str | None
    branch: str
    subfolder: str
    secrets: Path | None
    state: Path | None
    out: Path | None
    host: str
    ledger: str | None

    def folders(self) -> "Folders":
        """The compiled folders. Raises FoldersError."""
        from dialform.reconcile.folders import find

        return find(self.state, self.out, self.host, os.environ)

    @property
    def own(self) -> Path:
        """The portal's own folder."""
        return ofagent.state_folder(self.state) / "console"


@contextmanager
def ground(where: Where, **settings: Any) -> "Iterator[Ground]":
    """The ground. What goes wrong is one sentence."""
    from dialform.billing.ledger.errors import LedgerError
    from dialform.billing.ledger.opening import open_ledger
    from dialform.compiler.stamp import SITE
    from dialform.console.errors import SettingsError
    from dialform.console.ground import Ground
    from dialform.console.saving.place import place_of
    from dialform.reconcile.billing.where import ledger_url, platform_of
    from dialform.reconcile.folders import FoldersError

    store = common.store(common.secrets_folder(where.secrets))
    try:
        place_of(where.subfolder)
        current = where.folders().current
        chosen = _settings(current / SITE, settings)
        url = ledger_url(
            where.ledger or "", os.environ, platform_of(current), store,
            ofagent.state_folder(where.state),
        )  # fmt: skip
        own = where.own
        own.mkdir(mode=0o750, parents=True, exist_ok=True)
        with open_ledger(url) as ledger:
            yield Ground(
                find=where.folders, settings=chosen, ledger=ledger, store=store, state=own,
                remote=where.remote or "", branch=where.branch, subfolder=where.subfolder,
            )  # fmt: skip
    except (FoldersError, SettingsError) as error:
        raise common.Unusable(str(error)) from None
    except (LedgerError, OSError) as error:
        raise click.ClickException(ofagent.sentence(error)) from None


def _settings(site: Path, said: "dict[str, Any]") -> "Settings":
    from dialform.console.settings import settings_of

    return settings_of(entry_of(site), **said)


def entry_of(site: Path) -> "Console | None":
    """`console:` of a site's platform.yaml, if that can be read."""
    from dialform.console.site import Site

    view = Site(site).view
    return view.platform.console if view else None
