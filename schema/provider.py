"""providers.d/<name>.yaml: one trunk a file."""

from typing import Annotated, Literal

from dialform.schema.secret import Secret
from dialform.schema.types import (
    Codec,
    Count,
    Dialled,
    Host,
    Model,
    Name,
    Network,
    Port,
    Text,
    matching,
)
from pydantic import AfterValidator, Field

_ACCOUNT = AfterValidator(
    matching(r"[A-Za-z0-9.!%*_+~-]{1,128}", "is no SIP user name", hint="as the carrier gave it")
)


class Provider(Model):
    """A carrier: where it is, how it knows us, and in which forms it takes numbers."""

    name: Name | None = None
    host: Host
    port: Port = 5060
    transport: Literal["udp", "tcp", "tls"] = "udp"
    username: Annotated[Text, _ACCOUNT] | None = None
    password: Secret | None = None
    register_: Annotated[bool, Field(alias="register")] = True
    addresses: list[Network] = []
    caller_id: Dialled | None = None
    caller_id_in: Literal["from", "pai", "rpid"] = "from"
    number_format: Literal["e164", "digits", "national"] = "e164"
    codecs: Annotated[list[Codec], Field(min_length=1)] = ["PCMU", "PCMA"]
    max_channels: Count | None = None
    active: bool = True
