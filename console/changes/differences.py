"""What differs in the files between two commits, as text: without the secrets that somebody wrote plainly."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from dialform.compiler.states.repository import GitError
from dialform.console.errors import Away, NotThere
from dialform.console.saving import Repository
from dialform.console.saving.repository import away
from dialform.console.site import Site
from dialform.reconcile.source import SourceError
from dialform.schema.secret import SecretRef

WITHHELD = "(secret)"
LARGEST = 400_000
"""Characters of a difference that are shown."""

_KEYS = re.compile(
    r"""(?P<key>["']?\b(?:[a-z_]*password|pin|[a-z_]*_pin|press|token|client_secret|core_db|ledger)\b["']?\s*:\s*)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,{}\[\]#|>][^,{}\[\]#]*)"""
)
_FILE = re.compile(r"^(?:---|\+\+\+) [ab]/(.+)$", re.MULTILINE)
_NOTHING = ("null", "~", "true", "false")


def difference(
    repository: Repository, before: str, after: str, paths: Sequence[str] = (), *, around: int = 3
) -> str:
    """A unified difference between two commits, with some lines around each. Blocks. Raises Away."""
    place = repository.place
    try:
        told = repository.copy.question(
            "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", f"--unified={around}",
            before, after, "--", *map(place.outside, paths),
        )  # fmt: skip
    except SourceError as error:
        raise away(error) from None
    text = told.decode("utf-8", "replace")
    if len(text) > LARGEST:
        text = text[:LARGEST] + "\n(it goes on; the repository has all of it)\n"
    files = set(map(place.shown, _FILE.findall(text)))
    known = [one for commit in (before, after) for one in _secrets(repository, commit, files)]
    return masked(text, known)


def _secrets(repository: Repository, commit: str, files: Collection[str]) -> list[str]:
    """Those that a commit's files have. Raises Away where that cannot be said: nothing is shown then."""
    try:
        return plain_secrets(repository.site(commit), files)
    except NotThere:
        if not _has_site(repository, commit):
            return []
    except (GitError, OSError):
        pass
    raise Away("This cannot be shown just now: try again in a minute, or tell an administrator.")


def _has_site(repository: Repository, commit: str) -> bool:
    asked = ("ls-tree", "--name-only", commit, "--", repository.place.outside("platform.yaml"))
    try:
        return bool(repository.copy.question(*asked))
    except SourceError as error:
        raise away(error) from None


def masked(text: str, known: Sequence[str] = ()) -> str:
    """A text of YAML without secrets: by the keys that hold them, and wherever one of those known stands."""
    for secret in sorted(set(known), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", WITHHELD, text)
    return _KEYS.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    value = found["value"].strip()
    if value in (*_NOTHING, WITHHELD) or not value:
        return found[0]
    return f"{found['key']}{WITHHELD}"


def plain_secrets(site: Site, files: Collection[str]) -> list[str]:
    """The secrets that are written plainly in these files of a site, as far as those can be read."""
    models: list[Any] = []
    view = site.view
    if view is not None:
        models += [view.platform, view.billing, *view.providers.values()]
    tenants = (
        path.split("/")[1].removesuffix(".yaml") for path in files if path.startswith("tenants.d/")
    )
    for slug in set(tenants):
        scope = site.tenant(slug)
        if scope is not None:
            models.append(scope.tenant)
    return [text for model in models for text in _plain(model)]


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, SecretRef):
        if value.form == "plain":
            yield value.text
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _plain(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _plain(inner)
