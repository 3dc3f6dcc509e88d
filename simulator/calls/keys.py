"""Reading keys, with a prompt before them, and codes that work during a call.

After `switch_ivr_read`, `switch_ivr_collect_digits_count`, `switch_play_and_get_digits` and the digit
machine of `switch_ivr_async.c`. Times are seconds.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from dialform.simulator.calls import sounds
from dialform.simulator.dialplan.pattern import perform
from dialform.values import dataclass, field

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.clock import Timer
    from dialform.simulator.journal import Place

PACE = 0.2
"""Seconds between two keys that a caller of a scene presses."""
BETWEEN = 1.5
"""Seconds that a code's next key may take."""


@dataclass(slots=True)
class Reading:
    """What was read. `status` is success, timeout or failure (too short)."""

    digits: str
    status: str
    terminator: str = ""


async def play(
    channel: Channel, path: str, place: Place | None = None, breaks: bool = False
) -> bool:
    """Plays a sound to its end. True: a key (where it `breaks`) or `uuid_break` ended it.

    A path `phrase:macro:argument` is a phrase.
    """
    scheme, _, rest = path.partition(":")
    if scheme == "phrase":
        channel.switch.journal.visit(channel, "phrase", " ".join(rest.split(":", 1)), place)
    else:
        channel.switch.journal.visit(channel, "playback", path, place)
    channel.broken = False
    if breaks:
        feed(channel)
    ended = await channel.wait(
        sounds.seconds(path), lambda: channel.broken or (breaks and bool(channel.keys))
    )
    channel.broken = False
    return ended


def feed(channel: Channel) -> None:
    """Lets the person at the phone press what is next in the scene, one key after the other."""
    if not channel.script or channel.keys or channel.typing:
        return
    pressed = channel.script.popleft()
    if pressed:
        channel.switch.journal.step(channel, "press", f"presses {pressed}", {"keys": pressed})
        channel.keys.append(pressed[0])
        channel.typing = len(pressed) - 1
        for place, key in enumerate(pressed[1:], 1):
            channel.clock.later(place * PACE, partial(_type, channel, key))
        channel.changed.fire()


def _type(channel: Channel, key: str) -> None:
    channel.typing -= 1
    channel.press(key)


def take(channel: Channel, most: int) -> str:
    """The keys that wait, at most so many."""
    taken = ""
    while channel.keys and len(taken) < most:
        taken += channel.keys.popleft()
    return taken


async def collect(
    channel: Channel,
    digits: str,
    most: int,
    first: float,
    between: float,
    terminators: str = "#",
    whole: float = 0.0,
    asked: bool = False,
) -> Reading:
    """Reads until there are `most` keys, one ends it, or time is up. `digits` were read before.

    `asked`: a prompt came before, and whoever is at the phone has begun to press.
    """
    if len(digits) >= most:
        return Reading(digits, "failure")
    for place, key in enumerate(digits):
        if key in terminators:
            return Reading(digits[:place], "success", key)
    if not asked:
        feed(channel)
    limit = first or between
    deadline = channel.clock.elapsed + whole if whole else None
    while True:
        left = None if deadline is None else deadline - channel.clock.elapsed
        pause = limit if left is None else min(limit, left)
        if not await channel.wait(pause, lambda: bool(channel.keys)):
            return Reading(digits, "timeout")
        while channel.keys:
            key = channel.keys.popleft()
            if key in terminators:
                return Reading(digits, "success", key)
            digits += key
            if len(digits) >= most:
                return Reading(digits, "success")
        limit = between or first


async def read_keys(
    channel: Channel,
    least: int,
    most: int,
    prompt: str,
    timeout: float,
    terminators: str,
    between: float = 0.0,
    place: Place | None = None,
) -> Reading:
    """A prompt and then the keys (`switch_ivr_read`). Raises InterruptedCallError."""
    between, most = between or timeout, max(least, most)
    channel.set("read_result", None)
    if channel.direction == "inbound":
        channel.mark_early()
    digits = ""
    asked = bool(prompt) and prompt.lower() != "silence"
    if asked:
        await play(channel, prompt, place, breaks=True)
        digits = take(channel, 128)
    found = Reading(digits, "success")
    if len(digits) < most:
        first = between if digits else timeout
        found = await collect(channel, digits, most, first, between, terminators, asked=asked)
    if found.terminator:
        channel.set("read_terminator_used", found.terminator)
    if least and len(found.digits) < least:
        found.status = "failure"
    channel.set("read_result", found.status)
    if most == 1 and len(found.digits) == 1 and found.digits in terminators:
        found.digits = ""
    return found


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt, asked again until the answer fits (`play_and_get_digits`)."""

    least: int
    most: int
    tries: int
    timeout: float
    terminators: str
    prompt: str
    wrong: str
    pattern: str
    between: float = 0.0


async def ask(channel: Channel, question: Question, place: Place | None = None) -> Reading:
    """Asks until the answer fits the pattern or all tries are over. Raises InterruptedCallError."""
    for _ in range(question.tries):
        found = await read_keys(
            channel,
            question.least,
            question.most,
            question.prompt,
            question.timeout,
            question.terminators,
            question.between,
            place,
        )
        enough = found.status != "failure" and len(found.digits) >= question.least
        if not question.least and not found.digits and found.terminator:
            return Reading("", "success", found.terminator)
        if enough and found.digits:
            if not question.pattern or perform(found.digits, question.pattern):
                return Reading(found.digits, "success", found.terminator)
            channel.switch.journal.step(channel, "press", f"{found.digits} does not fit")
        if question.wrong:
            await play(channel, question.wrong, place)
    return Reading("", "failure")


@dataclass(frozen=True, slots=True)
class Binding:
    """A code of `bind_digit_action` and what it runs; a `~` begins a regular expression."""

    code: str
    application: str
    data: str
    target: str = "self"

    def fits(self, keys: str) -> bool:
        """Whether these keys are the code."""
        if self.code.startswith("~"):
            return re.fullmatch(self.code[1:], keys) is not None
        return self.code == keys

    def begins(self, keys: str) -> bool:
        """Whether the code is longer and begins with these keys."""
        return not self.code.startswith("~") and self.code.startswith(keys) and self.code != keys


@dataclass(slots=True)
class DigitMachine:
    """Listens to the keys of one channel during its call."""

    channel: Channel
    realms: dict[str, list[Binding]] = field(default_factory=dict)
    realm: str = ""
    keys: str = ""
    timer: Timer | None = None

    @property
    def active(self) -> bool:
        """Whether any code would be heard now."""
        return bool(self.realms.get(self.realm))

    def feed(self, key: str) -> bool:
        """Takes a key. False: it is part of no code, and goes where keys go."""
        if not self.active:
            return False
        self._stop()
        self.keys += key
        bindings = self.realms[self.realm]
        if any(binding.begins(self.keys) for binding in bindings):
            self.timer = self.channel.clock.later(BETWEEN, self._end)
        else:
            self._end()
        return True

    def _end(self) -> None:
        keys, self.keys = self.keys, ""
        self._stop()
        for binding in self.realms.get(self.realm, ()):
            if binding.fits(keys):
                self._run(binding, keys)
                return
        self.channel.keys.extend(keys)
        self.channel.changed.fire()

    def _stop(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def _run(self, binding: Binding, keys: str) -> None:
        channel = self.channel
        channel.switch.journal.step(channel, "press", f"presses {keys}", {"keys": keys})
        other = channel.switch.channel(channel.partner_uuid)
        target = other if binding.target == "peer" and other else channel
        target.tell(binding.application, binding.data)
