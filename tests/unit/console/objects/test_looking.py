"""Lists and details of objects, what hangs on them, and the files and addresses that belong to them."""

import asyncio
import io
import wave
from collections.abc import Callable

from ..stage import Stage, git
from .visit import filled, main_file


def tone() -> bytes:
    """A short sound file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 800)
    return made.getvalue()


def test_lists_are_searched_and_sorted(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            found = (await alice.get("/t/acme/extensions?q=car")).text
            assert "Carol Poe" in found
            assert "Bob Roe" not in found
            down = (await alice.get("/t/acme/extensions?sort=-c0")).text
            assert down.index("Fax</td>") < down.index("Carol Poe") < down.index("Alice Doe</td>")

    asyncio.run(look())


def test_an_object_says_where_calls_go_and_what_uses_it(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            menu = (await alice.get("/t/acme/ivr-menus/700")).text
            assert 'key 1: <a href="/t/acme/ring-groups/600">ring group 600</a>' in menu
            assert (
                '<svg class="flow" role="group" aria-label="Where calls go from IVR menu 700'
                in menu
            )
            assert '<a href="/t/acme/ring-groups/600"><g class="kind-ring_group"' in menu
            assert "All at once" in menu and "<style" not in menu
            assert '<a href="/t/acme/inbound-routes/%2B12125550199">' in menu
            group = (await alice.get("/t/acme/extensions/1001")).text
            assert '<a href="/t/acme/ring-groups/600">ring group 600</a> (members)' in group
            assert "Sales Team" in (await alice.get("/t/acme/ring-groups/600")).text

    asyncio.run(look())


def test_what_one_may_not_look_at_is_named_and_no_link(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            own = (await bob.get("/t/acme/extensions/1002")).text
            assert "ring group 600" in own
            assert 'href="/t/acme/ring-groups/600"' not in own
            assert 'href="/t/acme/follow-me/1002"' in own

    asyncio.run(look())


def test_numbers_have_their_units(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            assert "<dd>25 seconds</dd>" in (await alice.get("/t/acme/ring-groups/600")).text

    asyncio.run(look())


def test_an_objects_address_may_hold_any_key(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            page = await alice.get("/t/acme/inbound-routes/%2B12125550199/edit")
            assert page.status_code == 200
            assert filled(page)["kind"] == ["schedule"]
            for odd in ("..%2f..%2fplatform", "%00", "a" * 4000, "700%0d%0ax"):
                assert (await alice.get(f"/t/acme/ivr-menus/{odd}")).status_code == 404

    asyncio.run(look())


def test_music_is_sent_and_listened_to(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(self_service=["music_on_hold"])
    path = "/t/acme/music/new"

    async def send(alice: object, name: str, content: bytes) -> object:
        page = await alice.get(path)  # type: ignore[attr-defined]
        page = await alice.post(path, {**filled(page, _key="jazz"), "act": "add:files"})  # type: ignore[attr-defined]
        upload = {"files.0.upload": (name, content, "audio/wav")}
        return await alice.post(path, {**filled(page), "act": "save"}, files=upload)  # type: ignore[attr-defined]

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            for name, content in (("a.wav", b"<script>"), ("a.exe", tone()), ("a.html", b"<b>")):
                refused = await send(alice, name, content)
                assert refused.status_code == 422, name  # type: ignore[attr-defined]
            done = await send(alice, "../../My song!.wav", tone())
            assert done.status_code == 303  # type: ignore[attr-defined]
            assert "media/acme/My-song.wav" in main_file(stage, "tenants.d/acme/pbx.yaml")
            assert "media/acme/My-song.wav" in git(
                stage.remote, "ls-tree", "-r", "--name-only", "main"
            )
            heard = await alice.get("/t/acme/sounds/media/acme/My-song.wav")
            assert heard.content == tone()
            assert heard.headers["content-type"].startswith("audio/")
            part = await alice.request(
                "GET", "/t/acme/sounds/media/acme/My-song.wav", headers={"range": "bytes=0-3"}
            )
            assert (part.status_code, part.content) == (206, b"RIFF")
            for odd in (
                "media/acme/cover.html",
                "media/../platform.yaml",
                "media/janes-bakery/x.wav",
            ):
                assert (await alice.get(f"/t/acme/sounds/{odd}")).status_code == 404
        async with stage.browser("other") as jane:
            assert (
                await jane.get("/t/janes-bakery/sounds/media/acme/My-song.wav")
            ).status_code == 404

    asyncio.run(look())


def test_a_phones_address_is_for_those_who_manage_the_tenant(stage: Stage) -> None:
    path = "/t/acme/devices/aabbcc112233/address"

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            shown = await alice.post(path)
            assert "https://pbx.example.com/provision/" in shown.text
            assert "data:image/svg+xml" in shown.text
            assert [act for _, act, _ in stage.door.acts] == ["phone address"]
            assert (await alice.post("/t/acme/devices/carol-web/address")).status_code == 404
        async with stage.browser("user") as bob:
            assert (await bob.post(path)).status_code == 403

    asyncio.run(look())
