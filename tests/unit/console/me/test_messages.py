"""Messages in mailboxes: seen, listened to, marked, deleted; and whose they are."""

import asyncio
import re
from pathlib import Path
from typing import Any

from dialform.reconcile.desk.boxes import boxes_of

from ..stage import Stage
from .conftest import DOMAIN, Switch

BOB, ALICE = "/me/voicemail/1002", "/me/voicemail/1001"


def acme(stage: Stage) -> Any:
    scope = stage.ground.released().tenant("acme")
    assert scope is not None
    return scope


def test_a_message_is_listed_with_who_left_it(stage: Stage, switch: Switch) -> None:
    switch.leaves("1002", "Zoë: <x> & y", "+19175550100")

    async def look() -> None:
        async with stage.browser("user") as bob:
            page = await bob.get(BOB)
            assert page.status_code == 200
            assert "Zoë: &lt;x&gt; &amp; y" in page.text
            assert "0:03" in page.text
            assert "2026-11-28 07:00" in page.text  # New York
            # One mailbox: no list of mailboxes stands in between.
            assert (await bob.get("/me/voicemail")).headers["location"] == BOB

    asyncio.run(look())


def test_the_recording_plays_whole_and_in_parts(stage: Stage, switch: Switch) -> None:
    kept = switch.leaves("1002")
    sound = Path(kept.path).read_bytes()

    async def look() -> None:
        async with stage.browser("user") as bob:
            at = f"{BOB}/{kept.uuid}/recording.wav"
            whole = await bob.get(at)
            assert whole.content == sound
            assert whole.headers["content-type"] == "audio/wav"
            assert "no-store" in whole.headers["cache-control"]
            part = await bob.get(at, headers={"range": "bytes=100-199"})
            assert part.status_code == 206
            assert part.content == sound[100:200]
            taken = await bob.get(f"{at}?download=1")
            said = taken.headers["content-disposition"]
            assert 'filename="voicemail-2026-11-28-120000-19175550100.wav"' in said

    asyncio.run(look())


def test_a_message_is_marked_and_the_lamps_follow(stage: Stage, switch: Switch) -> None:
    kept = switch.leaves("1002")
    switch.told.clear()

    def lamp() -> str:
        return [one for one in switch.told if one.name == "MESSAGE_WAITING"][-1].headers[
            "MWI-Messages-Waiting"
        ]

    async def look() -> None:
        async with stage.browser("user") as bob:
            sent = {"message": kept.uuid, "do": "heard"}
            assert (await bob.post(f"{BOB}/messages", sent)).status_code == 303
            assert kept.read
            assert lamp() == "no"
            await bob.post(f"{BOB}/messages", {**sent, "do": "new"})
            assert kept.read == 0
            assert lamp() == "yes"

    asyncio.run(look())
    assert "1 message marked as heard." in [text for _, text in stage.door.said]


def test_playing_marks_without_a_word(stage: Stage, switch: Switch) -> None:
    """What the page's script sends when a message is played answers nothing, and says nothing next."""
    kept = switch.leaves("1002")

    async def look() -> None:
        async with stage.browser("user") as bob:
            sent = {"message": kept.uuid, "do": "heard"}
            found = await bob.post(f"{BOB}/messages", sent, headers={"x-quiet": "1"})
            assert found.status_code == 204

    asyncio.run(look())
    assert kept.read
    assert not stage.door.said


def test_several_messages_are_deleted_with_their_recordings(stage: Stage, switch: Switch) -> None:
    first, second, third = (switch.leaves("1002") for _ in range(3))

    async def look() -> None:
        async with stage.browser("user") as bob:
            sent = {"message": [first.uuid, third.uuid], "do": "delete", "sure": "yes"}
            await bob.post(f"{BOB}/messages", sent)
            page = await bob.get(BOB)
            assert second.uuid in page.text
            assert first.uuid not in page.text

    asyncio.run(look())
    assert [Path(one.path).exists() for one in (first, second, third)] == [False, True, False]
    assert ("acme/bob", "voicemail deleted", {"mailbox": "1002", "messages": 2}) in stage.door.acts


def test_who_deletes_is_asked_first_and_told_what_goes(stage: Stage, switch: Switch) -> None:
    heard = switch.leaves("1002", "Zoë & <x>", "+19175550100")
    new, stays = switch.leaves("1002", "", "+19175550111"), switch.leaves("1002")

    async def look() -> None:
        async with stage.browser("user") as bob:
            await bob.post(f"{BOB}/messages", {"message": heard.uuid, "do": "heard"})
            sent = {"message": [heard.uuid, new.uuid], "do": "delete"}
            page = (await bob.post(f"{BOB}/messages", sent)).text
            assert "Delete these 2 messages?" in page
            assert "Zoë &amp; &lt;x&gt;, 2026-11-28 07:00</li>" in page
            assert "+19175550111, 2026-11-28 07:00, not heard yet" in page
            for one in (heard, new):
                assert f'name="message" value="{one.uuid}"' in page
            assert stays.uuid not in page
            one = (await bob.post(f"{BOB}/messages", {**sent, "message": new.uuid})).text
            assert "Delete this message?" in one
            gone = await bob.post(f"{BOB}/messages", {**sent, "message": "no-such"})
            assert gone.status_code == 404

    asyncio.run(look())
    assert all(Path(one.path).exists() for one in (heard, new, stays))
    assert not [act for _, act, _ in stage.door.acts if act == "voicemail deleted"]


def test_no_command_reaches_more_than_one_message(stage: Stage, switch: Switch) -> None:
    """`vm_read` without a message marks all of the domain, `vm_delete` empties the mailbox."""
    kept = switch.leaves("1002")

    async def look() -> None:
        async with stage.browser("user") as bob:
            for what in ("heard", "new", "delete"):
                await bob.post(f"{BOB}/messages", {"message": kept.uuid, "do": what, "sure": "yes"})
                await bob.post(f"{BOB}/messages", {"do": what, "sure": "yes"})
                await bob.post(f"{BOB}/messages", {"message": "", "do": what, "sure": "yes"})

    asyncio.run(look())
    changing = [one for one in switch.heard if one.startswith(("vm_read", "vm_delete"))]
    assert changing
    uuid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    one = rf"(vm_read 1002@{DOMAIN} (read|unread)|vm_delete 1002@{DOMAIN}) {uuid}"
    assert all(re.fullmatch(one, command) for command in changing)


def test_somebody_else_s_message_is_not_there(stage: Stage, switch: Switch) -> None:
    """Neither by the other's mailbox nor through one's own: the switch itself would take any UUID."""
    hers, theirs = switch.leaves("1001"), switch.boxes.leave(
        "2001", "janes-bakery.pbx.example.com", "Zoe", "1", 3
    )  # fmt: skip

    async def look() -> None:
        async with stage.browser("user") as bob:
            for path in (ALICE, f"{ALICE}/settings", f"{ALICE}/{hers.uuid}/recording.wav",
                         f"{BOB}/{hers.uuid}/recording.wav", f"{BOB}/{theirs.uuid}/recording.wav",
                         "/me/voicemail/1999", "/me/voicemail/nope"):  # fmt: skip
                assert (await bob.get(path)).status_code == 404, path
            for box, uuid in ((ALICE, hers.uuid), (BOB, hers.uuid), (BOB, theirs.uuid)):
                for what in ("heard", "delete"):
                    sent = {"message": uuid, "do": what}
                    assert (await bob.post(f"{box}/messages", sent)).status_code == 404

    asyncio.run(look())
    assert hers.read == theirs.read == 0
    assert [one.uuid for one in switch.boxes.messages] == [hers.uuid, theirs.uuid]


def test_an_administrator_of_the_tenant_sees_counts_and_hears_nothing(
    stage: Stage, switch: Switch
) -> None:
    his, shared = switch.leaves("1002", "Secret caller"), switch.leaves("1999")

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            page = await alice.get("/t/acme/mailboxes")
            assert page.status_code == 200
            assert "Bob Roe" in page.text
            assert "Secret caller" not in page.text
            assert "to no others" in page.text
            for path in (BOB, f"{BOB}/{his.uuid}/recording.wav", f"{BOB}/settings"):
                assert (await alice.get(path)).status_code == 404, path
            # What belongs to no extension is the tenant's, and so hers.
            assert (await alice.get("/me/voicemail/1999")).status_code == 200
            at = f"/me/voicemail/1999/{shared.uuid}/recording.wav"
            assert (await alice.get(at)).status_code == 200
        for role in ("user", "end_user", "other"):
            async with stage.browser(role) as somebody:
                found = await somebody.get("/t/acme/mailboxes")
                assert found.status_code in (403, 404)
        async with stage.browser("admin") as ops:
            assert (await ops.get("/t/acme/mailboxes")).status_code == 200
            assert (await ops.get(BOB)).status_code == 404

    asyncio.run(look())


def test_a_mailbox_is_shared_with_those_whom_it_names(stage: Stage, switch: Switch) -> None:
    switch.leaves("1999", "Customer")
    scope = acme(stage)
    assert [one.number for one in boxes_of(scope, "bob") if one.open] == ["1002"]
    scope.tenant.voicemails["1999"].users.append("bob")

    async def look() -> None:
        async with stage.browser("user") as bob:
            assert "Customer" in (await bob.get("/me/voicemail/1999")).text
            page = await bob.get("/me/voicemail")
            assert page.status_code == 200
            assert "shared" in page.text
        async with stage.browser("end_user") as carol:
            assert (await carol.get("/me/voicemail/1999")).status_code == 404

    asyncio.run(look())


def test_no_file_outside_of_the_mailbox_is_opened(
    stage: Stage, switch: Switch, tmp_path: Path
) -> None:
    """Whatever path the switch names: a link, another mailbox's folder, a file of the system."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(b"RIFF secret")
    hers = switch.leaves("1001")
    link = switch.leaves("1002")
    Path(link.path).unlink()
    Path(link.path).symlink_to(secret)
    wrong = switch.leaves("1002")
    own = Path(wrong.path).parent

    async def look() -> None:
        async with stage.browser("user") as bob:
            assert (await bob.get(f"{BOB}/{link.uuid}/recording.wav")).status_code == 404
            for path in (str(secret), hers.path, f"{own}/../1001/{Path(hers.path).name}", str(own)):
                wrong.path = path
                found = await bob.get(f"{BOB}/{wrong.uuid}/recording.wav")
                assert found.status_code == 404, path
                assert b"RIFF" not in found.content

    asyncio.run(look())


def test_a_recording_that_is_gone_is_said_to_be(stage: Stage, switch: Switch) -> None:
    kept = switch.leaves("1002")
    Path(kept.path).unlink()

    async def look() -> None:
        async with stage.browser("user") as bob:
            found = await bob.get(f"{BOB}/{kept.uuid}/recording.wav")
            assert found.status_code == 404
            assert "not on this host" in found.text

    asyncio.run(look())
