"""Payments that a change makes others of, or removes: see `booked`."""

from collections.abc import Iterable, Iterator

from dialform.compiler.booked import changed, money_of
from dialform.compiler.planning.extract import tenant_of
from dialform.compiler.states.state import State
from dialform.schema.diagnostic import Diagnostic


def rebooked(before: State, after: State, slugs: Iterable[str]) -> Iterator[Diagnostic]:
    """The payments of these tenants, of both states, that are not in `after` as they were in `before`."""
    for slug in slugs:
        if slug not in before.tree.tenants or slug not in after.tree.tenants:
            continue
        old, (new, document) = tenant_of(before, slug)[0], tenant_of(after, slug)
        if old is not None and new is not None:
            for flaw in changed(slug, money_of(old.payments), money_of(new.payments)):
                yield document.diagnostic(flaw)
