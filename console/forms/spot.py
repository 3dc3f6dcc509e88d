"""Where a field stands: its name in the form, its path in the data, and what may be changed there."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from starlette.datastructures import UploadFile

from dialform.schema.rule import Path
from dialform.values import dataclass, replace

MOST_ROWS = 2000
"""Rows that one list of a form may have."""


class Keeper(Protocol):
    """Carries what was typed as a secret from one page to the next, closed."""

    def close(self, text: str) -> str:
        """A token that only we open."""
        ...

    def open(self, token: str) -> str | None:
        """What was closed; None for what is no token of ours (any more)."""
        ...

    def hold(self, name: str, content: bytes) -> str:
        """Keep a file that was sent until the form is saved; the token that gets it back."""
        ...

    def held(self, token: str) -> tuple[str, bytes] | None:
        """A file that is kept; None for what is no token of ours (any more)."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What all fields of a form share.

    `may` says of a path whether the visitor may change what stands there; `blank` are the names of lists
    that get an empty row.
    """

    may: Callable[[Path], bool] = lambda _: True
    blank: frozenset[str] = frozenset()
    keeper: Keeper | None = None
    host: bool = True
    """Whether secrets may be named that lie on the hosts: for who looks after those."""
    folder: str = "media/"
    """Where files go that are sent with the form."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a form."""

    look: Look
    name: str = ""
    path: Path = ()

    def to(self, name: str | int, step: str | int | None = None) -> "Spot":
        """A place below it: by its name in the form, and its step in the data (the same without one)."""
        inner = f"{self.name}.{name}" if self.name else str(name)
        return replace(self, name=inner, path=(*self.path, name if step is None else step))

    @property
    def may(self) -> bool:
        """Whether what stands here may be changed."""
        return self.look.may(self.path)


class Post:
    """What was sent. A name that was not sent says nothing about its field: it stays as it was."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self.texts: dict[str, list[str]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        for name, value in pairs:
            if isinstance(value, str):
                self.texts.setdefault(name, []).append(value.replace("\r\n", "\n"))
            elif isinstance(value, UploadFile) and value.filename:
                self.files[name] = (value.filename, value.file.read())

    def has(self, name: str) -> bool:
        """Whether something of this name was sent."""
        return name in self.texts

    def text(self, name: str) -> str | None:
        """The last value of a name; None where nothing was sent."""
        found = self.texts.get(name)
        return found[-1] if found else None

    def all(self, name: str) -> list[str]:
        """All values of a name but empty ones."""
        return [one for one in self.texts.get(name, ()) if one]

    def ticked(self, name: str) -> bool | None:
        """Whether a tick was set; None where the field was not in the form."""
        return "true" in self.texts[name] if name in self.texts else None

    def count(self, name: str) -> int | None:
        """How many rows a list has; None where the list was not in the form."""
        said = self.text(f"{name}.rows")
        if said is None or not said.isascii() or not said.isdigit() or len(said) > 5:
            return None
        return min(int(said), MOST_ROWS)
