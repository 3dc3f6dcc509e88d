"""Checking only what changed: the platform, and the tenants whose files differ."""

from collections.abc import Collection, Sequence

from dialform.compiler.check import Run, prices_of
from dialform.compiler.platform import LoadedPlatform, load_platform
from dialform.compiler.pricing.inline import DOCUMENT
from dialform.compiler.unit import Context
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.ignores import Ignore, apply_ignores, find_ignores


def check_changed(
    run: Run, platform: LoadedPlatform, slugs: Sequence[str], paths: Collection[str]
) -> list[Diagnostic]:
    """The errors of the platform and of these tenants, in their fixed order. `paths` are the files that
    differ: prices are checked where one of theirs does.

    What only all tenants together show (a number that two of them have) takes `validate`.
    """
    context = Context(platform.view, run.store, run.head, infos=False)
    results = list(run.tenants(slugs, context))
    ignores: list[Ignore] = []
    for document in platform.documents.values():
        for source in document.sources:
            ignores += find_ignores(source.file, source.text)[0]
    found = apply_ignores([*run.tree.diagnostics, *run.unreadable, *platform.diagnostics], ignores)
    found += [one for result in results for one in result.diagnostics]
    if DOCUMENT in paths or not platform.book.named.isdisjoint(paths):
        found += prices_of(platform, {})
    errors = {one for one in found if one.severity is Severity.ERROR}
    return sorted(errors, key=lambda one: one.order)


def platform_of(run: Run) -> LoadedPlatform:
    """The platform's documents of a run."""
    return load_platform(run.tree, run.read)
