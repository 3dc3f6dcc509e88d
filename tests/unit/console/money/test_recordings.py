"""Who hears what, and from where on."""

from pathlib import Path

import pytest

from ..stage import Browser, Stage
from .test_pages import OCTOBER, as_

ALICES = "2026-10/2026-10-02_10-00-00_1001_00000000-0000-4000-8000-000000000001.wav"
BOBS = "2026-10/2026-10-06_12-00-00_1002_00000000-0000-4000-8000-000000000003.wav"
WHOLE = b"RIFF" + bytes(range(96))


def test_a_manager_hears_all_of_the_tenant_and_nothing_else(
    billed: Stage, recordings: Path
) -> None:
    async def look(alice: Browser) -> None:
        page = await alice.get("/t/acme/recordings")
        assert page.text.count("<audio") == 3
        assert "conference 900" in page.text
        for path in (ALICES, BOBS, "conferences/900/2026-10-10-17-10-00.wav"):
            found = await alice.get(f"/t/acme/recordings/{path}")
            assert found.content == WHOLE
            assert found.headers["content-type"] == "audio/wav"
        for path in (
            "secret.wav", "../janes-bakery/2026-10/2026-10-02_10-00-00_2001_00000000-0000-4000-8000-000000000009.wav",
            "2026-10/..%2f..%2fsecret.wav", "2026-10/no.wav", "2026-10/%00.wav", "2026-10/", "x" * 4000,
        ):  # fmt: skip
            assert (await alice.get(f"/t/acme/recordings/{path}")).status_code == 404, path

    as_(billed, "tenant_admin", look)
    assert "recording.played" in {act for _, act, _ in billed.door.acts}


def test_who_leaves_out_the_first_byte_is_written_down_too(billed: Stage, recordings: Path) -> None:
    async def look(alice: Browser) -> None:
        for _ in range(2):
            await alice.get(f"/t/acme/recordings/{ALICES}", headers={"range": "bytes=1-"})

    as_(billed, "tenant_admin", look)
    assert [act for _, act, _ in billed.door.acts] == ["recording.played"]


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=10-19", 206, WHOLE[10:20]),
        ("bytes=90-", 206, WHOLE[90:]),
        ("bytes=-10", 206, WHOLE[-10:]),
        ("bytes=0-1000", 200, WHOLE),
        ("bytes=100-", 416, b""),
        ("bytes=5-1", 200, WHOLE),
        ("bytes=0-1,4-5", 200, WHOLE),
        ("lines=1-2", 200, WHOLE),
    ],
)
def test_a_part_of_it_is_a_part_of_it(
    billed: Stage, recordings: Path, asked: str, status: int, part: bytes
) -> None:
    async def look(alice: Browser) -> None:
        found = await alice.get(f"/t/acme/recordings/{ALICES}", headers={"range": asked})
        assert (found.status_code, found.content) == (status, part)
        if status == 206:
            assert found.headers["content-range"].endswith(f"/{len(WHOLE)}")

    as_(billed, "tenant_admin", look)


def test_a_user_hears_the_own_only_where_the_site_records_them(
    billed: Stage, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(bob: Browser) -> None:
        assert "None of your extensions is recorded" in (await bob.get("/t/acme/recordings")).text
        assert (await bob.get(f"/t/acme/recordings/{BOBS}")).status_code == 404

    as_(billed, "user", nothing)
    scope = billed.ground.released().tenant("acme")
    assert scope is not None
    object.__setattr__(scope.tenant.extensions["1002"], "record", "all")

    async def own(bob: Browser) -> None:
        page = await bob.get("/t/acme/recordings")
        assert page.text.count("<audio") == 1
        assert (await bob.get(f"/t/acme/recordings/{BOBS}")).content == WHOLE
        assert (await bob.get(f"/t/acme/recordings/{ALICES}")).status_code == 404
        conference = "conferences/900/2026-10-10-17-10-00.wav"
        assert (await bob.get(f"/t/acme/recordings/{conference}")).status_code == 404
        assert "recorded" in (await bob.get(f"/t/acme/call-records?{OCTOBER}")).text

    as_(billed, "user", own)

    async def none(carol: Browser) -> None:
        assert (await carol.get("/t/acme/recordings")).status_code == 403

    as_(billed, "end_user", none)


def test_a_host_without_recordings_has_an_empty_page(billed: Stage) -> None:
    async def look(alice: Browser) -> None:
        page = await alice.get("/t/acme/recordings")
        assert page.status_code == 200
        assert "Nothing was recorded" in page.text

    as_(billed, "tenant_admin", look)
