"""The real switch with everybody around it: sets scenes, makes the calls, takes scenes down."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from dialform.simulator.scene import Phone as Manner
from dialform.simulator.scene import Scene

from ..call import Call
from ..phone import Phone, rings
from ..site import Site
from ..switch import Switch
from .caller import Caller
from .carriers import Carrier, World, takes
from .events import Events, listening
from .inventory import House, houses
from .scenario import Scenario

PHONES, FILLERS = "127.0.0.11", "null/fill"
UP, DOWN = r"State\s+REGED[\s\S]*Status\s+UP", r"State\s+FAIL_WAIT[\s\S]*Status\s+DOWN"
LOG_IN = "*22"
LONGEST = 45.0  # seconds a batch may take


class Stage:
    """One switch, its carriers and all phones of the site. Lives on one event loop."""

    def __init__(self, site: Site, switch: Switch) -> None:
        self.site, self.switch = site, switch
        self.carriers: dict[str, Carrier] = {}
        self.events = Events()
        self._phones: dict[str, Phone] = {}
        self._registered: set[str] = set()
        self._enrolled: set[str] = set()
        self._stack = contextlib.AsyncExitStack()

    async def open(self) -> None:
        """The carriers listen and the switch registers with them."""
        for name, (host, port) in self.site.carriers.items():
            carrier = Carrier(
                name,
                host,
                proxy=self.site.address("external"),
                bind=host,
                port=port,
                registrar=True,
            )
            self.carriers[name] = await self._stack.enter_async_context(carrier)
        await asyncio.to_thread(self.switch.__enter__)
        self.events = await self._stack.enter_async_context(listening(self.switch.esl))
        await self._settled_gateways({})

    def begin(self) -> None:
        """A new test: the end of the one before has signed all phones off."""
        self._registered.clear()

    async def close(self) -> None:
        await self._stack.aclose()

    async def play(self, scenarios: Sequence[Scenario]) -> list[Caller]:
        """Runs calls of different tenants at once, and says how each went."""
        async with self._scene(scenarios) as fillers:
            self.switch.begin()
            callers = [await self._caller(scenario) for scenario in scenarios]
            async with asyncio.timeout(LONGEST):
                await asyncio.gather(*(caller.call(self.events) for caller in callers))
            await self._over(len(fillers))
        await self._written(callers)
        for caller in callers:
            if caller.met_queue:
                await self._dismiss(caller.scenario.tenant)
        return callers

    async def _dismiss(self, tenant: str) -> None:
        """Who served callers is remembered for it: the next call finds agents without a past."""
        for agent in self._enrolled.intersection(houses()[tenant].agents):
            await self.switch.ask(f"callcenter_config agent del {agent}")
        self._enrolled -= set(houses()[tenant].agents)

    async def _over(self, fillers: int) -> None:
        """Waits until no channel is left but those that fill a limit."""
        await self.switch.becomes("show channels count", rf"\n{fillers} total", 15.0)

    # The scene.

    @contextlib.asynccontextmanager
    async def _scene(self, scenarios: Sequence[Scenario]) -> AsyncIterator[list[str]]:
        shared = scenarios[0].scene
        await self._settled_gateways(shared.gateways)
        for carrier in self.carriers.values():
            carrier.world = World(shared.outside, shared.beyond, shared.gateways)
            carrier.calls.clear()
        await asyncio.gather(*(self._set(scenario) for scenario in scenarios))
        fillers = [
            await self._fill(realm, resource)
            for scenario in scenarios
            for (realm, resource), count in scenario.scene.counts.items()
            for _ in range(count)
        ]
        try:
            yield fillers
        finally:
            for uuid in fillers:
                await self.switch.ask(f"uuid_kill {uuid}")
            await self._clear(scenarios)

    async def _set(self, scenario: Scenario) -> None:
        await self._set_agents(scenario)
        await self._set_phones(scenario)
        for realm, rows in scenario.scene.db.items():
            for key, value in rows.items():
                await self.switch.ask(f"db insert/{realm}/{key}/{value}")

    async def _clear(self, scenarios: Sequence[Scenario]) -> None:
        """What a call leaves behind is gone in the next one."""
        await self.switch.ask("hupall")
        for house in (houses()[scenario.tenant] for scenario in scenarios):
            for extension in house.extensions:
                for kind in ("cfa", "dnd"):
                    await self.switch.ask(f"db delete/{house.slug}-{kind}/{extension}")
                await self.switch.ask(f"hash delete/dialform_ringing/{house.slug}.{extension}")
            for number in house.dialled:
                await self.switch.ask(f"hash delete/dialform_turn/{house.slug}.{number}")

    async def _set_phones(self, scenario: Scenario) -> None:
        house = houses()[scenario.tenant]
        for extension in house.extensions:
            address = house.phone(extension)
            manner = scenario.scene.phones.get(address, scenario.scene.phone)
            phone = await self._phone(house, extension)
            phone.calls.clear()
            phone.behaviour = takes(manner) if manner.registered else rings()
            await self._register(address, phone, manner)

    async def _register(self, address: str, phone: Phone, manner: Manner) -> None:
        if manner.registered and address not in self._registered:
            assert (await phone.register(expires=3600)).status == 200, f"{address} is not let in"
            self._registered.add(address)
        elif not manner.registered and address in self._registered:
            await phone.unregister()
            self._registered.discard(address)

    async def _phone(self, house: House, extension: str) -> Phone:
        address = house.phone(extension)
        if address not in self._phones:
            phone = Phone(
                extension,
                house.domain,
                self.site.password(f"{house.slug}/{extension}"),
                proxy=self.site.address("internal"),
                bind=dict(house.bound).get(extension, PHONES),
            )
            self._phones[address] = await self._stack.enter_async_context(phone)
        return self._phones[address]

    async def _set_agents(self, scenario: Scenario) -> None:
        """Who is at work has logged in; of the others the switch knows nothing."""
        house, working = houses()[scenario.tenant], scenario.scene.agents
        present = [a for a in house.agents if working is None or a in working]
        for agent in self._enrolled.intersection(house.agents).difference(present):
            await self.switch.ask(f"callcenter_config agent del {agent}")
        new = [agent for agent in present if agent not in self._enrolled]
        await asyncio.gather(*(self._enrol(house, agent.partition(".")[2]) for agent in new))
        self._enrolled -= set(house.agents)
        self._enrolled |= set(present)
        for agent in present:
            await self.switch.ask(f"callcenter_config agent set status {agent} Available")
            await self.switch.ask(f"callcenter_config agent set state {agent} Waiting")
            await self.switch.ask(f"callcenter_config agent set ready_time {agent} 0")

    async def _enrol(self, house: House, extension: str) -> None:
        phone = await self._phone(house, extension)
        await self._register(house.phone(extension), phone, Manner())
        call = await phone.call(LOG_IN)
        await call.answered()
        await call.ended(10.0)

    async def _fill(self, realm: str, resource: str) -> str:
        """One call that is up already, as far as the limit is concerned."""
        place = f"'limit:hash {realm} {resource},park' inline"
        answer = await self.switch.ask(
            f"originate {{null_enable_auto_answer=true}}{FILLERS} {place}"
        )
        assert answer.startswith("+OK "), answer
        return answer.split()[1]

    async def _settled_gateways(self, gateways: Any) -> None:
        """Trunks that register are up or down, as the scene says; the others are always up."""
        for name, carrier in self.carriers.items():
            status = await self.switch.ask(f"sofia status gateway {name}")
            if "NOREG" in status:
                continue
            wanted = gateways[name].up if name in gateways else True
            carrier.world = World(gateways=gateways)
            pattern = UP if wanted else DOWN
            if not re.search(pattern, status):
                await self.switch.ask(f"sofia profile external register {name}")
                await self.switch.becomes(f"sofia status gateway {name}", pattern, 10.0)

    # The calls.

    async def _caller(self, scenario: Scenario) -> Caller:
        dial, house = scenario.dial, houses()[scenario.tenant]
        if "@" in dial.caller:
            return Caller(
                scenario, await self._phone(house, dial.caller.partition("@")[0]), self._seen
            )
        carrier = self.carriers[dial.trunk]
        key = f"{dial.trunk} {dial.caller}"
        if key not in self._phones:
            phone = Phone(
                dial.caller,
                carrier.domain,
                proxy=self.site.address("external"),
                bind=carrier.bind,
            )
            self._phones[key] = await self._stack.enter_async_context(phone)
        return Caller(scenario, self._phones[key], self._seen)

    def _seen(self, call_id: str) -> Call | None:
        """The call that an INVITE of the switch made somewhere."""
        for phone in (*self._phones.values(), *self.carriers.values()):
            for call in phone.calls:
                if not call.outgoing and call.dialog.call_id == call_id:
                    return call
        return None

    async def _written(self, callers: Sequence[Caller]) -> None:
        """Waits for the records of all legs, and gives each caller its own."""
        for _ in range(100):
            cdrs = [
                c
                for c in self.switch.cdrs()
                if FILLERS not in str(c["variables"].get("channel_name"))
            ]
            if all(caller.joined(cdrs) for caller in callers):
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError("CDRs are missing")
        for caller in callers:
            caller.collect(cdrs)


def at_call_time(scenario: Scenario) -> Scene:
    """The scene as the simulator is given it: at this moment."""
    import datetime

    return scenario.at(datetime.datetime.now(datetime.UTC))
