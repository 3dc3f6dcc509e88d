"""What `dialform billing ingest` stands beside: a host, its spool, its switch, its prices and terms."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, ofagent
from dialform.cli.billing.common import Place
from dialform.cli.proofs import nearest
from dialform.schema.diagnostic import Severity
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.spool import Alarm, Spool
    from dialform.compiler.terms import Prices, Terms
    from dialform.reconcile.folders import Folders
    from dialform.reconcile.sitefiles import SiteFiles
    from dialform.switch import Link


@dataclass(slots=True)
class Beside:
    """A host. `folders` are its compiled ones, None where nothing is compiled."""

    place: Place
    host: str
    folder: Path
    folders: "Folders | None"
    stored: tuple[int, ...] = ()

    def spool(self, alarm: "Alarm") -> "Spool":
        """Its call records."""
        from dialform.billing.spool import Spool

        return Spool(self.folder, self.host, alarm=alarm)

    def link(self) -> "Link | None":
        """The way to its switch; None where nothing says where that is."""
        from dialform.reconcile.endpoint import EndpointError
        from dialform.switch import Link

        folders = self.folders
        try:
            if folders is None:
                raise EndpointError("Nothing is compiled here.")
            folders.endpoint()
        except EndpointError as error:
            click.echo(f"note: only records are read, no switch is asked. {error}", err=True)
            return None

        def find() -> tuple[tuple[str, int], tuple[str, ...]]:
            found = folders.endpoint()
            return found.address, tuple(found.passwords)

        return Link(find)

    def store_terms(self, books: "Ledger") -> None:
        """Prices and terms into the ledger, if it has none of this host, or no agent looks after them.

        Raises LedgerError.
        """
        times = self._times()
        of_agent = self.folders is not None and self.folders.state is not None
        if of_agent and books.prices(self.host) is not None:
            self.stored = times
            return
        found = self._compiled() or self._of_site()
        if found is None:
            if books.prices(self.host) is None:
                click.echo(
                    "note: nothing says what anything costs: all is booked without a price. Name the site "
                    "with --site, compile it, then run `dialform billing rerate`.",
                    err=True,
                )
            return
        books.store_terms(self.host, found[0], found[1], at=int(time.time() * 1_000_000))
        self.stored = times

    def changed(self) -> bool:
        """Whether something else was compiled since the terms were stored."""
        return self._times() != self.stored

    def _times(self) -> tuple[int, ...]:
        from dialform.compiler.terms import PRICES, TENANTS

        if self.folders is None:
            return ()
        try:
            found = (self.folders.current / name for name in (PRICES, TENANTS))
            return tuple(path.stat().st_mtime_ns for path in found)
        except OSError:
            return self.stored

    def _compiled(self) -> "tuple[Prices, list[Terms]] | None":
        from dialform.compiler.terms import PRICES, TENANTS
        from dialform.compiler.terms_json import TermsError, prices_from, tenants_from

        if self.folders is None:
            return None
        folder = self.folders.current
        try:
            prices = prices_from((folder / PRICES).read_bytes())
            return prices, list(tenants_from((folder / TENANTS).read_bytes()).values())
        except FileNotFoundError:
            return None
        except (OSError, TermsError) as error:
            raise common.Unusable(f"The prices in {folder} cannot be read: {error}.") from None

    def _of_site(self) -> "tuple[Prices, list[Terms]] | None":
        from dialform.compiler.agreed import terms_of
        from dialform.compiler.platform import load_platform

        site = self.place.site
        if site is None or site.view is None:
            return None
        self._sound(site)
        prices = load_platform(site.tree, site.tree.read).book.prices()
        scopes = [site.tenant(slug) for slug in site.slugs]
        return prices, [terms_of(scope) for scope in scopes if scope is not None]

    def _sound(self, site: "SiteFiles") -> None:
        """End the command where the site has errors: a rate that cannot be read would leave its calls to a
        shorter prefix, at another price."""
        from dialform.compiler.check import Run, validate

        run = Run(site.tree, common.store(common.secrets_folder(self.place.secrets)), jobs=1)
        errors = [one for one in validate(run) if one.severity is Severity.ERROR]
        if errors:
            common.report(site.root, errors, "text", stream=sys.stderr)
            raise common.Unusable("The site has errors, so nothing was booked: mend them first.")


def beside(where: Place, host: str, spool: Path | None, out: Path | None, *, watch: bool) -> Beside:
    """The host that is meant, and where its records lie. What is missing is one sentence."""
    from dialform.reconcile.folders import FoldersError, find

    root = where.site.root if where.site else None
    # A state folder without an agent's generations is one for the ledger alone.
    state = {"DIALFORM_STATE": str(ofagent.state_folder(where.state))}
    folders = None
    try:
        folders = find(None, out or (root / "out" if root else None), host, state)
    except FoldersError as error:
        if out is not None or (where.site is None and (spool is None or not host)):
            raise common.Unusable(str(error)) from None
    name = _host(where, host, folders)
    folder = spool or _spool(where, name, folders)
    if not folder.is_dir() and (spool is not None or not watch):
        raise click.UsageError(
            f"There is no folder '{folder}': name the one that the switch writes its call records to, "
            "with --spool DIR."
        )
    return Beside(where, name, folder.absolute(), folders)


def _host(where: Place, host: str, folders: "Folders | None") -> str:
    """Its name: that of the option, of what was compiled, or of the only one of the site."""
    view = where.site.view if where.site else None
    known = sorted(view.platform.hosts) if view else []
    if host:
        if known and host not in known:
            raise click.UsageError(f"There is no host '{host}'.{nearest(host, known)}")
        return host
    if folders is not None and (compiled := _named(folders.current)):
        return compiled
    if len(known) == 1:
        return known[0]
    raise click.UsageError(
        f"Name the host with --host: {', '.join(known)}." if known else
        "Name the host with --host: no site and nothing that was compiled says which it is."
    )  # fmt: skip


def _named(folder: Path) -> str:
    try:
        return str(json.loads((folder / "manifest.json").read_bytes())["host"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _spool(where: Place, host: str, folders: "Folders | None") -> Path:
    """Where the switch writes: as it was compiled, else as the site says."""
    from dialform.reconcile.billing.where import spool_of

    if folders is not None and (found := spool_of(folders.current)) is not None:
        return found
    view = where.site.view if where.site else None
    named = view.platform.hosts[host].paths.cdr if view and host in view.platform.hosts else None
    if not named:
        raise click.UsageError(
            "Nothing says where the switch writes its call records: name the folder with --spool DIR."
        )
    return Path(named)
