"""A switch that is up: its configuration, its calls, and the state that the event socket shows."""

import random
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from pathlib import Path

from dialform.simulator.calls.channel import Channel
from dialform.simulator.clock import Clock
from dialform.simulator.dialplan.functions import Environment
from dialform.simulator.esl.stamp import Identity
from dialform.simulator.events import Event, Events, Source
from dialform.simulator.meeting.callcenter import Callcenter
from dialform.simulator.reading.configuration import ROOT, Configuration
from dialform.simulator.reading.markup import MarkupError
from dialform.simulator.state import modules
from dialform.simulator.state.gateways import Answer
from dialform.simulator.state.mailboxes import Mailboxes
from dialform.simulator.state.notices import Notices
from dialform.simulator.state.profiles import Profiles
from dialform.simulator.state.registrations import Registrations
from dialform.simulator.state.streams import Streams
from dialform.simulator.state.surroundings import Surroundings
from dialform.simulator.switch import Switch
from dialform.values import dataclass, field

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
        zone: tzinfo = UTC,
    ) -> None:
        """Reads the folder. Raises MarkupError."""
        self.conf, self.clock, self.events = conf, clock, events
        self._given = dict(variables)
        self._chance = chance
        self.identity = Identity(
            self.new_uuid(),
            self._given.setdefault("hostname", "simulator"),
            ipv4=self._given.setdefault("local_ip_v4", "127.0.0.1"),
            ipv6=self._given.setdefault("local_ip_v6", "::1"),
        )
        self.configuration = self._read()
        self.globals = self._all_variables()
        self.started = clock.epoch
        self.counts = Counts()
        self.carriers = Carriers()
        self.modules = modules.listed(self.configuration)
        self.profiles = Profiles(clock, events, lambda: self.configuration, self.carriers)
        self.profiles.on_stop = self._profile_gone
        self.registrations = Registrations(clock, events, self.new_uuid)
        self.streams = Streams(clock, lambda: self.configuration)
        self.surroundings = Surroundings(self.registrations, self.profiles)
        self.switch = self._make_switch(zone)
        self.identity.name = self.switch.name
        self.later: Callable[[str], None] = lambda command: None
        """Takes an API command as a job whose reply nobody wants."""
        self.notices = Notices(clock, events, self.profiles, self.registrations)
        self._end_count = events.subscribe(self._count)
        self.switch.otherwise = self._otherwise

    def _make_switch(self, zone: tzinfo) -> Switch:
        environment = Environment(
            self.configuration,
            lambda: self.clock.moment().astimezone(zone),
            globals=self.globals,
        )
        switch = Switch(
            self.configuration,
            self.clock,
            self.surroundings,
            zone,
            events=self.events,
            environment=environment,
            chance=self._chance,
        )
        switch.globals = self.globals
        switch.listening = switch.writes = True
        switch.at_work = frozenset()  # who is at work is nowhere written: nobody, after a start
        return switch

    def boot(self) -> None:
        """Starts what the modules start when they are loaded."""
        settings = self.configuration.settings("switch.conf")
        self.counts.limit = int(settings.get("max-sessions", "1000"))
        self.counts.per_second = int(settings.get("sessions-per-second", "30"))
        if "mod_sofia" in self.modules:
            self.profiles.start_all()
        if "mod_local_stream" in self.modules:
            self.streams.start_all()
        if "mod_callcenter" in self.modules:
            center: Callcenter = self.switch.theme(Callcenter)
            for name in self.configuration.queues():
                center.load(name)

    def remember(self, before: "Live") -> None:
        """What outlives a start: what modules keep in databases, and all that is outside the switch.

        mod_callcenter says of its agents that nobody is in a call (`load_config`).
        """
        self.carriers.answers, self.carriers.otherwise = (
            before.carriers.answers,
            before.carriers.otherwise,
        )
        for name in ("phones", "otherwise", "numbers", "turns", "beyond", "refusals"):
            setattr(self.surroundings, name, getattr(before.surroundings, name))
        self.switch.environment.db.realms = before.switch.environment.db.realms
        self.switch.environment.mailboxes = before.switch.environment.mailboxes
        boxes: Mailboxes = self.switch.theme(Mailboxes)
        boxes.messages = before.switch.theme(Mailboxes).messages
        if "mod_callcenter" in self.modules:
            center: Callcenter = self.switch.theme(Callcenter)
            kept: Callcenter = before.switch.theme(Callcenter)
            center.agents, center.tiers = kept.agents, kept.tiers
            for agent in center.agents.values():
                agent.state, agent.uuid, agent.external_calls_count = "Waiting", "", 0
            for tier in center.tiers:
                tier.state = "Ready"

    def new_uuid(self) -> str:
        """A UUID of version 4 out of the switch's own chance."""
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def close(self) -> None:
        """It hears of nothing any more."""
        self._end_count()
        self.notices.close()

    @property
    def uptime(self) -> float:
        """Seconds."""
        return self.clock.epoch - self.started

    def reload(self) -> str:
        """Reads the folder again; what the switch writes between brackets.

        Where anything is broken, all stays as it was.
        """
        try:
            self.configuration = self._read()
        except MarkupError as error:
            return error.reason
        self.globals |= self.configuration.variables
        self.switch.configure(self.configuration)
        self.events.fire(Event("RELOADXML", source=_RELOADED))
        return SUCCESS

    def in_use(self, profile: str) -> int:
        """How many channels a SIP profile has."""
        return sum(1 for channel in self._channels() if _profile_of(channel) == profile)

    def sessions(self) -> int:
        """How many channels are up."""
        return len(self.switch.channels)

    def hang_up_all(self, cause: str, variable: str = "", value: str = "") -> None:
        """Ends every call, or those whose variable has this value."""
        for channel in self._channels():
            if not variable or channel.variables.get(variable) == value:
                channel.hangup(cause)

    def _channels(self) -> list[Channel]:
        return list(self.switch.channels.values())

    def _otherwise(self, name: str, argument: str) -> str | None:
        """A `${…}` of the dialplan that asks for what only a server keeps."""
        from dialform.simulator.commands.running import answer

        return answer(self, name, argument)

    def _profile_gone(self, name: str) -> None:
        for channel in self._channels():
            if _profile_of(channel) == name:
                channel.hangup("MANAGER_REQUEST")

    def _count(self, event: Event) -> None:
        """Keeps the sums that `status` and `sofia status` show."""
        if event.name not in ("CHANNEL_CREATE", "CHANNEL_HANGUP_COMPLETE"):
            return
        gateway = self.profiles.gateway(event.headers.get("variable_sip_gateway_name", ""))
        if event.name == "CHANNEL_CREATE":
            self.counts.since_startup += 1
            self.counts.peak = max(self.counts.peak, self.sessions())
            if gateway is not None:
                gateway.calls += 1
        elif gateway is not None and event.headers["Caller-Channel-Answered-Time"] == "0":
            gateway.failed_calls += 1

    def _read(self) -> Configuration:
        """All files now, so that a later change of one needs another reload."""
        found = Configuration.load(self.conf, self._given)
        if not (self.conf / ROOT).read_bytes().strip():
            raise MarkupError(ROOT, 1, "Cannot Open log directory or XML Root!")
        found.check()
        return found

    def has(self, command: str) -> bool:
        """Whether the module that brings an API command is loaded."""
        return modules.owner(command) in self.modules

    def _all_variables(self) -> dict[str, str]:
        """In the switch's order: its own first, then those of the configuration."""
        own = {"hostname": self.identity.hostname, "local_ip_v4": self.identity.ipv4}
        core = {"core_uuid": self.identity.core_uuid}
        return own | self._given | self.configuration.variables | core


def _profile_of(channel: Channel) -> str:
    return channel.variables.get("sofia_profile_name", "")
