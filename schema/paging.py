"""Groups of phones that open their loudspeakers."""

from typing import Annotated

from pydantic import Field

from dialform.schema.types import DialNumber, Model, Name


class Paging(Model):
    """Phones that open their loudspeakers when the group's number is dialled."""

    name: Name | None = None
    """What the phones show."""
    members: Annotated[list[DialNumber], Field(min_length=1)]
    """Extensions."""
