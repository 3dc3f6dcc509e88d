"""A phone as it is written in the site, with what lets it in at the provisioning service."""

from dialform.compiler.phones.catalogue import Model, Vendor, vendor_of
from dialform.compiler.phones.resolve import base_of
from dialform.compiler.scope import Scope
from dialform.compiler.secrets import SecretStore
from dialform.reconcile.desk.errors import Failed
from dialform.renderers.phones.render import named
from dialform.schema.devices import Device
from dialform.schema.platform import Provisioning
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Written:
    """A phone of a site. `base` is where phones fetch, ending in `/`."""

    tenant: Scope
    mac: str
    device: Device
    vendor: Vendor
    model: Model
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


def base_address(said: Provisioning | None) -> str:
    """Where the phones of a site fetch, ending in `/`. Raises Failed for a site that says nowhere."""
    base = base_of(said)
    if not base:
        raise Failed(
            "The site says nowhere where phones fetch from. Add to platform.yaml, for example, "
            '`provisioning: {base_url: "https://pbx.example.com/provision/"}`.'
        )
    return base


def written(scope: Scope, mac: str, base: str) -> Written:
    """A phone of a tenant. Raises Failed where the site has errors there."""
    device = scope.tenant.devices[mac]
    vendor = vendor_of(device.vendor)
    model = vendor.model(device.model or "") if vendor else None
    if vendor is None or model is None:
        raise Failed(f"The phone {mac} has errors: see `dialform validate`.")
    return Written(scope, mac, device, vendor, model, base)


def access(one: Written, store: SecretStore) -> Access:
    """What lets the phone in. Raises SecretError without the master secret."""
    slug, mac, rotate = one.tenant.slug, one.mac, one.device.rotate
    folder = f"{one.base}{store.derive(slug, mac, 'token', rotate)}/"
    model, vendor = one.model.name, one.vendor
    name = named(vendor.address, mac, model)
    return Access(
        own=f"{folder}{name}",
        files=tuple(f"{folder}{named(file.name, mac, model)}" for file in vendor.files),
        login=f"{one.base}auth/{name}",
        user=mac,
        password=store.derive(slug, mac, "http", rotate),
    )
