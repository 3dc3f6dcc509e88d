"""Every secret that a site refers to or derives: where it stands, and how it is had. No values."""

from collections.abc import Iterator
from typing import Any

from dialform.compiler.phones.known import is_mac
from dialform.compiler.platform import LoadedPlatform, load_platform
from dialform.compiler.prune import shape_check_all
from dialform.compiler.secrets import SecretError, SecretStore
from dialform.compiler.webphones import WEBPHONE
from dialform.schema.diagnostic import Place
from dialform.schema.document import Document, load
from dialform.schema.rule import Path
from dialform.schema.secret import SecretRef
from dialform.schema.telephony import Mailbox
from dialform.schema.tenant import Tenant
from dialform.schema.tree import Tree
from dialform.schema.types import Model
from dialform.values import dataclass, field

PHONE_KINDS = ("token", "http", "admin")
"""The secrets of a phone: of its address, of its login there, of its own web page."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What a secret is derived from, besides the master secret."""

    tenant: str
    number: str
    kind: str
    rotate: int = 1


@dataclass(frozen=True, slots=True)
class SecretUse:
    """One secret: its name (`acme/1001/sip`), its place, and its reference or derivation.

    `path` leads to the value in the document; of a derived one, to where it could be written.
    """

    name: str
    place: Place
    path: Path
    ref: SecretRef | None = field(default=None, repr=False)
    derived: Derived | None = None

    def value(self, store: SecretStore) -> str:
        """The secret itself; a placeholder where the store has none. Raises SecretError."""
        if self.derived is not None:
            one = self.derived
            return store.derive(one.tenant, one.number, one.kind, one.rotate)
        assert self.ref is not None
        return store.resolve(self.ref.as_data())

    def why_missing(self, store: SecretStore) -> str:
        """Why the secret cannot be had here; empty where it can."""
        store.placeholders = False
        try:
            self.value(store)
        except SecretError as error:
            return error.reason
        if store.placeholders:
            return "no master secret" if self.derived else "no secrets folder"
        return ""


@dataclass(frozen=True, slots=True)
class TenantFiles:
    """A tenant as far as it can be read, with its document for places.

    `whole` is False where something of it has errors.
    """

    slug: str
    model: Tenant
    document: Document
    whole: bool


def read_tenant(tree: Tree, slug: str) -> TenantFiles | None:
    """A tenant's files as a model; None where nothing of them can be read. Raises OSError."""
    document, findings = load(f"tenants.d/{slug}", [(p, tree.read(p)) for p in tree.tenants[slug]])
    result = shape_check_all(Tenant, document.name, document.data, {"company": slug})
    model, flaws = result[0], result[1]
    if model is None:
        return None
    return TenantFiles(slug, model, document, not flaws and not findings)


def site_secrets(tree: Tree) -> Iterator[SecretUse]:
    """Every secret of a site: the platform's first, then tenant by tenant. Raises OSError."""
    platform = load_platform(tree, tree.read)
    view, documents = platform.view, platform.documents
    if view is not None:
        document = documents["platform.yaml"]
        for path, ref in _references(view.platform, ()):
            yield SecretUse("/".join(map(str, path)), document.place(path), path, ref)
        for name, host in view.platform.hosts.items():
            if host.esl.password is None:
                path = ("hosts", name, "esl", "password")
                derived = Derived("", name, "esl")
                yield SecretUse("/".join(path), document.place(path, "key"), path, None, derived)
        for provider, entry in view.providers.items():
            document = documents[f"providers.d/{provider}.yaml"]
            for path, ref in _references(entry, ()):
                name = "/".join(("providers", provider, *map(str, path)))
                yield SecretUse(name, document.place(path), path, ref)
    shared = web_password(platform) is not None
    for slug in sorted(tree.tenants):
        tenant = read_tenant(tree, slug)
        if tenant is not None:
            yield from tenant_secrets(tenant, web=not shared)


def web_password(platform: LoadedPlatform) -> SecretUse | None:
    """The password of all phones' web pages that the platform names, if it names one."""
    ours = platform.view.platform.provisioning if platform.view else None
    if ours is None or ours.admin_password is None:
        return None
    path: Path = ("provisioning", "admin_password")
    place = platform.documents["platform.yaml"].place(path)
    return SecretUse("/".join(map(str, path)), place, path, ours.admin_password)


def phone_secrets(tenant: TenantFiles, mac: str, *, web: bool = True) -> Iterator[SecretUse]:
    """What is derived for a phone: the token in its address, its login there, the password of its own web
    page. The last one not where its profile names one, or the platform does (`web` False).
    """
    device = tenant.model.devices[mac]
    profile = tenant.model.device_profiles.get(device.profile or "")
    named = profile is not None and profile.admin_password is not None
    for kind in PHONE_KINDS:
        if kind == "admin" and (named or not web):
            continue
        path: Path = ("devices", mac, kind)
        place = tenant.document.place(path[:2], "key")
        derived = Derived(tenant.slug, mac, kind, device.rotate)
        yield SecretUse(f"{tenant.slug}/{mac}/{kind}", place, path, None, derived)


def tenant_secrets(tenant: TenantFiles, *, web: bool = True) -> Iterator[SecretUse]:
    """The secrets of one tenant, in the order of their names. `web` False: the platform names the password
    of all phones' web pages.
    """
    found = dict(_references(tenant.model, ()))
    uses = [
        SecretUse(_name(tenant.slug, p), tenant.document.place(p), p, r) for p, r in found.items()
    ]
    for path, derived in _derived(tenant):
        if path not in found:
            place = tenant.document.place(path, "key")
            uses.append(SecretUse(_name(tenant.slug, path), place, path, None, derived))
    for mac, device in tenant.model.devices.items():
        if device.vendor != WEBPHONE and is_mac(mac):
            uses += phone_secrets(tenant, mac, web=web)
    yield from sorted(uses, key=lambda use: use.name)


def _name(slug: str, path: Path) -> str:
    match path:
        case ("extensions", number, "password"):
            return f"{slug}/{number}/sip"
        case ("extensions", number, "voicemail", "pin") | ("voicemails", number, "pin"):
            return f"{slug}/{number}/pin"
        case _:
            return "/".join((slug, *map(str, path)))


def _derived(tenant: TenantFiles) -> Iterator[tuple[Path, Derived]]:
    """What is derived unless it is written (compiler/resolve.py does the same)."""
    slug = tenant.slug
    for number, extension in tenant.model.extensions.items():
        path: Path = ("extensions", number)
        yield (*path, "password"), Derived(slug, number, "sip", extension.rotate)
        if isinstance(extension.voicemail, Mailbox):
            pin = Derived(slug, number, "pin", extension.voicemail.rotate)
            yield (*path, "voicemail", "pin"), pin
    for number, box in tenant.model.voicemails.items():
        yield ("voicemails", number, "pin"), Derived(slug, number, "pin", box.rotate)


def _references(node: Any, path: Path) -> Iterator[tuple[Path, SecretRef]]:
    """Every reference below a model, with its path in the document."""
    if isinstance(node, SecretRef):
        yield path, node
    elif isinstance(node, Model):
        for name, about in type(node).model_fields.items():
            yield from _references(getattr(node, name), (*path, about.alias or name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _references(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _references(value, (*path, index))
