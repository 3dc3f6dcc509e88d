"""What guards the tree is pinned on the host: a change is judged by what stood before it.

`guard.json` holds `trusted_signers` (with the keys' texts), `safety` and `admins` of the commit applied
last. The first set comes with the first commit that is applied, or before it from files that an operator
names; from then on only a commit that was applied, and so was let through by the old set, brings a new one.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dialform.reconcile import durable
from dialform.reconcile.layout import Layout
from dialform.reconcile.source import keys
from dialform.schema.rule import printable
from dialform.values import dataclass, field

NOBODY = Path("none")
"""As a file of `--trusted-signers`: nobody has to sign."""

_PLATFORM = "platform.yaml"
_SHAPE: dict[str, type] = {"trusted_signers": dict, "safety": dict, "admins": list, "commit": str}


class GuardError(Exception):
    """What guards the tree is not known, so nothing may be applied. One sentence with a way out."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`trusted_signers` is path → text of the public keys, `safety` as platform.yaml has it.

    `commit` is the one that it was taken from; empty for a set that was pinned from files.
    """

    trusted_signers: Mapping[str, str] = field(default_factory=dict)
    safety: Mapping[str, Any] = field(default_factory=dict)
    admins: Sequence[str] = ()
    commit: str = ""

    @classmethod
    def pin(cls, files: Sequence[Path]) -> "Guard":
        """The first set, from files on the host. `none` alone is nobody. Raises GuardError."""
        if list(files) == [NOBODY]:
            return cls()
        signers = {}
        for file in files:
            try:
                signers[str(file)] = file.read_bytes().decode("utf-8", "replace")
            except OSError as error:
                raise GuardError(
                    f"The key {printable(str(file))} cannot be read ({error.strerror}): name a file with a "
                    "public key, or `--trusted-signers none`."
                ) from None
        return _checked(cls(signers))

    def save(self, layout: Layout) -> None:
        """Write guard.json. Raises OSError."""
        durable.write_json(layout.guard, self.to_json())

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "trusted_signers": dict(self.trusted_signers), "safety": dict(self.safety),
            "admins": list(self.admins), "commit": self.commit,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Guard":
        """What `to_json` gave."""
        return cls(data["trusted_signers"], data["safety"], data["admins"], data["commit"])


def load(layout: Layout, applied: str, files: Sequence[Path] = ()) -> Guard | None:
    """The guard in force; None before the first apply where nobody pinned one.

    `applied` is the commit applied last (empty: none yet). `files` are those of `--trusted-signers`; they
    count only while no guard is pinned. Raises GuardError where a guard must be there and is not.
    """
    if not layout.guard.exists():
        if files:
            return Guard.pin(files)
        if not applied:
            return None
        raise GuardError(
            f"{layout.guard} is missing, though commit {applied[:12]} was applied: whom to trust is not "
            "known. Put the file back, or pin anew with `--trusted-signers FILE` (`none`: nobody signs)."
        )
    data = _read(layout)
    if not isinstance(data, dict) or any(
        not isinstance(data.get(name), kind) for name, kind in _SHAPE.items()
    ):
        raise GuardError(
            f"{layout.guard} cannot be read: whom to trust is not known. Put the file back, or remove it "
            "and pin anew with `--trusted-signers FILE` (`none`: nobody signs)."
        )
    signers = {str(path): str(text) for path, text in data["trusted_signers"].items()}
    admins = tuple(str(one) for one in data["admins"])
    return _checked(Guard(signers, data["safety"], admins, data["commit"]))


def remember(layout: Layout, generation: str, guard: Guard) -> None:
    """Keep what guards the tree when this generation runs: whoever goes back to it goes back to that, too.

    Raises OSError.
    """
    kept = {
        name: one for name, one in _kept(layout).items() if (layout.generations / name).is_dir()
    }
    durable.write_json(_earlier(layout), kept | {generation: guard.to_json()})


def recalled(layout: Layout, generation: str) -> Guard | None:
    """What guarded the tree when this generation was applied; None where nobody knows."""
    one = _kept(layout).get(generation)
    try:
        return Guard.from_json(one) if isinstance(one, dict) else None
    except KeyError:
        return None


def _earlier(layout: Layout) -> Path:
    return layout.guard.with_name("guards.json")


def _kept(layout: Layout) -> dict[str, Any]:
    try:
        data = durable.read_json(_earlier(layout))
    except OSError:
        return {}
    return data if isinstance(data, dict) else {}


def of_commit(commit: str, read: Callable[[str], bytes | None]) -> Guard:
    """What a commit brings; it counts once that commit is applied.

    `read` gives the bytes of a file of the site, None where there is none. Raises GuardError: with
    such keys nobody could sign the next commit, so this one must not be applied.
    """
    from dialform.schema.reader import read as read_yaml

    platform, _ = read_yaml(_PLATFORM, read(_PLATFORM) or b"")
    data = platform.data if isinstance(platform.data, dict) else {}
    signers = {}
    for path in _texts(data.get("trusted_signers")):
        raw = read(path)
        if raw is None:
            raise GuardError(
                f"trusted_signers names {printable(path)}, which is not in the site: add the file, or "
                "take it out of platform.yaml."
            )
        signers[path] = raw.decode("utf-8", "replace")
    safety = data.get("safety")
    guard = Guard(
        signers,
        safety if isinstance(safety, dict) else {},
        tuple(_texts(data.get("admins"))),
        commit,
    )
    return _checked(guard)


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _checked(guard: Guard) -> Guard:
    try:
        keys.read(guard.trusted_signers)
    except keys.BadKeyError as error:
        raise GuardError(f"The keys of trusted_signers cannot be used: {error}.") from None
    return guard


def _read(layout: Layout) -> Any:
    try:
        return durable.read_json(layout.guard)
    except OSError:
        return None
