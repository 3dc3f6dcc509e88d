"""The files of phones: each vendor's templates, filled in with one resolved phone."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from xml.parsers import expat

from jinja2 import Template

from dialform.compiler.phones.catalogue import ConfigFile, Model, Vendor, vendor_of
from dialform.compiler.phones.resolved import Phone
from dialform.compiler.resolved import Artifact, Tenant
from dialform.renderers.phones.templating import template

FOLDER = "provisioning"
"""Below a host's folder: what each phone fetches, a folder a MAC."""

Words = Callable[[Phone, Model], Mapping[str, object]]


def render_phones(tenant: Tenant) -> list[Artifact]:
    """The files of a tenant's phones."""
    return [artifact for phone in tenant.phones for artifact in render_phone(phone)]


def render_phone(phone: Phone) -> Iterable[Artifact]:
    """The files of one phone. All are secret: they hold its passwords."""
    vendor = vendor_of(phone.vendor)
    assert vendor is not None, phone.vendor
    model = vendor.models[phone.model]
    values = {"phone": phone, "model": model, "vendor": vendor, **_words(vendor.key)(phone, model)}
    for file in vendor.files:
        content = _template(vendor, file, phone).render(values).encode()
        if file.format == "xml":
            expat.ParserCreate().Parse(content, True)
        path = f"{FOLDER}/{phone.mac}/{named(file.name, phone.mac, phone.model)}"
        yield Artifact(path, f"tenant {phone.tenant}", content, secret=True)


def named(pattern: str, mac: str, model: str = "") -> str:
    """The name of a file, for a phone."""
    digits = "".join(filter(str.isdecimal, model))
    return pattern.format(mac=mac, MAC=mac.upper(), model=model, digits=digits)


def _template(vendor: Vendor, file: ConfigFile, phone: Phone) -> Template:
    name = f"{vendor.key}/{file.template.format(template=phone.template)}"
    return template(file.format, name)


@cache
def _words(vendor: str) -> Words:
    """What a vendor says in its own way (time zones, languages, key types): `values` of its `words.py`."""
    module = f"dialform.renderers.phones.{vendor}.words"
    if find_spec(module) is None:
        return lambda phone, model: {}
    found: Words = import_module(module).values
    return found
