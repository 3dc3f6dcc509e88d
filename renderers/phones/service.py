"""What the provisioning service of a host is told: phones/service.json."""

import json

from dialform.compiler.phones.catalogue import vendor_of
from dialform.compiler.resolved import Artifact
from dialform.compiler.resolved_host import Platform

PATH = "phones/service.json"


def service_file(platform: Platform) -> list[Artifact]:
    """The service's settings, where the platform has provisioning. No secret is among them."""
    found = platform.provisioning
    if found is None:
        return []
    data = {
        "base_url": found.base_url,
        "listen": found.listen,
        "port": found.port,
        "certificate": found.certificate,
        "key": found.key,
        "trusted_proxies": list(found.trusted_proxies),
        "device_certificates": {_key(vendor): path for vendor, path in found.device_certificates},
        "resync": found.resync,
    }
    content = (json.dumps(data, indent=1) + "\n").encode()
    return [Artifact(PATH, "platform", content)]


def _key(written: str) -> str:
    """A vendor as the index of the phones has it: `polycom` is poly there."""
    vendor = vendor_of(written)
    return vendor.key if vendor else written
