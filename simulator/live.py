"""A switch that is up: its configuration, its calls, and the state that the event socket shows."""

import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import modules
from .clock import Clock
from .configuration import Configuration
from .esl.stamp import Identity
from .events import Event, Events, Source
from .expanded import BrokenError, load
from .gateways import Answer
from .profiles import Profiles
from .registrations import Registrations
from .streams import Streams

SUCCESS = "Success"
_RELOADED = Source("switch_xml.c", "switch_xml_open_root", 2385)


@dataclass(slots=True)
class Counts:
    """Sessions, as `status` and HEARTBEAT count them."""

    since_startup: int = 0
    peak: int = 0
    peak_rate: int = 0
    limit: int = 1000
    per_second: int = 30


@dataclass(slots=True)
class Carriers:
    """What carriers answer to REGISTER, by gateway; `otherwise` for all others. None is silence."""

    answers: dict[str, Answer | None] = field(default_factory=dict)
    otherwise: Answer | None = field(default_factory=Answer)

    def __call__(self, name: str) -> Answer | None:
        """What this gateway's carrier says."""
        return self.answers.get(name, self.otherwise)


class Live:
    """The state of a running switch. All times come from `clock`, all chance from `chance`."""

    def __init__(
        self,
        conf: Path,
        clock: Clock,
        events: Events,
        variables: Mapping[str, str],
        chance: random.Random,
    ) -> None:
        """Reads the folder. Raises BrokenError."""
        self.conf, self.clock, self.events = conf, clock, events
        self._given = dict(variables)
        self._chance = chance
        self.identity = Identity(
            self.new_uuid(),
            self._given.setdefault("hostname", "simulator"),
            self._given.setdefault("local_ip_v4", "127.0.0.1"),
            self._given.setdefault("local_ip_v6", "::1"),
        )
        self.configuration, self.text = load(conf, self._given)
        self.globals = self._all_variables()
        self.started = clock.epoch
        self.counts = Counts()
        self.carriers = Carriers()
        self.modules = modules.listed(self.configuration)
        self.profiles = Profiles(clock, events, lambda: self.configuration, self.carriers)
        self.registrations = Registrations(clock, events, self.new_uuid)
        self.streams = Streams(clock, lambda: self.configuration)
        self.on_reload: Callable[[Configuration], None] = lambda configuration: None
        self.later: Callable[[str], None] = lambda command: None
        """Takes an API command as a job whose reply nobody wants."""

    def boot(self) -> None:
        """Starts what the modules start when they are loaded."""
        settings = self.configuration.settings("switch.conf")
        self.counts.limit = int(settings.get("max-sessions", "1000"))
        self.counts.per_second = int(settings.get("sessions-per-second", "30"))
        if "mod_sofia" in self.modules:
            self.profiles.start_all()
        if "mod_local_stream" in self.modules:
            self.streams.start_all()

    def new_uuid(self) -> str:
        """A UUID of version 4 out of the switch's own chance."""
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    @property
    def uptime(self) -> float:
        """Seconds."""
        return self.clock.epoch - self.started

    def reload(self) -> str:
        """Reads the folder again; what the switch writes between brackets.

        Where anything is broken, all stays as it was.
        """
        try:
            self.configuration, self.text = load(self.conf, self._given)
        except BrokenError as error:
            return str(error)
        self.globals |= self.configuration.variables
        self.on_reload(self.configuration)
        self.events.fire(Event("RELOADXML", source=_RELOADED))
        return SUCCESS

    def sessions(self) -> int:
        """How many channels are up."""
        return 0

    def hang_up_all(self, cause: str) -> None:
        """Ends every call."""

    def has(self, command: str) -> bool:
        """Whether the module that brings an API command is loaded."""
        return modules.owner(command) in self.modules

    def _all_variables(self) -> dict[str, str]:
        """In the switch's order: its own first, then those of the configuration."""
        own = {"hostname": self.identity.hostname, "local_ip_v4": self.identity.ipv4}
        core = {"core_uuid": self.identity.core_uuid}
        return own | self._given | self.configuration.variables | core
