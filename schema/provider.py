"""providers.d/<name>.yaml: one trunk a file."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

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

_ACCOUNT = AfterValidator(
    matching(
        r"[A-Za-z0-9.!%*_+~-]{1,128}",
        "is no SIP user name",
        hint="as the carrier gave it",
        dialled=True,
    )
)


class Provider(Model):
    """A carrier: where it is, how it knows us, and in which forms it takes numbers."""

    name: Name | None = None
    """As people know it; the file's name is the trunk's name."""
    host: Host
    """The carrier's server."""
    port: Port = 5060
    """Its port."""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """How SIP is sent."""
    username: Annotated[Text, _ACCOUNT] | None = None
    """The account at the carrier."""
    password: Secret | None = None
    """The account's password."""
    register_: Annotated[bool, Field(alias="register")] = True
    """false: the carrier knows us by our address."""
    addresses: list[Network] = []
    """Addresses and networks that the carrier's calls come from, besides its host."""
    caller_id: Dialled | None = None
    """What calls show that have no caller ID of their own."""
    caller_id_in: Literal["from", "pai", "rpid"] = "from"
    """The header in which this carrier reads the caller ID: From, P-Asserted-Identity or Remote-
    Party-ID.
    """
    number_format: Literal["e164", "digits", "national"] = "e164"
    """How the carrier wants numbers: +12125550100, 12125550100 or 2125550100."""
    codecs: Annotated[list[Codec], Field(min_length=1)] = ["PCMU", "PCMA"]
    """In the order of preference."""
    max_channels: Count | None = None
    """How many calls it takes at once; the next one goes to the route's next provider."""
    max_faxes: Count | None = None
    """How many faxes of all tenants it is sent at once; the others wait. As many as it has channels if it is
    missing."""
    active: bool = True
    """false: no call goes this way."""
