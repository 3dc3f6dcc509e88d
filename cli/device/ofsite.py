"""A phone as it is written in the site, with what lets it in at the provisioning service."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent
from dialform.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialform.compiler.phones.catalogue import Model, Vendor
    from dialform.compiler.scope import Scope
    from dialform.reconcile.sitefiles import SiteFiles
    from dialform.schema.devices import Device

_MAC_LIKE = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f](?:[:.\-]?[0-9A-Fa-f]){11}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Written:
    """A phone of a site. `base` is where phones fetch, ending in `/`."""

    tenant: "Scope"
    mac: str
    device: "Device"
    vendor: "Vendor"
    model: "Model"
    base: str


@dataclass(frozen=True, slots=True)
class Access:
    """What lets a phone in: its own address, or a user and a password at the one for all. `files` are the
    addresses of its files.
    """

    own: str = field(repr=False)
    files: tuple[str, ...] = field(repr=False)
    login: str
    user: str
    password: str = field(repr=False)


def site_of(site: Path | None, state: Path | None) -> "SiteFiles":
    """The site that was named, else the agent's, else the one that we stand in."""
    from dialform.reconcile.sitefiles import SiteFiles

    of_agent = ofagent.state_folder(state) / "site"
    root = of_agent if site is None and (of_agent / "platform.yaml").is_file() else None
    return SiteFiles(root or common.site_root(site))


def base_address(files: "SiteFiles") -> str:
    """Where the phones of a site fetch, ending in `/`; a site without such a place ends the command."""
    from dialform.compiler.phones.resolve import base_of

    if files.view is None:
        raise common.Unusable("platform.yaml has errors: see `dialform validate`.")
    base = base_of(files.view.platform.provisioning)
    if not base:
        raise common.Unusable(
            "The site says nowhere where phones fetch from. Add to platform.yaml, for example, "
            '`provisioning: {base_url: "https://pbx.example.com/provision/"}`.'
        )
    return base


def find(files: "SiteFiles", typed: str, tenant: str | None, user: str | None) -> Written:
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
        device = scope.tenant.devices.get(mac)
        if device is not None and _reaches(scope, mac, user):
            return _whole(scope, mac, device, base)
    raise click.ClickException(f"There is no phone {mac}.{_hint(files, mac, tenant, user)}")


def access(written: Written, secrets: Path | None) -> Access:
    """What lets the phone in. Without the master secret nobody knows it, and that ends the command."""
    from dialform.renderers.phones.render import named

    store = common.store(common.secrets_folder(secrets))
    if not store.has_master:
        raise common.Unusable(
            "What lets a phone in cannot be known without the host's secrets: "
            "name their folder with --secrets DIR (the master secret is its file 'master')."
        )
    slug, mac, rotate = written.tenant.slug, written.mac, written.device.rotate
    folder = f"{written.base}{store.derive(slug, mac, 'token', rotate)}/"
    model, vendor = written.model.name, written.vendor
    name = named(vendor.address, mac, model)
    return Access(
        own=f"{folder}{name}",
        files=tuple(f"{folder}{named(file.name, mac, model)}" for file in vendor.files),
        login=f"{written.base}auth/{name}",
        user=mac,
        password=store.derive(slug, mac, "http", rotate),
    )


def _whole(scope: "Scope", mac: str, device: "Device", base: str) -> Written:
    from dialform.compiler.phones.catalogue import vendor_of

    vendor = vendor_of(device.vendor)
    model = vendor.model(device.model or "") if vendor else None
    if vendor is None or model is None:
        raise common.Unusable(f"The phone {mac} has errors: see `dialform validate`.")
    return Written(scope, mac, device, vendor, model, base)


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
