"""Rooms where several callers talk."""

from typing import Annotated

from pydantic import Field

from dialform.schema.secret import Secret
from dialform.schema.types import MediaPath, Model, Name, Slug


class Conference(Model):
    """A room for several callers."""

    name: Name
    """As people know the room."""
    pin: Secret | None = None
    """What everybody must enter: 4 to 10 digits. Without it nobody is asked."""
    moderator_pin: Secret | None = None
    """What makes a caller the moderator: 4 to 10 digits. In a room without `pin` all others press #."""
    max_members: Annotated[int, Field(ge=2, le=10000)] | None = None
    """How many fit in."""
    greeting: MediaPath | None = None
    """A sound file below media/ that everybody hears who comes in."""
    music: Slug | None = None
    """An entry of music_on_hold, for who is alone or waits; `default` if there is one."""
    record: bool = False
    """Record what is said. Everybody is told."""
    wait_for_moderator: bool = False
    """Nobody hears the others until a moderator is there."""
    announce: bool = False
    """Tell who comes and goes."""
