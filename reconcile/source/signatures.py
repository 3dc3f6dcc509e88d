"""Whether every commit of a range carries a good signature of somebody who was trusted before it.

git does the checking (`%G?` is what `git verify-commit` goes by), for a whole range in one run; the keys come
from the guard, never from the commits that are judged.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from dialform.reconcile.source import history, merging
from dialform.reconcile.source.clone import Clone
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.keyring import Keyring, keyring
from dialform.reconcile.source.keys import BadKeyError, read
from dialform.schema.rule import printable
from dialform.values import dataclass

Merges = Literal["signed", "clean"]

_WHY = {
    "N": "has no signature",
    "B": "has a signature that does not fit it",
    "U": "is signed with a key that is not in trusted_signers{key}",
    "E": "is signed with a key that is not in trusted_signers{key}",
    "X": "has a signature that has expired",
    "Y": "is signed with a key that has expired{key}",
    "R": "is signed with a key that was revoked{key}",
}
"""By what git says of a signature (`git help log`, `%G?`); `G` alone is good."""

_SIDES = "merges a side that has such a commit"

_FORMAT = "%H%x1f%P%x1f%T%x1f%G?%x1f%GK%x1f%s"


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A commit that nobody trusted vouches for. `subject` is its own claim, shortened, safe to print."""

    commit: str
    subject: str
    why: str

    def __str__(self) -> str:
        return f"{self.commit[:12]} ({self.subject}) {self.why}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A commit with what git says of its signature."""

    commit: str
    parents: tuple[str, ...]
    tree: str
    code: str
    key: str
    subject: str


def verify(
    clone: Clone,
    before: str | None,
    after: str,
    signers: Mapping[str, str],
    merges: Merges = "signed",
) -> list[Unsigned]:
    """The commits in `before..after` that no trusted signer vouches for, parents first.

    `signers` is path → text of their public keys; without any nothing is asked. With an empty `before`
    (the first apply) the newest commit alone is judged: its signer vouches for what he built on.
    Raises SourceError.
    """
    if not signers or before == after:
        return []
    try:
        with keyring(read(signers)) as ring:
            return _verify(clone, before, after, ring, merges)
    except BadKeyError as error:
        raise SourceError(f"the keys of trusted_signers cannot be used: {error}", "keys") from None
    except OSError as error:
        raise SourceError(f"no keyring can be made ({error.strerror})", "not_writable") from None


def _verify(
    clone: Clone, before: str | None, after: str, ring: Keyring, merges: Merges
) -> list[Unsigned]:
    names = history.commits(clone, before, after)
    judged = {one.commit: one for one in _judge(clone, names if before else [after], ring)}
    if not before and merges == "clean":
        _go_back(clone, judged, ring)
    # What is not of the range was applied before; on the first apply, nothing was.
    known = set(names) if before else None
    good: set[str] = set()
    bad: list[Unsigned] = []
    for one in (judged[name] for name in names if name in judged):
        why = ""
        fine = one.code == "G"
        if one.code == "N" and len(one.parents) == 2 and merges == "clean":
            sides = all(side in good or (known and side not in known) for side in one.parents)
            why = merging.why_not(clone, one.parents, one.tree) if sides else _SIDES
            fine = not why
        if fine:
            good.add(one.commit)
        else:
            bad.append(_unsigned(one, why, ring))
    return bad if before else [one for one in bad if one.commit == after]


def _go_back(clone: Clone, judged: dict[str, Judged], ring: Keyring) -> None:
    """On the first apply: the sides of a merge that a forge made, while those are such merges too."""
    waiting = list(judged.values())
    while waiting:
        asked = [
            side
            for one in waiting
            if one.code == "N" and len(one.parents) == 2
            for side in one.parents
            if side not in judged
        ]
        waiting = list(_judge(clone, dict.fromkeys(asked), ring))
        judged.update((one.commit, one) for one in waiting)


def _judge(clone: Clone, names: Iterable[str], ring: Keyring) -> Iterable[Judged]:
    asked = list(names)
    if not asked:
        return []
    done = clone.git.ask(
        "log", "--no-walk=unsorted", "--stdin", "-z", "--encoding=UTF-8", f"--format={_FORMAT}",
        stdin="".join(f"{one}\n" for one in asked).encode(),
        within=clone.limits.talk + len(asked), config=ring.config, more=ring.environ,
    )  # fmt: skip
    if done.code:
        raise clone.trouble(done, "log")
    found = {one.commit: one for one in map(_read, done.out.split(b"\0")) if one is not None}
    if found.keys() != set(asked):
        raise clone.damage("git log left out commits")
    return [found[one] for one in asked]


def _read(line: bytes) -> Judged | None:
    fields = line.decode("utf-8", "replace").lstrip("\n").split("\x1f", 5)
    if len(fields) != 6:
        return None
    commit, parents, tree, code, key, subject = fields
    return Judged(commit, tuple(parents.split()), tree, code, key, subject)


def _unsigned(one: Judged, why: str, ring: Keyring) -> Unsigned:
    key = printable(one.key)[:80]
    said = _WHY.get(one.code, _WHY["E"]).format(key=f" ({key})" if key else "")
    if why:
        said = f"{said}, and {why}"
    if ring.missing:
        said = f"{said} (not installed here: {', '.join(ring.missing)})"
    subject = printable(one.subject)
    return Unsigned(one.commit, subject if len(subject) <= 72 else f"{subject[:69]}...", said)
