"""What held and waiting callers hear."""

from typing import Annotated

from pydantic import Field

from dialform.schema.types import MediaPath, Model


class MusicOnHold(Model):
    """What waiting callers hear. The entry `default` is what every held caller of the tenant hears."""

    files: Annotated[list[MediaPath], Field(min_length=1, max_length=100)]
    """Sound files below media/, played one after the other, again and again."""
    shuffle: bool = False
    """Play them in any order."""
