"""Which configuration each phone was told to fetch last: what is written down of it, and what is owed.

Nothing is kept of a phone but what differs: `base` is the generation whose files all phones heard of, `of`
names the tenants that heard of another one, and `phones` those of a tenant that is under way. Who is owed
something follows from that and from what is wanted, whatever happened in between.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dialform.reconcile import durable
from dialform.reconcile.layout import Layout
from dialform.reconcile.phones.listed import FOLDER, Phone, listed
from dialform.values import dataclass, field, replace

VERSION = 1
MOST_TRIES = 3
"""How often telling a phone is begun: whoever is killed in it, or answered wrongly, comes to an end."""


class Owed(NamedTuple):
    """A phone that is to be told. `lines` are those that it had when it heard last."""

    phone: Phone
    lines: tuple[str, ...]


@dataclass(slots=True)
class Heard:
    """What phones heard, and its file. `tries` counts how often telling one was begun, by MAC."""

    layout: Layout
    base: str = ""
    of: dict[str, str] = field(default_factory=dict)
    phones: dict[str, dict[str, str]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    there: bool = False
    """Whether it was ever written: where it was not, nobody is owed what ran before."""

    @staticmethod
    def load(layout: Layout, applied: str) -> "Heard":
        """What was written; what is not there, or damaged, is as if all had heard of what was `applied`."""
        found = Heard(layout, applied)
        data: Any = durable.read_json(layout.phones) if layout.phones.exists() else None
        try:
            if data["version"] == VERSION:
                return Heard(
                    layout, str(data["base"]), _texts(data["of"]),
                    {slug: _texts(own) for slug, own in data["phones"].items()},
                    {mac: int(count) for mac, count in data["tries"].items()}, there=True,
                )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        return found

    def copy(self) -> "Heard":
        """As it is now, for a thread."""
        own = {slug: dict(each) for slug, each in self.phones.items()}
        return replace(self, of=dict(self.of), phones=own, tries=dict(self.tries))

    @property
    def generations(self) -> set[str]:
        """The generations that it is written in terms of: they stay, as long as that is so."""
        return {self.base, *self.of.values()} - {""}

    def is_settled(self, generation: str) -> bool:
        """Whether nobody is owed anything of a generation."""
        return self.base == generation and not (self.of or self.phones or self.tries)

    def told(self, one: Owed) -> None:
        """This phone heard of what is wanted."""
        self.phones.setdefault(one.phone.tenant, {})[one.phone.mac] = one.phone.revision
        self.tries.pop(one.phone.mac, None)

    def begin(self, some: Iterable[Owed]) -> None:
        """Say that these are told now. Raises OSError."""
        for one in some:
            self.tries[one.phone.mac] = self.tries.get(one.phone.mac, 0) + 1
        self.save()

    def unsent(self, some: Iterable[Owed]) -> None:
        """To these nothing was sent after all."""
        for one in some:
            if self.tries.get(one.phone.mac, 0) > 1:
                self.tries[one.phone.mac] -= 1
            else:
                self.tries.pop(one.phone.mac, None)

    def all_of(self, tenant: str, generation: str) -> None:
        """All phones of a tenant heard of a generation."""
        self.of[tenant] = generation
        self.phones.pop(tenant, None)

    def settle(self, generation: str) -> None:
        """All phones of all tenants did, or nobody is to be told. Raises OSError."""
        if not self.is_settled(generation):
            self.base, self.of, self.phones, self.tries = generation, {}, {}, {}
            self.save()

    def save(self) -> None:
        """Write it. Raises OSError."""
        durable.write_json(
            self.layout.phones,
            {
                "version": VERSION, "base": self.base, "of": self.of, "phones": self.phones,
                "tries": self.tries,
            },
        )  # fmt: skip
        self.there = True

    def owed(
        self, want: Path, folder_of: Mapping[str, Path], only: Collection[str] | None = None
    ) -> list[Owed]:
        """The phones whose files are not those that they heard of, by tenant and MAC.

        `want` is the folder of what is wanted, `folder_of` those of `generations`; `only` names tenants
        where others do not matter. One that nothing is known of is new, and fetches when it is set up.
        Raises OSError, ValueError.
        """
        base, old, new = folder_of.get(self.base), dict[str, Phone](), dict[str, Phone]()
        for name in sorted(_names(want) | (_names(base) if base else set())):
            slug = name.removesuffix(".json")
            if only is not None and slug not in only:
                continue
            before = folder_of.get(self.of.get(slug, self.base))
            if slug in self.phones or not _same(before, want, name):
                old |= _read(before, name)
                new |= _read(want, name)
        own = {mac: revision for each in self.phones.values() for mac, revision in each.items()}
        found = (
            Owed(phone, old[mac].lines)
            for mac, phone in new.items()
            if mac in old and own.get(mac, old[mac].revision) != phone.revision
        )
        return sorted(found, key=lambda one: (one.phone.tenant, one.phone.mac))


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in data.items()}


def _names(folder: Path) -> set[str]:
    return {path.name for path in (folder / FOLDER).glob("*.json")}


def _same(one: Path | None, other: Path, name: str) -> bool:
    """Whether both have the same file: generations share by links what did not change."""
    if one is None:
        return False
    try:
        return (one / FOLDER / name).samefile(other / FOLDER / name)
    except FileNotFoundError:
        return False


def _read(folder: Path | None, name: str) -> dict[str, Phone]:
    try:
        text = (folder / FOLDER / name).read_text("utf-8") if folder else ""
    except FileNotFoundError:
        text = ""
    return {one.mac: one for one in listed(text)} if text else {}
