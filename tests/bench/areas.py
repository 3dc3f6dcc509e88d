"""Where tenants live: country, time zone, area code, and numbers that are valid there."""

from typing import NamedTuple


class Area(NamedTuple):
    """An area code. `first` is its first line, counted within the area; numbers are E.164."""

    country: str
    timezone: str
    code: str
    first: int
    mobile: str
    holidays: tuple[str, ...]
    address: str

    def did(self, line: int) -> str:
        """The number of a line, counted from 0."""
        return f"{self.code}{self.first + line}"

    def cell(self, number: int) -> str:
        """One of a hundred mobile numbers, for forwards and callers."""
        return f"{self.mobile}{number % 100:02d}"


_US = ("01-01", "07-04", "12-25", "2026-11-26")
_GB = ("01-01", "12-25", "12-26", "2027-03-26")
_DE = ("01-01", "05-01", "10-03", "12-25", "12-26")

US_AREAS = (
    Area("US", "America/New_York", "+1212", 2_200_000, "+191755501", _US, "1 Main St, NYC"),
    Area("US", "America/Chicago", "+1312", 2_200_000, "+177355501", _US, "2 Lake St, Chicago"),
    Area("US", "America/Chicago", "+1512", 2_200_000, "+173755501", _US, "3 Elm St, Austin"),
    Area("US", "America/Los_Angeles", "+1415", 2_200_000, "+162855501", _US, "4 Bay St, SF"),
)
LONDON = Area("GB", "Europe/London", "+4420", 30_000_000, "+4474001234", _GB, "5 High St, London")
BERLIN = Area("DE", "Europe/Berlin", "+4930", 90_000_000, "+49151234567", _DE, "Ring 6, Berlin")


def area_of(index: int) -> tuple[Area, int]:
    """The area of a tenant and its rank among the tenants there.

    Of ten tenants in a row, eight are spread over the American areas, one lives in London and one
    in Berlin; a tenant's place does not depend on how many others there are.
    """
    decade, digit = divmod(index, 10)
    if digit == 8:
        return LONDON, decade
    if digit == 9:
        return BERLIN, decade
    half, slot = divmod(digit, 4)
    return US_AREAS[slot], decade * 2 + half
