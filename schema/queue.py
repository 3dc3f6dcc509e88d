"""Call queues: callers wait, agents take them in turn."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialform.schema.destination import Destination
from dialform.schema.types import ExtensionNumber, Model, Name, NamePrefix, Slug

QueueStrategy = Literal[
    "ring-all", "longest-idle-agent", "round-robin", "top-down", "agent-with-least-talk-time",
    "agent-with-fewest-calls", "sequentially-by-agent-order", "random", "ring-progressively",
]  # fmt: skip
WrapUp = Annotated[int, Field(ge=0, le=3600)]


class Agent(Model):
    """One agent of a queue. Times are seconds."""

    number: ExtensionNumber
    """The agent's extension. Its `ring_timeout` is how long a waiting caller rings there."""
    level: Annotated[int, Field(ge=1, le=99)] = 1
    """Lower levels are called first."""
    position: Annotated[int, Field(ge=1, le=99)] | None = None
    """The place within the level; as the list has them if it is missing."""
    wrap_up: WrapUp | None = None
    """Seconds of rest after a call; the queue's if it is missing."""


def _numbered(value: Any) -> Any:
    return value if isinstance(value, dict) else {"number": value}


class CallQueue(Model):
    """Callers wait for agents. Times are seconds."""

    name: Name
    """As people know it."""
    strategy: QueueStrategy = "longest-idle-agent"
    """Which agent is called next."""
    agents: list[
        Annotated[Agent, BeforeValidator(_numbered, json_schema_input_type=Agent | ExtensionNumber)]
    ] = []
    """Extensions, or maps with more detail. They log in and out on their phones."""
    max_wait: Annotated[int, Field(ge=0, le=86400)] = 0
    """Seconds until `timeout`; 0 waits for ever. Who is being connected to an agent is not torn away."""
    wrap_up: WrapUp = 0
    """Seconds of rest after a call, for agents without their own."""
    level_wait: Annotated[int, Field(ge=0, le=3600)] = 0
    """Seconds that callers wait for the agents of one level before the next level joins in; 0 goes on
    as soon as none of a level is free. A level that nobody is logged in to is not waited for.
    """
    timeout: Destination | None = None
    """Where a caller goes who waited long enough."""
    no_agent: Destination | None = None
    """Where a caller goes while no agent is logged in."""
    music: Slug | None = None
    """An entry of music_on_hold; `default` if there is one, else a ringing tone."""
    announce_position: bool = False
    """Tell callers their place."""
    announce_every: Annotated[int, Field(ge=5, le=3600)] = 30
    """Seconds until the place is told again."""
    caller_id_prefix: NamePrefix | None = None
    """Stands before the caller's name on the agents' phones, as in "Support:"."""
