"""How a host gets along with phones behind address translation."""

from typing import Annotated

from pydantic import Field

from dialform.schema.types import Model, Network


class Nat(Model):
    """Phones behind a router, which say an address that nobody outside of it reaches."""

    local_networks: list[Network] = []
    """Networks that reach the host without translation: what their phones say is believed, and they
    are shown where the switch listens. The networks of the host itself if it is empty."""
    keepalive: Annotated[int, Field(ge=0, le=3600)] = 30
    """Seconds between two OPTIONS to a phone behind a router, so that the way to it stays open; 0 for
    none."""
    drop_silent: bool = False
    """true: a phone that does not answer them is no longer registered."""
    aggressive: bool = False
    """true: a phone is taken for one behind a router whenever its Via does not say where its packets
    come from, and not only when its Contact is a private address."""
    rport: bool = True
    """false: answers go to the port in Via and not to where the request came from (RFC 3581) unless the
    phone asks for that."""
