"""A tenant as faxes know it."""

from collections.abc import Mapping

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """A fax account. `e164` is what others see; empty: it sends nothing. `cover` is a path below the host's
    folder.
    """

    number: str
    name: str
    e164: str
    header: str
    station_id: str
    deliver_to: str
    users: tuple[str, ...]
    cover: str
    retries: int
    resolution: str
    """fine or standard."""
    t38: bool
    ecm: bool
    toll: str
    sends: bool
    receives: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """An entry of the address book that has a fax number (E.164)."""

    slug: str
    name: str
    fax: str
    email: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is sent by its name; `file` is a path below the host's folder."""

    slug: str
    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant with fax accounts. `cap` is its calls at once (0: any number), `concurrent_faxes` -1 for any.

    `home` and `premium` are expressions over E.164 digits, as `dialling.home` of the compiler has them.
    """

    slug: str
    name: str
    timezone: str
    country: str
    language: str
    suspended: bool
    plan: str
    cap: int
    cap_backend: str
    concurrent_faxes: int
    keep_days: int
    home: str
    premium: str
    barred: frozenset[str]
    barred_prefixes: tuple[str, ...]
    accounts: Mapping[str, Account] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)

    def may_call(self, e164: str) -> bool:
        """Whether its do-not-call list leaves this number out."""
        digits = e164.removeprefix("+")
        return digits not in self.barred and not digits.startswith(self.barred_prefixes)

    def group(self, name: str) -> list[Contact]:
        """The contacts of a group, by name."""
        return [one for one in self.contacts.values() if name in one.groups]
