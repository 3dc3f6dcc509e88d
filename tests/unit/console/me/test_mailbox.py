"""Greeting and PIN of a mailbox."""

import asyncio
import io
import wave
from pathlib import Path

import pytest

from dialform.compiler.secrets import open_store

from ..stage import Stage
from .conftest import DOMAIN, Switch

AT = "/me/voicemail/1002"


def sound(seconds: float = 1.0, rate: int = 8000, tone: bytes = b"\x10\x20") -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(tone * int(seconds * rate))
    return made.getvalue()


def upload(data: bytes, name: str = "hello.wav") -> dict[str, tuple[str, bytes, str]]:
    return {"sound": (name, data, "audio/wav")}


def test_a_greeting_is_recorded_chosen_and_taken_back(
    stage: Stage, switch: Switch, storage: Path
) -> None:
    folder = storage / "voicemail/default" / DOMAIN / "1002"

    async def look() -> None:
        async with stage.browser("user") as bob:
            assert "standard greeting" in (await bob.get(f"{AT}/settings")).text
            for slot, tone in (("1", b"\1\2"), ("2", b"\3\4")):
                sent = {"do": "record", "slot": slot}
                done = await bob.post(f"{AT}/greeting", sent, files=upload(sound(tone=tone)))
                assert done.status_code == 303, done.text
            assert (folder / "greeting_1.wav").read_bytes() == sound(tone=b"\1\2")
            page = (await bob.get(f"{AT}/settings")).text
            assert "<strong>greeting 2</strong>" in page
            heard = await bob.get(f"{AT}/greeting/2.wav")
            assert heard.content == sound(tone=b"\3\4")

            await bob.post(f"{AT}/greeting", {"do": "choose", "slot": "1"})
            assert switch.boxes.preferences("1002", DOMAIN).greeting.endswith("/greeting_1.wav")
            await bob.post(f"{AT}/greeting", {"do": "choose", "slot": "0"})
            page = (await bob.get(f"{AT}/settings")).text
            assert "standard greeting" in page
            # Both recordings are still there to be chosen again.
            assert "Greeting 1" in page
            assert "Greeting 2" in page

    asyncio.run(look())
    chosen = switch.boxes.preferences("1002", DOMAIN).greeting
    assert not Path(chosen).exists()
    assert list((storage / "greetings").iterdir()) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a sound file"), (b"#!/bin/sh\nreboot\n", "no sound file"),
        (sound(301), "plays 301 seconds"), (sound(0.1), "no sound in the file"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0", "sound"),
    ],
)  # fmt: skip
def test_what_is_no_greeting_is_not_taken(
    stage: Stage, switch: Switch, storage: Path, data: bytes, said: str
) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            found = await bob.post(
                f"{AT}/greeting", {"do": "record", "slot": "1"}, files=upload(data)
            )
            assert found.status_code == 422
            assert said in found.text

    asyncio.run(look())
    assert not switch.boxes.preferences("1002", DOMAIN).greeting
    assert not list(storage.rglob("*.wav"))


def test_a_folder_that_cannot_be_written_is_told_with_a_way_out(
    stage: Stage, switch: Switch, storage: Path
) -> None:
    (storage / "greetings").write_text("a file stands in the way")

    async def look() -> None:
        async with stage.browser("user") as bob:
            sent = {"do": "record", "slot": "1"}
            found = await bob.post(f"{AT}/greeting", sent, files=upload(sound()))
            assert found.status_code == 503
            assert "portal-my-account" in found.text

    asyncio.run(look())


def test_a_slot_that_is_none_is_not_there(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            for slot in ("3", "10", "99", "-1", "x", "../1"):
                found = await bob.post(f"{AT}/greeting", {"do": "choose", "slot": slot})
                assert found.status_code == 404, slot
            for slot in ("0", "3", "99"):
                assert (await bob.get(f"{AT}/greeting/{slot}.wav")).status_code == 404

    asyncio.run(look())


def test_a_pin_is_chosen_and_taken_back_and_stands_nowhere(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            assert "as given" in (await bob.get(f"{AT}/settings")).text
            done = await bob.post(f"{AT}/pin", {"do": "set", "pin": "86420", "again": "86420"})
            assert done.status_code == 303
            assert switch.boxes.preferences("1002", DOMAIN).password == "86420"
            page = (await bob.get(f"{AT}/settings")).text
            assert "chosen by you" in page
            assert "86420" not in page
            await bob.post(f"{AT}/pin", {"do": "back"})
            assert switch.boxes.preferences("1002", DOMAIN).password == ""

    asyncio.run(look())
    assert "86420" not in repr(stage.door.acts) + repr(stage.door.said)


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("123", "123", "no PIN"), ("12345678901", "12345678901", "no PIN"), ("12a4", "12a4", "no PIN"),
        ("٣٤٥٦", "٣٤٥٦", "no PIN"), ("8642", "8643", "not the same"), ("1111", "1111", "first that others"),
        ("1234", "1234", "first that others"), ("87654", "87654", "first that others"), ("", "", "no PIN"),
        ("' or 1", "' or 1", "no PIN"),
    ],
)  # fmt: skip
def test_a_poor_pin_is_refused(
    stage: Stage, switch: Switch, pin: str, again: str, said: str
) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            found = await bob.post(f"{AT}/pin", {"do": "set", "pin": pin, "again": again})
            assert found.status_code == 422
            assert said in found.text

    asyncio.run(look())
    assert not [one for one in switch.heard if "password" in one and "prefs" not in one]


def test_a_switch_that_does_not_answer_gets_no_pin_into_an_error(
    stage: Stage, switch: Switch
) -> None:
    from dialform.switch import ReplyTimeout

    said: list[str] = []
    stage.ground.say = lambda *words, **more: said.append(f"{words}{more}")

    async def late(command: str, *, timeout: float | None = None) -> str:
        raise ReplyTimeout("no reply within 10 s", command)

    switch.api = late  # type: ignore[method-assign]

    async def look() -> None:
        async with stage.browser("user") as bob:
            found = await bob.post(f"{AT}/pin", {"do": "set", "pin": "86420", "again": "86420"})
            assert found.status_code == 503
            assert "86420" not in found.text

    asyncio.run(look())
    assert "86420" not in repr(said)


def test_the_given_pin_is_shown_to_its_owner_alone(stage: Stage, switch: Switch) -> None:
    given = open_store(stage.secrets, {}).derive("acme", "1002", "pin", 1)

    async def look() -> None:
        async with stage.browser("user") as bob:
            assert given not in (await bob.get(f"{AT}/settings")).text
            assert given in (await bob.post(f"{AT}/pin", {"do": "show"})).text
        for role in ("tenant_admin", "end_user", "other", "admin"):
            async with stage.browser(role) as somebody:
                for do in ("show", "back", "set", "renew"):
                    found = await somebody.post(f"{AT}/pin", {"do": do})
                    assert found.status_code == 404, (role, do)
                    assert given not in found.text

    asyncio.run(look())
    assert ("acme/bob", "voicemail PIN", {"mailbox": "1002", "what": "show"}) in stage.door.acts
    assert given not in repr(stage.door.acts)
