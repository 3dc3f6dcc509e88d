"""Faxes of a resolved tenant: its accounts, documents and address book."""

from dialform.schema.platform import Toll
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class FaxAccount:
    """An account that sends and receives faxes. `number` is E.164, or empty: then it sends nothing.

    `station_id` has 20 characters at most. `cover` is a path of the site, or empty. `sends` and `receives`
    say what the tenant's permissions allow. `toll` is the most that it may dial.
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
    t38: bool
    ecm: bool
    toll: Toll
    sends: bool = True
    receives: bool = True


@dataclass(frozen=True, slots=True)
class FaxDocument:
    """A document that is sent by its name; `file` is a path of the site."""

    slug: str
    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Contact:
    """An entry of the address book. Numbers are E.164, or empty."""

    slug: str
    name: str
    phone: str
    fax: str
    email: str
    groups: tuple[str, ...]
