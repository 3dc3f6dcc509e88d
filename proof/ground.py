"""What the compiled files of a host say of a tenant: whatever a call needs before it is simulated."""

import re
from functools import cached_property
from pathlib import Path

from dialform.values import dataclass

_DOMAIN = re.compile(r'<domain name="([^"]+)"')
_ZONE = re.compile(r'<variable name="timezone" value="([^"]+)"')
_USER = re.compile(r'<user id="([0-9]+)"')
_AGENT = re.compile(r'<agent number="([0-9]+)"')
_LONE = 'name="sip-forbid-register"'


@dataclass(frozen=True)
class Ground:
    """One tenant on one host. `conf` is the configuration folder of the switch."""

    conf: Path
    slug: str

    def _text(self, name: str) -> str:
        try:
            return (self.conf / "tenants" / self.slug / name).read_text("utf-8")
        except OSError:
            return ""

    @cached_property
    def _directory(self) -> str:
        return self._text("directory.xml")

    @cached_property
    def domain(self) -> str:
        """The tenant's SIP domain."""
        found = _DOMAIN.search(self._directory)
        return found[1] if found else ""

    @cached_property
    def timezone(self) -> str:
        """The tenant's time zone."""
        found = _ZONE.search(self._directory)
        return found[1] if found else "UTC"

    @cached_property
    def extensions(self) -> frozenset[str]:
        """The numbers that phones register with."""
        lines = self._directory.splitlines()
        return frozenset(
            found[1] for line in lines if _LONE not in line and (found := _USER.search(line))
        )

    @cached_property
    def agents(self) -> frozenset[str]:
        """The agents of the tenant's queues, as the switch names them."""
        numbers = _AGENT.findall(self._text("queues.xml"))
        return frozenset(f"{self.slug}.{number}" for number in numbers)

    def address(self, number: str) -> str:
        """An extension as the switch's directory has it."""
        return f"{number}@{self.domain}"


def tenants_with(conf: Path, extension: str) -> list[str]:
    """The tenants of a host that have this extension."""
    wanted = f'<user id="{extension}"'.encode()
    found = []
    for file in sorted((conf / "tenants").glob("*/directory.xml")):
        content = file.read_bytes()
        if wanted in content and extension in Ground(conf, file.parent.name).extensions:
            found.append(file.parent.name)
    return found


def owner_of(conf: Path, number: str) -> str:
    """The tenant that a call from outside to this number comes to; empty where nobody has it."""
    try:
        public = (conf / "dialplan" / "public.xml").read_text("utf-8")
    except OSError:
        return ""
    digits = re.sub("[^0-9]", "", number)
    for _ in range(2):  # a national form leads to the international one
        entry = _second_level(public, digits)
        if entry is None:
            return ""
        ending, goes = entry
        if found := re.match(r"did-[0-9]+\$1 XML (.+)\.flow\Z", goes):
            return found[1]
        if found := re.match(r"([0-9]+)\$1 XML did_", goes):
            digits = found[1] + ending
    return ""


def _second_level(public: str, digits: str) -> tuple[str, str] | None:
    """The last digits and where a number is sent, in the context of its first ones."""
    prefix, ending = digits[:-2], digits[-2:]
    start = public.find(f'<context name="did_{prefix}">')
    if start < 0 or len(digits) < 3:
        return None
    context = public[start : public.find("</context>", start)]
    for found in re.finditer(r'expression="\^[0-9]+\(([0-9|]+)\)\$".*?data="([^"]+)"', context):
        if ending in found[1].split("|"):
            return ending, found[2]
    return None
