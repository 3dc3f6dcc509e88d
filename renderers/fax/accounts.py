"""fax/tenants/<slug>.json: a tenant's accounts, documents and address book, as faxes need them."""

import json
from pathlib import PurePosixPath

from dialform.compiler.resolved import Artifact, Tenant
from dialform.compiler.resolved_fax import FaxAccount
from dialform.compiler.resolved_numbers import NumberSet

FOLDER = "fax/tenants"
FILES = "fax/files"
"""Covers and documents, a folder a tenant."""


def accounts_file(tenant: Tenant) -> list[Artifact]:
    """The file, and copies of what it names; none where the tenant has no fax account."""
    if not tenant.fax_accounts:
        return []
    owner, folder = f"tenant {tenant.slug}", f"{FILES}/{tenant.slug}"
    data = {
        "tenant": tenant.slug,
        "company": tenant.company,
        "timezone": tenant.timezone,
        "country": tenant.country,
        "language": tenant.language,
        "suspended": tenant.suspended,
        "plan": tenant.plan,
        "cap": tenant.cap,
        "cap_backend": tenant.cap_backend,
        "concurrent_faxes": tenant.concurrent_faxes,
        "keep_days": tenant.fax_keep_days,
        "home": tenant.dialling.home,
        "premium": tenant.dialling.premium,
        "do_not_call": _numbers(tenant.do_not_call),
        "accounts": [_account(tenant.slug, one) for one in tenant.fax_accounts],
        "documents": {
            one.slug: {"name": one.name, "file": file_of(tenant.slug, one.file)}
            for one in tenant.fax_documents
        },
        "contacts": {
            one.slug: {"name": one.name, "fax": one.fax, "email": one.email,
                       "groups": list(one.groups)}
            for one in tenant.contacts
            if one.fax
        },
    }  # fmt: skip
    content = (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
    return [
        Artifact(f"{FOLDER}/{tenant.slug}.json", owner, content, secret=True),
        *(
            Artifact(f"{folder}/{_below(file)}", owner, copy_of=file, secret=True)
            for file in tenant.fax_files
        ),
    ]


def file_of(slug: str, file: str) -> str:
    """Where a file of the site's media lies, below the host's folder."""
    return f"{FILES}/{slug}/{_below(file)}"


def _below(file: str) -> str:
    return str(PurePosixPath(file)).removeprefix("media/")


def _account(slug: str, account: FaxAccount) -> dict[str, object]:
    return {
        "number": account.number,
        "name": account.name,
        "e164": account.e164,
        "header": account.header,
        "station_id": account.station_id,
        "deliver_to": account.deliver_to,
        "users": list(account.users),
        "cover": file_of(slug, account.cover) if account.cover else "",
        "retries": account.retries,
        "resolution": account.resolution,
        "t38": account.t38,
        "ecm": account.ecm,
        "toll": account.toll,
        "sends": account.sends,
        "receives": account.receives,
    }


def _numbers(found: NumberSet) -> dict[str, list[str]]:
    return {"numbers": list(found.numbers), "prefixes": list(found.prefixes)}
