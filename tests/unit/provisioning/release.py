"""A released folder as the compiler writes it, of a few phones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dialform.values import dataclass, field

ACME, OTHER = "805ec0000001", "805ec0000002"
"""Two phones of one OUI, of different tenants."""


@dataclass(frozen=True, slots=True)
class Phone:
    """What a test knows of a phone, its secrets in clear among it."""

    mac: str
    tenant: str = "acme"
    vendor: str = "yealink"
    files: dict[str, str] = field(default_factory=dict)
    """Names of files and their contents; by default one, `<mac>.cfg`."""
    also: dict[str, str] = field(default_factory=dict)
    """More names, in lower case, and the file that each is."""

    @property
    def token(self) -> str:
        return ("T" + hashlib.sha256(f"token {self.mac}".encode()).hexdigest())[:24]

    @property
    def password(self) -> str:
        return "P" + hashlib.sha256(f"http {self.mac}".encode()).hexdigest()[:23]

    @property
    def name(self) -> str:
        return next(iter(self.contents))

    @property
    def contents(self) -> dict[str, str]:
        return self.files or {f"{self.mac}.cfg": f"# {self.tenant}\nsecret={self.token}\n"}

    @property
    def revision(self) -> str:
        return hashlib.sha256(json.dumps(self.contents).encode()).hexdigest()[:12]

    def row(self) -> dict[str, Any]:
        login = f"{self.mac}:dialform:{self.password}".encode()
        answers = {name.lower(): [name, "text/plain; charset=utf-8"] for name in self.contents}
        answers |= {name: [file, "text/plain; charset=utf-8"] for name, file in self.also.items()}
        return {
            "mac": self.mac, "label": "Desk", "vendor": self.vendor, "model": "t46s",
            "revision": self.revision, "token": hashlib.sha256(self.token.encode()).hexdigest(),
            "ha1": {"MD5": hashlib.md5(login).hexdigest(), "SHA-256": hashlib.sha256(login).hexdigest()},
            "lines": [["1001", f"{self.tenant}.example.com"]], "answers": answers,
        }  # fmt: skip


PHONES = (Phone(ACME), Phone(OTHER, tenant="bakery"))


def release(root: Path, phones: Sequence[Phone] = PHONES, **service: Any) -> Path:
    """Write it, and give its folder."""
    tenants = root / "phones" / "tenants"
    tenants.mkdir(parents=True)
    for tenant in sorted({one.tenant for one in phones}):
        rows = [one.row() for one in phones if one.tenant == tenant]
        data = {"tenant": tenant, "domain": f"{tenant}.example.com", "devices": rows}
        (tenants / f"{tenant}.json").write_text(json.dumps(data))
    for one in phones:
        own = root / "provisioning" / one.mac
        own.mkdir(parents=True)
        for name, text in one.contents.items():
            (own / name).write_text(text)
    said = {"base_url": "https://pbx.example.com/provision/", "listen": "", "port": 0, "certificate": "",
            "key": "", "trusted_proxies": [], "device_certificates": {}, "resync": True}  # fmt: skip
    (root / "phones" / "service.json").write_text(json.dumps(said | service))
    return root
