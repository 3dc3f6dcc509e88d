"""Which changes are merged at once: all that they touch is named by `console: self_service`."""

from collections.abc import Iterable, Sequence
from typing import Any

from dialform.compiler.reviewing.leaves import Difference, differences
from dialform.compiler.reviewing.rights import owners
from dialform.console.site import Site
from dialform.schema.console import SELF_SERVICE
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant

Rows = Sequence[tuple[str, Path]]


HEARD: dict[str, tuple[Path, ...]] = {
    "extensions": (
        ("user",), ("voicemail", "users"), ("voicemail", "email"), ("voicemail", "pin"),
    ),
    "voicemails": (("users",), ("email",), ("pin",)),
    "fax": (("users",), ("deliver_to",)),
}  # fmt: skip
"""What says who gets to hear or read what came for an object. No word lets a tenant's administrator do that
for somebody else's alone: it waits until another one has looked at it.
"""


def at_once(
    words: Iterable[str], base: Site, after: Site, files: Iterable[str], subject: str
) -> bool:
    """Whether a change that passed all checks needs nobody's review.

    Args:
        words: those of `console: self_service`.
        base: the site before it.
        after: the site with it.
        files: those that differ.
        subject: who changes it, as in acme/alice.
    """
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
    return all(_tenant(slug, base, after, rows, subject) for slug in slugs)


def _tenant(slug: str, base: Site, after: Site, rows: Rows, subject: str) -> bool:
    old, new = base.tenant(slug), after.tenant(slug)
    if old is None or new is None or not _same_account(old.tenant, new.tenant):
        return False
    found = list(differences(slug, old.tenant, new.tenant))
    user = subject.removeprefix(f"{slug}/")
    return bool(found) and all(
        _covered(one, rows) and (user in _owners(old.tenant, one) or not _heard(one, old.tenant, new.tenant))
        for one in found
    )  # fmt: skip


def _same_account(old: Tenant, new: Tenant) -> bool:
    return all(getattr(old, key) == getattr(new, key) for key in ACCOUNT_KEYS)


def _covered(one: Difference, rows: Rows) -> bool:
    """Whether each field that differs is named, or what it is a part of."""
    here = [field for table, field in rows if table == one.table]
    return all(any(field[: len(named)] == named for named in here) for field in one.fields)


def _owners(tenant: Tenant, one: Difference) -> frozenset[str]:
    return owners(tenant, one.table, one.id.key)


def _heard(one: Difference, old: Tenant, new: Tenant) -> bool:
    """Whether somebody more gets to hear or read what comes there, or came before."""
    if one.table == "extensions" and one.action == "delete" and one.id.key in old.voicemails:
        return True  # a mailbox without its extension is everybody's who manages the tenant
    return any(
        _more(_at(old, (*one.path, *path)), _at(new, (*one.path, *path)))
        for path in HEARD.get(one.table, ())
    )


def _more(old: Any, new: Any) -> bool:
    if isinstance(new, list):
        return any(each not in (old or ()) for each in new)
    return new is not None and new != old


def _at(value: Any, path: Path) -> Any:
    """What stands at a path of a tenant; None where nothing does."""
    for step in path:
        if value is None:
            return None
        value = value.get(step) if isinstance(value, dict) else getattr(value, str(step), None)
    return value
