"""A phone as it is written in the site, with what lets it in at the provisioning service."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialform.compiler.scope import Scope
    from dialform.reconcile.desk.written import Access, Written
    from dialform.reconcile.sitefiles import SiteFiles

_MAC_LIKE = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f](?:[:.\-]?[0-9A-Fa-f]){11}(?![0-9A-Za-z])")


def site_of(site: Path | None, state: Path | None) -> "SiteFiles":
    """The site that was named, else the agent's, else the one that we stand in."""
    from dialform.reconcile.sitefiles import SiteFiles

    of_agent = ofagent.state_folder(state) / "site"
    root = of_agent if site is None and (of_agent / "platform.yaml").is_file() else None
    return SiteFiles(root or common.site_root(site))


def base_address(files: "SiteFiles") -> str:
    """Where the phones of a site fetch, ending in `/`; a site without such a place ends the command."""
    from dialform.reconcile.desk.errors import Failed
    from dialform.reconcile.desk.written import base_address as base_of

    if files.view is None:
        raise common.Unusable("platform.yaml has errors: see `dialform validate`.")
    try:
        return base_of(files.view.platform.provisioning)
    except Failed as error:
        raise common.Unusable(str(error)) from None


def find(files: "SiteFiles", typed: str, tenant: str | None, user: str | None) -> "Written":
    """The phone of a MAC, in any usual spelling. One out of reach is said not to be there."""
    from dialform.reconcile.desk import typed as typing
    from dialform.reconcile.desk.errors import Unusable

    if user and not tenant:
        raise click.UsageError("--as names a user of a tenant: say --tenant too.")
    base = base_address(files)
    if tenant and tenant not in files.tree.tenants:
        raise click.ClickException(f"There is no tenant '{tenant}'.")
    try:
        mac = typing.mac(typed)
    except Unusable as error:
        raise click.UsageError(f"{error}{_hint(files, typed, tenant, user)}") from None
    for scope in _having(files, mac, tenant):
        if mac in scope.tenant.devices and _reaches(scope, mac, user):
            return _whole(scope, mac, base)
    raise click.ClickException(f"There is no phone {mac}.{_hint(files, mac, tenant, user)}")


def access(written: "Written", secrets: Path | None) -> "Access":
    """What lets the phone in. Without the master secret nobody knows it, and that ends the command."""
    from dialform.reconcile.desk.written import access as access_of

    store = common.store(common.secrets_folder(secrets))
    if not store.has_master:
        raise common.Unusable(
            "What lets a phone in cannot be known without the host's secrets: "
            "name their folder with --secrets DIR (the master secret is its file 'master')."
        )
    return access_of(written, store)


def _whole(scope: "Scope", mac: str, base: str) -> "Written":
    from dialform.reconcile.desk.errors import Failed
    from dialform.reconcile.desk.written import written

    try:
        return written(scope, mac, base)
    except Failed as error:
        raise common.Unusable(str(error)) from None


def _reaches(scope: "Scope", mac: str, user: str | None) -> bool:
    """Whether a user reaches the phone; without one everybody does who asks for the tenant."""
    if user is None:
        return True
    reach: Any = _reach(scope, user)
    return reach.device(scope.slug, mac) is True


def _reach(scope: "Scope", user: str) -> Any:
    from dialform.reconcile.desk.customers import Customer
    from dialform.reconcile.desk.errors import DeskError
    from dialform.reconcile.desk.rights import scope_of

    try:
        return scope_of(scope, Customer(scope.slug, "", {}, {}), user, "devices")
    except DeskError as error:
        raise click.ClickException(str(error)) from None


def _having(files: "SiteFiles", mac: str, tenant: str | None) -> "Iterator[Scope]":
    """The tenants whose files hold the MAC in some spelling: the others need not be parsed."""
    wanted = mac.encode()
    for slug in [tenant] if tenant else files.slugs:
        if wanted in _macs(files, slug) and (scope := files.tenant(slug)) is not None:
            yield scope


def _macs(files: "SiteFiles", slug: str) -> set[bytes]:
    """Whatever looks like a MAC in a tenant's files, without what people put between the digits."""
    return {
        found.translate(None, b":.-").lower()
        for path in files.tree.tenants[slug]
        for found in _MAC_LIKE.findall(files.tree.read(path))
    }


def _hint(files: "SiteFiles", typed: str, tenant: str | None, user: str | None) -> str:
    """` Did you mean …?`: of a tenant by MAC or label, of a whole site by MAC."""
    from difflib import get_close_matches

    names: dict[str, str] = {}
    if tenant and (scope := files.tenant(tenant)) is not None:
        for mac, one in scope.tenant.devices.items():
            if one.vendor != "webphone" and _reaches(scope, mac, user):
                names[mac] = names[one.label.casefold()] = f"{mac} ({one.label})"
    elif not tenant:
        macs = {mac.decode() for slug in files.slugs for mac in _macs(files, slug)}
        names = {mac: mac for mac in macs}
    near = get_close_matches(typed.casefold(), names, n=1, cutoff=0.7)
    return f" Did you mean {names[near[0]]}?" if near else ""
