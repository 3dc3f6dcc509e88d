"""playback, phrase, read, play_and_get_digits, sched_broadcast: what is heard, and what is pressed."""

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.keys import Question, ask, play, read_keys
from dialform.simulator.calls.sounds import PROMPT
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.dialplan.pattern import perform, substitute
from dialform.simulator.journal import Place
from dialform.simulator.reading.markup import Element
from dialform.simulator.reading.words import integer


@application("playback", media=True)
async def playback(channel: Channel, data: str, place: Place | None) -> None:
    """Plays a file, tone or stream."""
    await play(channel, data, place)
    channel.set("current_application_response", "FILE PLAYED")


@application("endless_playback", media=True)
async def endless_playback(channel: Channel, data: str, place: Place | None) -> None:
    """Plays until somebody takes the call."""
    channel.switch.journal.visit(channel, "playback", data, place)
    await channel.wait(None)


@application("phrase", media=True)
async def phrase(channel: Channel, data: str, place: Place | None) -> None:
    """`macro,argument`: speaks a phrase of the language; some of its actions are applications."""
    name, _, argument = data.partition(",")
    await speak(channel, name, argument, place)


async def speak(channel: Channel, name: str, argument: str, place: Place | None = None) -> None:
    """Speaks a macro (`switch_ivr_phrase_macro`)."""
    switch = channel.switch
    language = channel.get("default_language") or "en"
    macro = switch.configuration.macro(language, name)
    shown = f"{name} {argument}" if argument else name
    switch.journal.visit(channel, "phrase", shown, macro or place)
    if macro is None:
        return
    for entry in macro.all("input"):
        found = perform(argument, entry.get("pattern", ".*"))
        outcome = entry.first("match" if found else "nomatch")
        for action in outcome.all("action") if outcome else ():
            await _act(channel, action, found)
        if found and entry.get("break_on_match") == "true":
            break


async def _act(channel: Channel, action: Element, found: tuple[str, ...]) -> None:
    data = channel.expand(substitute(action.get("data"), found))
    if action.get("function") == "execute":
        name, _, rest = data.partition("(")
        await channel.switch.run_application(channel, name, rest.rpartition(")")[0])
        channel.check()
    elif action.get("function") == "sleep":
        await channel.wait(integer(data) / 1000)
    else:
        await channel.wait(PROMPT)


@application("read", media=True)
async def read(channel: Channel, data: str, place: Place | None) -> None:
    """`least most prompt variable timeout terminators between`, in milliseconds."""
    words = split(data, " ") + [""] * 7
    least, most = max(integer(words[0]), 1), integer(words[1])
    timeout = max(integer(words[4]) if words[4] else 1000, 1000)
    if words[3]:
        channel.set(words[3], None)
    found = await read_keys(
        channel,
        least,
        max(most, least),
        words[2],
        timeout / 1000,
        words[5] or "#",
        integer(words[6]) / 1000,
        place,
    )
    if words[3] and found.digits:
        channel.set(words[3], found.digits)


@application("play_and_get_digits", media=True)
async def play_and_get_digits(channel: Channel, data: str, place: Place | None) -> None:
    """`least most tries timeout terminators prompt wrong variable pattern between`."""
    words = split(data, " ") + [""] * 11
    question = Question(
        integer(words[0]),
        max(integer(words[1]), integer(words[0])),
        max(integer(words[2]), 1),
        integer(words[3]) / 1000,
        words[4] or "#",
        words[5],
        words[6],
        words[8],
        integer(words[9]) / 1000,
    )
    if words[7]:
        channel.set(words[7], None)
    found = await ask(channel, question, place)
    if words[7]:
        channel.set(words[7], found.digits)
    if not found.digits and found.status == "failure" and words[10]:
        from dialform.simulator.calls.transfer import transfer

        transfer(channel, *words[10].split(" ")[:3])


@application("sched_broadcast")
async def sched_broadcast(channel: Channel, data: str, place: Place | None) -> None:
    """`+seconds 'application::data' leg`, or a file: what is played after a while."""
    words = split(data, " ")
    if len(words) < 2:
        return
    when = words[0]
    seconds = float(integer(when.lstrip("+")))
    if not when.startswith("+"):
        seconds -= channel.clock.epoch
    timer = channel.clock.later(seconds, lambda: broadcast(channel, words[1]))
    channel.switch.theme(Schedule).add(channel, timer.cancel)


@application("sched_cancel")
async def sched_cancel(channel: Channel, data: str, place: Place | None) -> None:
    """Takes back what was scheduled for this channel."""
    channel.switch.theme(Schedule).cancel(data or channel.uuid)


class Schedule:
    """What is to be done later, by channel."""

    def __init__(self, switch: object) -> None:
        self._later: dict[str, list[object]] = {}

    def add(self, channel: Channel, cancel: object) -> None:
        """Notes something that is to come."""
        self._later.setdefault(channel.uuid, []).append(cancel)

    def cancel(self, uuid: str) -> None:
        """Cancels all of a channel."""
        for cancel in self._later.pop(uuid, []):
            if callable(cancel):
                cancel()


def broadcast(channel: Channel, what: str) -> None:
    """Has a channel play a file or run `application::data`."""
    name, double, data = what.partition("::")
    if channel.up:
        channel.tell(name if double else "playback", data if double else what)
