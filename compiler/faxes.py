"""Fax accounts, their documents and the address book, resolved."""

from collections.abc import Callable, Iterator

from dialform.compiler import resolved_fax as resolved
from dialform.compiler.permissions import tenant_tokens
from dialform.compiler.scope import Scope


def fax_accounts(scope: Scope, e164: Callable[[str | None], str]) -> Iterator[resolved.FaxAccount]:
    """The accounts, by number. `e164` gives a number as it is written in E.164, or empty."""
    tenant, platform = scope.tenant, scope.view.platform
    held = tenant_tokens(scope)
    for number, account in sorted(tenant.fax.accounts.items()):
        extension = tenant.extensions.get(number)
        shown = e164(account.number)
        yield resolved.FaxAccount(
            number=number,
            name=extension.name if extension else number,
            e164=shown,
            header=account.header or tenant.company,
            station_id=account.station_id or shown,
            deliver_to=account.deliver_to or "",
            users=tuple(sorted(set(account.users))),
            cover=account.cover or "",
            retries=account.retries,
            resolution=account.resolution,
            t38=account.t38,
            ecm=account.ecm,
            toll=(extension.toll if extension else None) or platform.defaults.toll,
            sends="send_fax" in held,
            receives="receive_fax" in held,
        )


def fax_documents(scope: Scope) -> Iterator[resolved.FaxDocument]:
    """The documents, by name."""
    for slug, document in sorted(scope.tenant.fax.documents.items()):
        yield resolved.FaxDocument(slug, document.name or slug, document.file)


def contacts(scope: Scope, e164: Callable[[str | None], str]) -> Iterator[resolved.Contact]:
    """The address book, by name."""
    for slug, entry in sorted(scope.tenant.contacts.items()):
        yield resolved.Contact(
            slug=slug,
            name=entry.name,
            phone=e164(entry.phone),
            fax=e164(entry.fax),
            email=entry.email or "",
            groups=tuple(sorted(set(entry.groups))),
        )
