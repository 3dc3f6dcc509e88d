"""Findings about phones: address, vendor, model, lines, expansion modules, codecs, template.

What is wrong between a profile and a model is told once, at the first such phone.
"""

from collections.abc import Iterator

from dialform.compiler.phones.catalogue import Vendor, vendor_of, vendors
from dialform.compiler.phones.fitting import codecs_of, modules_of
from dialform.compiler.phones.keycheck import check_keys
from dialform.compiler.phones.known import Known, alike, counted, is_mac, known_of, listed
from dialform.compiler.phones.settings import check_settings
from dialform.compiler.scope import Scope, near
from dialform.compiler.webphones import WEBPHONE
from dialform.schema.devices import Device
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import phones as rules


def check_phones(scope: Scope) -> Iterator[Flaw]:
    """All findings about the phones of a tenant."""
    for key, device in scope.tenant.devices.items():
        yield from _address(scope, key, device)
        if not device.lines:
            yield scope.flaw(rules.NoLines, "devices", key, on="key", device=key)
        if device.vendor != WEBPHONE:
            yield from _named(scope, key, device)
    phones = list(known_of(scope.tenant))
    for phone in phones:
        yield from _lines(scope, phone)
        yield from _modules(scope, phone)
    yield from _codecs(scope, phones)
    yield from check_keys(scope, phones)
    yield from check_settings(scope, phones)


def known_vendors() -> tuple[str, ...]:
    """What may stand behind `vendor:`."""
    return (*vendors(), WEBPHONE)


def _address(scope: Scope, key: str, device: Device) -> Iterator[Flaw]:
    """A MAC for what fetches, one that a phone can have; a slug for a browser."""
    browser, mac = device.vendor == WEBPHONE, is_mac(key)
    what = why = ""
    if browser and mac:
        what, way = f"a {WEBPHONE} has no MAC address", "name it by a slug, as in reception-web"
    elif not browser and not mac and vendor_of(device.vendor):
        what = f"'{key}' is no MAC address, by which phones fetch their configuration"
        way = "12 hex digits, as on its label; for a softphone make one up that begins with 02"
    if what:
        yield scope.flaw(rules.KeyOfAnotherKind, "devices", key, on="key", what=what, way=way)
    elif mac and not int(key, 16):
        why = "it is all zeros"
    elif mac and int(key[:2], 16) & 1:
        why = "it is one for a group of devices"
    if why:
        yield scope.flaw(rules.NoPhonesMac, "devices", key, on="key", mac=key, why=why)


def _named(scope: Scope, key: str, device: Device) -> Iterator[Flaw]:
    """Vendor, model and template must be in the catalogue."""
    vendor, path = vendor_of(device.vendor), ("devices", key)
    if vendor is None:
        hint = near(device.vendor.lower(), known_vendors())
        yield scope.flaw(rules.UnknownVendor, *path, "vendor", name=device.vendor, near=hint)
        return
    if device.model is None:
        models = near("", vendor.models, "its models are")
        yield scope.flaw(rules.ModelMissing, *path, on="key", vendor=vendor.name, near=models)
    elif vendor.model(device.model) is None:
        values = {"vendor": vendor.name, "name": device.model}
        hint = _meant(vendor, device.model)
        yield scope.flaw(rules.UnknownModel, *path, "model", near=hint, **values)
    if device.template is not None and device.template not in vendor.templates:
        hint = near(device.template, vendor.templates, f"{vendor.name} has")
        values = {"vendor": vendor.name, "name": device.template, "near": hint}
        yield scope.flaw(rules.UnknownTemplate, *path, "template", **values)


def _meant(vendor: Vendor, model: str) -> str:
    """A model that may be meant: one of another vendor's, else the nearest of this one's."""
    for other in vendors():
        found = vendor_of(other)
        if found is not None and found.model(model) is not None:
            return f"that is one of {found.name}: vendor: {other}"
    return near(model.lower(), vendor.models, f"models of {vendor.name}")


def _lines(scope: Scope, phone: Known) -> Iterator[Flaw]:
    most = phone.model.lines
    for index in range(most, len(phone.device.lines)):
        path: Path = ("devices", phone.mac, "lines", index)
        values = {"model": phone.title, "limit": counted(most, "line"), "count": str(index + 1)}
        yield scope.flaw(rules.TooManyLines, *path, **values)
    for index, line in enumerate(phone.device.lines):
        extension = scope.tenant.extensions.get(line.extension)
        if extension and extension.srtp == "required" and phone.profile.transport != "tls":
            path = ("devices", phone.mac, "lines", index, "extension")
            yield scope.flaw(rules.KeysInClear, *path, extension=line.extension)


def _modules(scope: Scope, phone: Known) -> Iterator[Flaw]:
    path, model = ("devices", phone.mac, "modules"), phone.model
    count = 0
    for index, name in enumerate(phone.device.modules):
        if not modules_of(model, [name]):
            hint = near(name.lower(), model.modules, "it takes")
            if not model.modules:
                hint = "it takes none"
            values = {"model": phone.title, "name": name, "near": hint}
            yield scope.flaw(rules.UnknownModule, *path, index, **values)
            continue
        count += 1
        if count > model.most_modules:
            limit = counted(model.most_modules, "expansion module")
            values = {"model": phone.title, "limit": limit, "count": str(count)}
            yield scope.flaw(rules.TooManyModules, *path, index, **values)


def _codecs(scope: Scope, phones: list[Known]) -> Iterator[Flaw]:
    """Codecs of a profile that a model lacks; and a phone that has none of those it is to use."""
    usual = tuple(scope.view.platform.defaults.codecs)
    for phone, more in alike(phones, lambda one: one.kind):
        own = tuple(phone.profile.codecs)
        wanted = own or usual
        has = codecs_of(phone.model, wanted)
        if has == wanted:
            continue
        values = {
            "model": phone.title, "profile": phone.device.profile or "", "more": more,
            "known": ", ".join(phone.model.codecs),
        }  # fmt: skip
        path = ("devices", phone.mac, "profile" if own else "model")
        if not has:
            whose = f"profile '{phone.device.profile}'" if own else "the platform's"
            codecs = ", ".join(wanted)
            yield scope.flaw(rules.NoCodecLeft, *path, codecs=codecs, whose=whose, **values)
        elif own:
            codecs = listed([codec for codec in own if codec not in has])
            yield scope.flaw(rules.CodecLeftOut, *path, codecs=codecs, **values)
