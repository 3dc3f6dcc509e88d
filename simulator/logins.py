"""Agents who are at work when a simulated call begins.

Nothing in the configuration logs an agent in: the people do, by a code. So that a scene can say who is
there, the dialplan's own way of logging in is gone through for each agent that a queue's file names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .callcenter import Agent, Callcenter, Tier
from .caller import Profile
from .channel import Channel, State
from .machine import run
from .words import integer

if TYPE_CHECKING:
    from .markup import Element
    from .switch import Switch

CODE = "agent logs in"
"""The dialplan's extension that logs an agent in."""
_HARMLESS = frozenset(("set", "multiset", "unset", "execute_extension"))


class Logins:
    """Logs agents in, tenant by tenant, when a queue of theirs is first asked for."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._done: set[str] = set()
        self._plain()

    def of(self, name: str) -> None:
        """The agents of the tenant that a queue or agent belongs to, `acme.800`."""
        slug = name.rpartition(".")[0]
        if not slug or slug in self._done:
            return
        self._done.add(slug)
        context = self._switch.configuration.context(slug)
        entry = context.element.named("extension", CODE) if context else None
        if entry is None:
            return
        numbers = dict.fromkeys(
            agent.get("number")
            for queue, element in self._switch.configuration.queues().items()
            if queue.rpartition(".")[0] == slug
            for agent in element.all("agent")
        )
        wanted = self._switch.at_work
        for number in numbers:
            if wanted is None or f"{slug}.{number}" in wanted:
                self._log_in(slug, number, entry)

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
        configuration = self._switch.configuration.configuration("callcenter.conf")
        if configuration is None:
            return
        center: Callcenter = self._switch.theme(Callcenter)
        wanted = self._switch.at_work
        agents, tiers = configuration.first("agents"), configuration.first("tiers")
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
