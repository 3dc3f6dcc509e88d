"""What the provisioning service knows of a tenant's phones, without any of their secrets in clear."""

import hashlib
import json
from collections.abc import Sequence

from dialform.compiler.phones.catalogue import vendor_of
from dialform.compiler.phones.resolved import Phone
from dialform.compiler.resolved import Artifact, Tenant
from dialform.renderers.phones.render import named

FOLDER = "phones/tenants"
REALM = "dialform"
"""Of HTTP digest. Its hashes are as good as the passwords, to whoever would log in."""


def index_of(tenant: Tenant, files: Sequence[Artifact]) -> list[Artifact]:
    """phones/tenants/<slug>.json, where the tenant has phones: what each answers to, and its files."""
    if not tenant.phones:
        return []
    own: dict[str, list[Artifact]] = {}
    for file in files:
        own.setdefault(file.path.split("/")[1], []).append(file)
    rows = [_row(phone, own[phone.mac]) for phone in tenant.phones]
    # A device a line: with `indent` the JSON of fifty thousand would be put together in Python.
    head = json.dumps({"tenant": tenant.slug, "domain": tenant.domain})
    devices = ",\n".join(map(json.dumps, rows))
    content = f'{head[:-1]}, "devices": [\n{devices}\n]}}\n'
    path = f"{FOLDER}/{tenant.slug}.json"
    return [Artifact(path, f"tenant {tenant.slug}", content.encode(), secret=True)]


def _row(phone: Phone, files: Sequence[Artifact]) -> dict[str, object]:
    vendor = vendor_of(phone.vendor)
    assert vendor is not None
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0".encode() + hashlib.sha256(file.content or b"").digest())
    answers: dict[str, list[str]] = {}
    open_files: list[str] = []
    for kind, made in zip(vendor.files, files, strict=True):
        called = made.path.rsplit("/", 1)[1]
        if not kind.secret:
            open_files.append(called)
        for pattern in (kind.name, *kind.also):
            name = named(pattern, phone.mac, phone.model).lower()
            answers.setdefault(name, [called, kind.type])
    login = f"{phone.user}:{REALM}:{phone.http_password}".encode()
    return {
        "mac": phone.mac,
        "label": phone.label,
        "vendor": phone.vendor,
        "model": phone.model,
        "revision": digest.hexdigest()[:12],
        "token": hashlib.sha256(phone.token.encode()).hexdigest(),
        "ha1": {
            "MD5": hashlib.md5(login, usedforsecurity=False).hexdigest(),
            "SHA-256": hashlib.sha256(login).hexdigest(),
        },
        "lines": [[line.extension, line.domain] for line in phone.lines],
        "answers": answers,
        **({"open": open_files} if open_files else {}),
    }
