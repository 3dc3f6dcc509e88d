"""Ports that there are not are refused where they are written: nobody downstream has to ask."""

import pytest
from pydantic import TypeAdapter, ValidationError

from dialform.schema.devices import Server
from dialform.schema.platform import BaseUrl

_SERVER: TypeAdapter[str] = TypeAdapter(Server)
_ADDRESS: TypeAdapter[str] = TypeAdapter(BaseUrl)


@pytest.mark.parametrize("port", [1, 80, 5060, 9999, 10000, 59999, 64999, 65499, 65529, 65535])
def test_a_port_is_taken(port: int) -> None:
    assert _SERVER.validate_python(f"sip.example.com:{port}")
    assert _ADDRESS.validate_python(f"https://pbx.example.com:{port}/provision/")


@pytest.mark.parametrize("port", ["0", "05060", "65536", "65540", "66000", "70000", "99999", ""])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(ValidationError):
        _SERVER.validate_python(f"sip.example.com:{port}")
    with pytest.raises(ValidationError):
        _ADDRESS.validate_python(f"https://pbx.example.com:{port}/provision/")
