"""The bones of one tenant: its numbers and who owns what, before any text is written."""

from dataclasses import dataclass
from random import Random

from .areas import Area, area_of

ADMIN, USER, END_USER = "tenant_admin", "user", "end_user"

# Dial numbers that every tenant has. Extensions start at 1001, or at 10001 for large tenants.
GROUPS = ("600", "601", "602", "603", "604")
MENU, SUBMENU = "700", "701"
QUEUES = ("800", "801")
ROOMS = ("900", "901")
PAGING = "950"
LOT, SLOTS = "5900", "5901-5910"
BOXES = ("5990", "5991")

_SMALL, _LARGE = 3_999, 80_000
_USERS, _END_USERS = 8, 6


@dataclass(frozen=True, slots=True)
class Shape:
    """One tenant. `people` are its extensions but the fax; `owners` maps some to (user, role)."""

    index: int
    slug: str
    area: Area
    people: tuple[str, ...]
    fax: str | None
    dids: tuple[str, ...]
    phones: int
    owners: dict[str, tuple[str, str]]
    rng: Random

    def some(self, count: int) -> list[str]:
        """Up to `count` different extensions of people."""
        return self.rng.sample(self.people, min(count, len(self.people)))

    def role(self, extension: str) -> str:
        """The role of an extension's owner, or an empty text."""
        return self.owners[extension][1] if extension in self.owners else ""


def slug(index: int) -> str:
    """The slug of a tenant by its place in the site, counted from 0."""
    return f"t{index:04d}"


def shape(index: int, extensions: int, dids: int, phones: int, seed: int) -> Shape:
    """The tenant at this place of the site, the same whatever stands beside it.

    Raises ValueError where the numbers of the plan do not hold that many extensions.
    """
    if not 1 <= extensions <= _LARGE:
        raise ValueError(f"a tenant has 1 to {_LARGE:,} extensions, not {extensions:,}")
    base = 1_001 if extensions <= _SMALL else 10_001
    numbers = [str(base + n) for n in range(extensions)]
    fax = numbers.pop() if extensions >= 4 else None
    area, rank = area_of(index)
    name = slug(index)
    return Shape(
        index=index,
        slug=name,
        area=area,
        people=tuple(numbers),
        fax=fax,
        dids=tuple(area.did(rank * dids + n) for n in range(dids)),
        phones=phones,
        owners=_owners(numbers),
        rng=Random(f"{seed}/{name}"),
    )


def _owners(people: list[str]) -> dict[str, tuple[str, str]]:
    """An administrator first, then a few users and end users, spread over the extensions."""
    owners = {people[0]: ("admin", ADMIN)}
    for number in people[1::6][:_USERS]:
        owners[number] = (f"user-{number}", USER)
    for number in people[4::7][:_END_USERS]:
        owners.setdefault(number, (f"staff-{number}", END_USER))
    return owners
