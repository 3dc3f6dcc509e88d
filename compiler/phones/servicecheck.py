"""Findings about where phones fetch: `provisioning` of platform.yaml."""

from collections.abc import Iterator

from dialform.compiler.phones.catalogue import vendor_of, vendors
from dialform.compiler.scope import near
from dialform.schema.platform import Provisioning
from dialform.schema.rule import Flaw
from dialform.schema.rules import phones as rules

_DOCUMENT = "platform.yaml"
_HALVES = {"certificate": "key", "key": "certificate"}


def check_provisioning(entry: Provisioning | None) -> Iterator[Flaw]:
    """All findings about the service itself."""
    if entry is None:
        return
    if entry.base_url.startswith("http:"):
        yield rules.OpenProvisioning.flaw(_DOCUMENT, ("provisioning", "base_url"))
    for have, lacks in _HALVES.items():
        if getattr(entry, have) and not getattr(entry, lacks):
            way = f"add {lacks}: (the same file, if both stand in it)"
            values = {"what": f"a {have} without its {lacks}", "way": way}
            yield rules.HalfCertificate.flaw(_DOCUMENT, ("provisioning", have), **values)
    if entry.device_certificates and not entry.certificate:
        what = "phones' certificates are looked at by the service itself, which has none of its own"
        values = {"what": what, "way": "add certificate: and key:"}
        path = ("provisioning", "device_certificates")
        yield rules.HalfCertificate.flaw(_DOCUMENT, path, on="key", **values)
    for name in entry.device_certificates:
        if vendor_of(name) is None:
            place = ("provisioning", "device_certificates", name)
            hint = near(name, vendors())
            yield rules.UnknownVendor.flaw(_DOCUMENT, place, on="key", name=name, near=hint)
