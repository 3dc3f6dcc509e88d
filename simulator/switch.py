"""A simulated switch: its configuration, its clock, what it remembers, and the channels that are up.

It runs on virtual time (`run.simulate`) or is driven by somebody's real time. One coroutine a channel;
`machine` is what they do, `apps` what their dialplan can say, `commands.calls` the API commands that
know calls.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from dialform.simulator import apps
from dialform.simulator.calls import cdr, machine
from dialform.simulator.calls.channel import Channel, State
from dialform.simulator.commands.calls import CALLS
from dialform.simulator.dialplan.functions import Environment, call
from dialform.simulator.events import Events
from dialform.simulator.journal import Journal

if TYPE_CHECKING:
    from dialform.simulator.calls.endpoint import Wanted
    from dialform.simulator.clock import Clock
    from dialform.simulator.dialling.network import Network
    from dialform.simulator.reading.configuration import Configuration

apps.load()

Api = Callable[["Switch", str], str | None]
"""An API command by its whole text; None where nobody knows it."""


class Switch:
    """One switch."""

    def __init__(
        self,
        configuration: Configuration,
        clock: Clock,
        network: Network,
        zone: tzinfo,
        *,
        journal: Journal | None = None,
        events: Events | None = None,
        environment: Environment | None = None,
        chance: random.Random | None = None,
    ) -> None:
        """`zone` is the switch's own time zone; `chance` decides what FreeSWITCH leaves to it."""
        self.configuration, self.clock, self.network = configuration, clock, network
        self.zone = zone
        self.chance = chance or random.Random(1)  # noqa: S311 - ids of a simulation, no secrets
        self.events = events or Events()
        self.journal = journal or Journal(clock, keeps=False)
        self.environment = environment or Environment(
            configuration,
            lambda: clock.moment().astimezone(zone),
            globals=dict(configuration.variables),
        )
        self.globals = self.environment.globals
        self.channels: dict[str, Channel] = {}
        self.first: Channel | None = None
        """The caller's leg of a simulated call."""
        self.at_work: frozenset[str] | None = None
        """The agents who are logged in from the start; None: all of the queues."""
        self.runaway = ""
        """Why a call that did not end by itself was ended."""
        self.records: list[dict[str, Any]] = []
        self.on_record: Callable[[dict[str, Any], Channel], None] = self._keep
        self.themes: dict[type, Any] = {}
        """What a theme keeps for all calls: queues, rooms, parking lots."""
        self.listening = False
        """Whether events are built at all."""
        self.writes = False
        """Whether what is received goes into files: a simulated call leaves none behind."""
        self.otherwise: Callable[[str, str], str | None] = lambda name, arguments: None
        """Asked for API commands that are of no call: SIM state that a server keeps."""
        self._sessions = self._stages = self._ports = 0
        self._stage: dict[str, int] = {}
        self._name: str | None = None
        self._profile_names: frozenset[str] | None = None

    # Names and numbers.

    def new_uuid(self) -> str:
        """A UUID of version 4."""
        digits = f"{self.chance.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def next_session(self) -> int:
        """The number of the next channel."""
        self._sessions += 1
        return self._sessions

    def next_stage(self) -> int:
        """The number of the next group of legs that are tried side by side."""
        self._stages += 1
        return self._stages

    def next_port(self, first: int) -> int:
        """A media port."""
        self._ports += 2
        return first + self._ports % 16_000

    def stage_of(self, channel: Channel) -> int:
        """The group of legs that a channel belongs to."""
        return self._stage.get(channel.uuid, 0)

    @property
    def core_uuid(self) -> str:
        """The switch's own UUID."""
        return self.globals.get("core_uuid", "")

    @property
    def name(self) -> str:
        """The switch's name, `switchname`."""
        if self._name is None:
            self._name = self.configuration.settings("switch.conf").get("switchname", "")
            self._name = self._name or self.globals.get("hostname", "")
        return self._name

    @property
    def profile_names(self) -> frozenset[str]:
        """The SIP profiles."""
        if self._profile_names is None:
            self._profile_names = frozenset(self.configuration.profiles())
        return self._profile_names

    def configure(self, configuration: Configuration) -> None:
        """Goes on with another configuration, as after `reloadxml`; calls that are up stay."""
        self.configuration = self.environment.configuration = configuration
        self._profile_names = None

    def theme(self, kind: type) -> Any:
        """What a theme keeps on this switch; made at its first use."""
        if kind not in self.themes:
            self.themes[kind] = kind(self)
        return self.themes[kind]

    # Channels.

    def channel(self, uuid: str) -> Channel | None:
        """A channel that is up."""
        return self.channels.get(uuid)

    def add(self, channel: Channel, wanted: Wanted | None) -> None:
        """Takes a new channel in."""
        self.channels[channel.uuid] = channel
        channel.state = State.INIT
        if wanted:
            channel.depth = wanted.session.depth + 1 if wanted.session else 1
            self._stage[channel.uuid] = wanted.stage

    def launch(self, channel: Channel) -> None:
        """Lets a channel live."""
        if not channel.launched:
            channel.launched = True
            self.clock.spawn(machine.live(channel))

    def hung_up(self, channel: Channel) -> None:
        """What follows at once when a channel is hung up."""
        data = {"cause": channel.cause}
        self.journal.step(channel, "hangup", f"{channel.name}: {channel.cause}", data)
        self.fire(channel, "CHANNEL_HANGUP", {"Hangup-Cause": channel.cause})
        self.release_limits(channel)
        for call_back in channel.on_hangup:
            call_back()
        if channel.endpoint:
            channel.endpoint.ended(channel)
        self.launch(channel)

    def finish(self, channel: Channel) -> None:
        """The end of a hung-up channel: its hook, its record."""
        if channel.recorded:
            return
        channel.recorded = True
        hook = channel.get("api_hangup_hook")
        if hook:
            name, _, arguments = channel.expand(hook).partition(" ")
            self.function(name, arguments, channel)
        channel.state = State.REPORTING
        cdr.conclude(channel, self.zone)
        self.on_record(cdr.record(channel, self.core_uuid, self.name), channel)
        self.fire(channel, "CHANNEL_HANGUP_COMPLETE", {"Hangup-Cause": channel.cause})
        channel.state = State.DESTROY
        self.channels.pop(channel.uuid, None)
        self._stage.pop(channel.uuid, None)
        channel.changed.fire()

    def _keep(self, made: dict[str, Any], channel: Channel) -> None:
        self.records.append(made)

    def release_limits(self, channel: Channel) -> None:
        """Gives back what `limit` counted for this channel."""
        if channel.variables.get("limit_backend"):
            self.environment.limits.release(channel.uuid)
            channel.set("limit_backend", None)

    # What runs.

    async def run_application(self, channel: Channel, name: str, data: str) -> bool:
        """Runs an application that no dialplan line named."""
        return await machine.run(channel, name, data)

    def execute_on(self, channel: Channel, prefix: str) -> bool:
        """Runs what the channel's `execute_on_…` variables say."""
        return machine.execute_on(channel, prefix)

    def function(self, name: str, arguments: str, channel: Channel | None) -> str:
        """An API command in a `${…}`; empty where there is none of this name."""
        key = name.strip().lower()
        found = CALLS.get(key)
        if found:
            return found(self, arguments.strip())
        answer = call(self.environment, key, arguments)
        if answer is None:
            answer = self.otherwise(key, arguments.strip())
        return answer or ""

    def fire(self, channel: Channel, name: str, facts: Mapping[str, str] | None = None) -> None:
        """Tells whoever listens what happened on a channel."""
        if self.listening:
            from dialform.simulator.calls.facts import tell

            for event in tell(channel, name, facts or {}):
                self.events.fire(event)
