"""What the service is told stands in a file of the host's folder, with no secret in it."""

import json

from dialform.compiler.resolved_host import Platform, Provisioning
from dialform.renderers.phones.service import service_file


def _told(provisioning: Provisioning | None) -> dict[str, object]:
    platform = Platform(
        name="demo", domain="pbx.example.com", country="US", timezone="UTC", language="en", codecs=(),
        redis=None, core_db="", mail=None, providers=(), routes=(), provisioning=provisioning,
    )  # fmt: skip
    return {file.path: json.loads(file.content or b"") for file in service_file(platform)}


def test_without_provisioning_there_is_none() -> None:
    assert _told(None) == {}


def test_whose_certificates_count_is_said_by_the_keys_that_phones_have() -> None:
    given = (("polycom", "/etc/poly.pem"), ("yealink", "/etc/yealink.pem"))
    base = "https://pbx.example.com/provision/"
    told = _told(Provisioning(base_url=base, device_certificates=given))
    assert told == {
        "phones/service.json": {
            "base_url": base, "listen": "", "port": 0, "certificate": "", "key": "", "resync": True,
            "trusted_proxies": [],
            "device_certificates": {"poly": "/etc/poly.pem", "yealink": "/etc/yealink.pem"},
        }
    }  # fmt: skip
