"""ivr: menus of ivr.conf (`switch_ivr_menu.c`)."""

from __future__ import annotations

from dialform.simulator.calls.application import application, find
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.keys import Reading, collect, play, take
from dialform.simulator.dialplan.pattern import perform, substitute
from dialform.simulator.journal import Place
from dialform.simulator.reading.markup import Element
from dialform.simulator.reading.words import integer

DEEPEST = 12
_ACTIONS = {
    "menu-exit": "exit", "menu-sub": "sub", "menu-exec-app": "app", "menu-play-sound": "sound",
    "menu-back": "back", "menu-top": "top",
}  # fmt: skip


@application("ivr", media=True)
async def ivr(channel: Channel, data: str, place: Place | None) -> None:
    """Runs a menu until it leads elsewhere or gives up."""
    menu = channel.switch.configuration.menu(data)
    if menu is None:
        channel.switch.journal.step(channel, "failed", f"no menu {data}", {"menu": data}, place)
        return
    await _Menu(channel, menu, 1).run()


class _Menu:
    def __init__(self, channel: Channel, element: Element, depth: int) -> None:
        self._channel, self._element, self._depth = channel, element, depth
        self._get = element.get
        self._most = integer(element.get("digit-len", "1")) or 1
        self._timeout = integer(element.get("timeout", "10000")) / 1000
        self._between = integer(element.get("inter-digit-timeout", "0")) / 1000 or self._timeout
        self._failures = integer(element.get("max-failures", "0")) or 3
        self._timeouts = integer(element.get("max-timeouts", "0")) or self._failures
        self._top = False

    async def run(self) -> bool:
        """Whether the caller still is in the menu above."""
        channel, name = self._channel, self._element.get("name")
        channel.set("ivr_menu_status", "success")
        channel.switch.journal.visit(channel, "ivr", name, self._element)
        errors = silent = repeats = 0
        while True:
            channel.check()
            if errors == self._failures:
                await self._give_up("failure", "exec-on-max-failures")
                return True
            if silent == self._timeouts:
                await self._give_up("timeout", "exec-on-max-timeouts")
                return True
            greeting = self._get("greet-short") if repeats else ""
            found = await self._ask(greeting or self._get("greet-long"))
            repeats += 1
            if found.status == "timeout" and not found.digits:
                silent += 1
                continue
            matched, goes_on = await self._choose(found.digits)
            if not goes_on:
                return not self._top
            if matched:
                errors = 0
                continue
            errors += 1
            if found.digits and self._get("invalid-sound"):
                await play(channel, self._get("invalid-sound"), self._element)

    async def _ask(self, greeting: str) -> Reading:
        channel = self._channel
        terminators = channel.get("ivr_menu_terminator") or "#"
        digits = ""
        if greeting:
            await play(channel, channel.expand(greeting), self._element, breaks=True)
            digits = take(channel, self._most + 1)
        if len(digits) >= self._most:
            return Reading(digits, "success")
        first = self._between if digits else self._timeout
        return await collect(
            channel,
            digits,
            self._most,
            first,
            self._between,
            terminators,
            self._timeout,
            asked=bool(greeting),
        )

    async def _choose(self, digits: str) -> tuple[bool, bool]:
        """Whether an entry fits, and whether the menu goes on."""
        channel, matched = self._channel, False
        if not digits:
            return False, True
        for entry in self._element.all("entry"):
            data = _fit(entry, digits)
            if data is None:
                continue
            matched = True
            action = _ACTIONS.get(entry.get("action"), "")
            channel.switch.journal.step(
                channel, "press", f"{digits}: {data}", {"keys": digits, "param": data}, entry
            )
            if not await self._act(action, data, entry):
                return True, False
        return matched, True

    async def _act(self, action: str, data: str, entry: Element) -> bool:
        """Does what an entry says. False: the menu is over."""
        channel = self._channel
        if action == "sound":
            await play(channel, channel.expand(data), entry)
        elif action == "app":
            name, _, rest = data.partition(" ")
            if find(name) is None:
                return False
            await channel.switch.run_application(channel, name, rest)
        elif action == "sub":
            if data != self._element.get("name"):
                menu = channel.switch.configuration.menu(data)
                if menu is None or self._depth >= DEEPEST:
                    return False
                return await _Menu(channel, menu, self._depth + 1).run()
        elif action == "top":
            self._top = self._depth > 1
            return not self._top
        else:
            return False
        return True

    async def _give_up(self, status: str, action: str) -> None:
        channel = self._channel
        channel.set("ivr_menu_status", status)
        name, _, data = self._get(action).partition(" ")
        channel.switch.journal.step(
            channel, "press", f"{status} in {self._element.get('name')}", {}, self._element
        )
        if name:
            await channel.switch.run_application(channel, name, data)


def _fit(entry: Element, digits: str) -> str | None:
    """The entry's parameter for these keys; None where they are others."""
    bound, data = entry.get("digits"), entry.get("param")
    if not bound.startswith("/"):
        return data if bound == digits else None
    found = perform(digits, bound)
    return substitute(data, found) if found else None
