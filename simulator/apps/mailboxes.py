"""voicemail, directory: leaving and hearing messages, finding people by name."""

from __future__ import annotations

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.keys import Question, ask, play, read_keys
from dialform.simulator.calls.sounds import PROMPT
from dialform.simulator.calls.transfer import transfer
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.journal import Place
from dialform.simulator.reading.directory import User
from dialform.simulator.state.mailboxes import Mailboxes

MESSAGE = 5.0
"""Seconds that a caller of a scene speaks to a mailbox before hanging up."""
BEEP = 1.0
_TRIES = 3
_KEYS = ("abc2", "def3", "ghi4", "jkl5", "mno6", "pqrs7", "tuv8", "wxyz9")


@application("voicemail", media=True)
async def voicemail(channel: Channel, data: str, place: Place | None) -> None:
    """`[check] profile domain [box]`."""
    words = split(data, " ")
    checks = words[:1] == ["check"]
    words = words[1:] if words and words[0] in ("check", "auth", "auth_only") else words
    if len(words) < 2:
        return
    box = words[2] if len(words) > 2 else ""
    if checks:
        await _check(channel, words[1], box, place)
    elif box:
        await _leave(channel, words[1], box, place)


async def _leave(channel: Channel, domain: str, box: str, place: Place | None) -> None:
    """Greeting, tone, message. The caller of a scene says something and hangs up."""
    switch = channel.switch
    user = switch.configuration.user(box, domain)
    if user is None:
        switch.journal.step(channel, "failed", f"no mailbox {box}@{domain}", {}, place)
        return
    switch.journal.visit(channel, "voicemail", f"{box}@{domain}", place)
    preferences = switch.environment.mailboxes.get((box, domain))
    greeting = preferences.greeting if preferences else ""
    greeting = greeting or channel.get("voicemail_greeting_path") or ""
    greeting = greeting or f"phrase:voicemail_play_greeting:{box}"
    channel.set("voicemail_account", box)
    channel.set("voicemail_domain", domain)
    channel.set("voicemail_action", "leave")
    await play(channel, greeting, place, breaks=True)
    channel.keys.clear()
    await channel.wait(BEEP)
    switch.journal.step(channel, "visit", f"records a message for {box}@{domain}")
    await channel.wait(MESSAGE)
    channel.set("voicemail_message_len", str(int(MESSAGE)))
    boxes: Mailboxes = switch.theme(Mailboxes)
    profile = channel.profile
    name = channel.get("effective_caller_id_name") or profile.caller_id_name
    number = channel.get("effective_caller_id_number") or profile.caller_id_number
    boxes.leave(box, domain, name, number, int(MESSAGE), uuid=channel.uuid)
    channel.hangup("NORMAL_CLEARING")


async def _check(channel: Channel, domain: str, box: str, place: Place | None) -> None:
    """Asks for the box and its PIN, then tells what is there."""
    switch = channel.switch
    for _ in range(_TRIES):
        number = box
        if not number:
            question = Question(1, 20, 1, 10.0, "#", "phrase:voicemail_enter_id:#", "", "")
            number = (await ask(channel, question, place)).digits
            if not number:
                continue
        user = switch.configuration.user(number, domain)
        if user is None or user.params.get("vm-enabled") == "false":
            return  # whoever has no mailbox is not even asked for a PIN
        found = await read_keys(
            channel, 1, 20, "phrase:voicemail_enter_pass:#", 10.0, "#", 10.0, place
        )
        if _opens(user, domain, found.digits):
            switch.journal.visit(channel, "voicemail", f"{user.id}@{domain}", place)
            channel.set("voicemail_authorized", "true")
            await _menu(channel, place)
            return
        await play(channel, "phrase:voicemail_fail_auth", place)
    await play(channel, "phrase:voicemail_abort", place)


def _opens(user: User, domain: str, pin: str) -> bool:
    wanted = user.params.get("vm-a1-hash")
    if wanted:
        import hashlib

        text = f"{user.id}:{domain}:{pin}".encode()
        return hashlib.md5(text, usedforsecurity=False).hexdigest() == wanted
    plain = user.params.get("vm-password")
    return bool(plain) and plain == pin


async def _menu(channel: Channel, place: Place | None) -> None:
    """The main menu: it is left with `0`, and after three times of silence."""
    for _ in range(_TRIES):
        found = await read_keys(channel, 1, 1, "phrase:voicemail_menu", 10.0, "", 10.0, place)
        if found.digits == "0":
            break
    await play(channel, "phrase:voicemail_goodbye", place)


@application("directory", media=True)
async def directory(channel: Channel, data: str, place: Place | None) -> None:
    """`profile domain [context]`: spells a name, then takes the person."""
    words = split(data, " ")
    if len(words) < 2:
        return
    switch, domain = channel.switch, switch_domain(channel, words[1])
    context = words[2] if len(words) > 2 else words[1]
    switch.journal.visit(channel, "directory", words[1], place)
    for _ in range(_TRIES):
        found = await read_keys(channel, 2, 20, "phrase:directory_intro", 3.0, "#", 3.0, place)
        if not found.digits:
            continue
        for user in [user for user in domain if _spelled(user, found.digits)]:
            await channel.wait(PROMPT)
            pressed = await read_keys(channel, 1, 1, "phrase:directory_result_menu", 3.0, "", 3.0)
            if pressed.digits == "1":
                channel.set("directory_result", user.id)
                transfer(channel, user.id, "XML", context)
                return
    channel.set("directory_result", "failure")


def switch_domain(channel: Channel, name: str) -> list[User]:
    """The people of a domain who are in the directory."""
    domain = channel.switch.configuration.domain(name)
    users = domain.users.values() if domain else ()
    return [user for user in users if user.params.get("directory-visible") != "false"]


def _spelled(user: User, digits: str) -> bool:
    """Whether the last name begins with these keys."""
    name = user.variables.get("directory_full_name") or user.variables.get(
        "effective_caller_id_name", ""
    )
    last = name.split(" ")[-1].lower() if name else ""
    return bool(last) and "".join(map(_key, last)).startswith(digits)


def _key(letter: str) -> str:
    for letters in _KEYS:
        if letter in letters:
            return letters[-1]
    return letter
