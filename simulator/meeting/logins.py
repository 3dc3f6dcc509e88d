"""Agents who are at work when a simulated call begins.

Nothing in the configuration logs an agent in: the people do, by a code. So that a scene can say who is
there, the dialplan's own way of logging in is gone through for each agent that a queue's file names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dialform.simulator.calls.caller import Profile
from dialform.simulator.calls.channel import Channel, State
from dialform.simulator.calls.machine import run
from dialform.simulator.meeting.callcenter import Agent, Callcenter, Tier
from dialform.simulator.reading.words import integer

if TYPE_CHECKING:
    from dialform.simulator.reading.markup import Element
    from dialform.simulator.switch import Switch

CODE = "agent logs in"
"""The dialplan's extension that logs an agent in."""
_NUMBERS = re.compile("[0-9]+")
_HARMLESS = frozenset(("set", "multiset", "unset", "execute_extension"))


class Logins:
    """Logs agents in, tenant by tenant, when a queue of theirs is first asked for."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._done: set[str] = set()
        self._asked: dict[str, list[str]] = {}
        self._busy: dict[str, int] = {}
        self._plain()

    def of(self, name: str) -> None:
        """The agents of the tenant that a queue or agent belongs to, `acme.800`."""
        slug = name.rpartition(".")[0]
        if not slug or slug in self._done:
            return
        self._done.add(slug)
        entry = self._entry(slug)
        if entry is None:
            return
        for number in self._numbers(slug):
            if self._works(f"{slug}.{number}"):
                self._log_in(slug, number, entry)
        center: Callcenter = self._switch.theme(Callcenter)
        for agent, count in self._busy.items():
            if agent in center.agents and agent.rpartition(".")[0] == slug:
                center.agents[agent].external_calls_count += count

    def track(self, name: str) -> Callable[[], None] | None:
        """Counts a call for an agent; what is returned ends that. None: there is no such agent.

        Most calls of agents never meet a queue: nobody needs to be logged in for them.
        """
        slug, _, number = name.rpartition(".")
        center: Callcenter = self._switch.theme(Callcenter)
        known = name in center.agents
        if not known and not (number in self._numbers(slug) and self._works(name)):
            return None
        self._count(name, 1)
        return lambda: self._count(name, -1)

    def _count(self, name: str, step: int) -> None:
        self._busy[name] = self._busy.get(name, 0) + step
        agent = self._switch.theme(Callcenter).agents.get(name)
        if agent:
            agent.external_calls_count = max(agent.external_calls_count + step, 0)

    def _works(self, name: str) -> bool:
        return self._switch.at_work is None or name in self._switch.at_work

    def _entry(self, slug: str) -> Element | None:
        context = self._switch.configuration.context(slug)
        return context.element.named("extension", CODE) if context else None

    def _numbers(self, slug: str) -> list[str]:
        """The agents of a tenant: the code asks whether the phone is one of them."""
        if slug not in self._asked:
            entry = self._entry(slug) if slug else None
            conditions = entry.all("condition") if entry else ()
            asked = [c.get("expression") for c in conditions if c.get("field") == "${user_name}"]
            self._asked[slug] = _NUMBERS.findall(" ".join(asked))
        return self._asked[slug]

    def _log_in(self, slug: str, number: str, entry: Element) -> None:
        """Goes through what the code does, without its sounds."""
        switch = self._switch
        kept, switch.journal.keeps = switch.journal.keeps, False
        channel = Channel(switch, "logins", "inbound", Profile(number, context=slug))
        channel.state = channel.running = State.EXECUTE
        channel.set("user_name", number)
        for condition in entry.all("condition"):
            for action in condition.all("action"):
                if action.get("application") in _HARMLESS:
                    data = action.get("data").replace("$1", number)
                    switch.clock.now_or_later(run(channel, action.get("application"), data))
        switch.journal.keeps = kept

    def _plain(self) -> None:
        """Agents and tiers that stand in callcenter.conf itself, as FreeSWITCH's own example has."""
        configuration = self._switch.configuration
        center: Callcenter = self._switch.theme(Callcenter)
        wanted = self._switch.at_work
        agents = configuration.part("callcenter.conf", "agents")
        tiers = configuration.part("callcenter.conf", "tiers")
        for element in agents.all("agent") if agents else ():
            agent = Agent(element.get("name"), contact=element.get("contact"))
            for name in ("max-no-answer", "wrap-up-time", "reject-delay-time", "busy-delay-time",
                         "no-answer-delay-time"):  # fmt: skip
                setattr(agent, name.replace("-", "_"), integer(element.get(name, "0")))
            center.agents[agent.name] = agent
            if wanted is None or agent.name in wanted:
                center.set_status(agent, "Available")
        for element in tiers.all("tier") if tiers else ():
            level, position = (
                integer(element.get("level", "1")),
                integer(element.get("position", "1")),
            )
            center.tiers.append(
                Tier(element.get("queue"), element.get("agent"), "Ready", level, position)
            )
