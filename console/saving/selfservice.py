"""Which changes are merged at once: all that they touch is named by `console: self_service`."""

from collections.abc import Iterable, Sequence

from dialform.compiler.reviewing.leaves import Difference, differences
from dialform.console.site import Site
from dialform.schema.console import SELF_SERVICE
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant

Rows = Sequence[tuple[str, Path]]


def at_once(words: Iterable[str], base: Site, after: Site, files: Iterable[str]) -> bool:
    """Whether a change that passed all checks needs nobody's review. `files` are those that differ."""
    rows = [row for word in words for row in SELF_SERVICE.get(word, ())]
    paths = list(files)
    slugs = {
        path.split("/")[1].removesuffix(".yaml") for path in paths if path.startswith("tenants.d/")
    }
    sounds = [path for path in paths if path.startswith("media/")]
    if not rows or not slugs or any(not p.startswith(("tenants.d/", "media/")) for p in paths):
        return False
    # A new sound is heard where it is named; one that is there already may be heard anywhere.
    if any(base.tree.has(path) or path.split("/")[1] not in slugs for path in sounds):
        return False
    return all(_tenant(slug, base, after, rows) for slug in slugs)


def _tenant(slug: str, base: Site, after: Site, rows: Rows) -> bool:
    old, new = base.tenant(slug), after.tenant(slug)
    if old is None or new is None or not _same_account(old.tenant, new.tenant):
        return False
    found = list(differences(slug, old.tenant, new.tenant))
    return bool(found) and all(_covered(one, rows) for one in found)


def _same_account(old: Tenant, new: Tenant) -> bool:
    return all(getattr(old, key) == getattr(new, key) for key in ACCOUNT_KEYS)


def _covered(one: Difference, rows: Rows) -> bool:
    """Whether each field that differs is named, or what it is a part of."""
    here = [field for table, field in rows if table == one.table]
    return all(any(field[: len(named)] == named for named in here) for field in one.fields)
