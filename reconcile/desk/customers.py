"""Tenants as the compiled folder knows them: what the switch runs, not what the site says by now."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from dialform.values import dataclass, field

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_TRUNK = re.compile(r"dialform_trunk=([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Customer:
    """A tenant on the switch. `extensions` are the numbers that may register, with their names."""

    slug: str
    domain: str
    extensions: Mapping[str, str]
    variables: Mapping[str, str] = field(repr=False)
    """What each of its phones has."""
    trunks: frozenset[str] = frozenset()
    """Where its numbers come in."""

    @property
    def context(self) -> str:
        """Where its phones dial."""
        return self.slug

    @property
    def transferred(self) -> str:
        """Where those go whom somebody transfers."""
        return f"{self.slug}.transferred"

    def answers_to(self, domain: str) -> bool:
        """Whether a SIP domain is its own; letters are alike large and small."""
        return self.domain.lower() == domain.lower()


def slugs(conf: Path) -> list[str]:
    """The tenants of a configuration folder."""
    return sorted(path.parent.name for path in conf.glob("tenants/*/directory.xml"))


def customer(conf: Path, slug: str) -> Customer | None:
    """One of them; None where there is none of this name, or its files cannot be read."""
    if not _SLUG.fullmatch(slug):
        return None
    folder = conf / "tenants" / slug
    try:
        domain = ET.parse(folder / "directory.xml").getroot().find("domain")  # noqa: S314 -- our own
        dialplan = (folder / "dialplan.xml").read_text("utf-8")
    except (OSError, ET.ParseError, UnicodeDecodeError):
        return None
    if domain is None:
        return None
    names = {
        user.get("id", ""): _pairs(user, "variables").get("effective_caller_id_name", "")
        for user in domain.iter("user")
        if "sip-forbid-register" not in _pairs(user, "params")
    }
    trunks = frozenset(_TRUNK.findall(dialplan))
    return Customer(slug, domain.get("name", ""), names, _pairs(domain, "variables"), trunks)


def with_extension(conf: Path, number: str) -> list[Customer]:
    """The tenants that have an extension of this number."""
    mark = f'id="{number}"'.encode()
    known = (customer(conf, slug) for slug in slugs(conf) if _says(conf, slug, mark))
    return [one for one in known if one is not None and number in one.extensions]


def _says(conf: Path, slug: str, mark: bytes) -> bool:
    """Whether it can have it at all: most tenants need not be parsed."""
    try:
        return mark in (conf / "tenants" / slug / "directory.xml").read_bytes()
    except OSError:
        return False


def _pairs(parent: ET.Element, group: str) -> dict[str, str]:
    found = parent.find(group)
    return {} if found is None else {one.get("name", ""): one.get("value", "") for one in found}
