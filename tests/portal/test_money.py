"""Quota, calls and their recordings, credit, the statement, in a browser."""

from __future__ import annotations

import io
import json
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.demo.shell import DIALFORM, ROOT

from .portal import DENTIST, Portal

RECORDED = "2026-10/2026-10-02_10-00-00_1001_00000000-0000-4000-8000-000000000001.wav"
SOON = 60_000


@pytest.fixture(scope="module")
def called(portal: Portal) -> None:
    """Alice called the dentist."""
    command = [DIALFORM, "live", "call", "1001", DENTIST, "--tenant", "acme", *portal.here]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


@pytest.fixture
def recording(portal: Portal) -> Path:
    """Ten seconds of silence that extension 1001 recorded."""
    folder = json.loads((portal.state / "current" / "recordings.json").read_bytes())["folder"]
    path = Path(folder) / "acme" / RECORDED
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        pytest.skip(f"NO RECORDING WAS PLAYED: {folder} CANNOT BE WRITTEN TO")
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(160_000))
    path.write_bytes(target.getvalue())
    return path


def test_the_quota_has_a_card_for_each_of_eleven_resources(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/quota")
    assert page.locator("#monthly .figure").count() == 3
    assert page.locator("#objects .figure").count() == 8
    assert page.locator("#objects progress").first.is_visible()


def test_a_user_sees_the_own_slots(open: Callable[..., Any]) -> None:
    page = open("user", "/t/acme/quota")
    titles = set(page.locator("#objects .figure-label").all_inner_texts())
    assert {"Extensions", "Devices", "Mailboxes"} <= titles
    assert "Ring groups" not in titles


def test_a_call_is_found_by_its_number_and_opened(open: Callable[..., Any], called: None) -> None:
    page = open("tenant_admin", "/t/acme/call-records")
    for _ in range(60):
        if page.locator("#list tbody tr", has_text=DENTIST).count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    page.get_by_label("Number").fill("5550177")
    page.get_by_label("Direction").select_option("outbound")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**number=5550177**")
    page.locator("#list tbody tr", has_text=DENTIST).first.get_by_role("link").first.click()
    page.get_by_role("heading", name="Legs").wait_for()
    page.go_back()
    with page.expect_download() as given:
        page.get_by_role("link", name="CSV").click()
    sheet = given.value.path().read_text("utf-8")
    assert f"'{DENTIST}" in sheet
    page.get_by_label("Number").fill("999999")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("No calls in this time.").wait_for()


def test_a_recording_plays_from_the_middle_on(open: Callable[..., Any], recording: Path) -> None:
    page = open("tenant_admin", "/t/acme/recordings")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.headers.get("range", "")) if one.url.endswith(".wav") else None)  # fmt: skip
    seconds = page.evaluate(
        "async () => { const one = document.querySelector('audio');"
        " const heard = name => new Promise(done => one.addEventListener(name, done, { once: true }));"
        " one.preload = 'auto'; one.load(); if (!(one.duration > 0)) await heard('loadedmetadata');"
        " const there = heard('seeked'); one.currentTime = 7; await there; return [one.duration, one.currentTime] }"
    )
    assert seconds == [10, 7]
    assert any(one.startswith("bytes=") for one in asked)


def test_recordings_are_no_end_users(open: Callable[..., Any]) -> None:
    page = open("end_user", "/t/acme/recordings")
    assert page.get_by_role("heading", name="That did not work").is_visible()


def test_credit_is_what_was_paid_less_what_was_used(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/account")
    assert "USD" in page.locator("#credit .figure-value").inner_text()
    assert page.locator("#payments", has_text="inv-1042").is_visible()


def test_a_statement_is_read_and_kept(open: Callable[..., Any], called: None) -> None:
    page = open("tenant_admin", "/t/acme/statement")
    page.get_by_role("heading", name="Balance").wait_for()
    assert page.get_by_role("rowheader", name="Closing balance").is_visible()
    with page.expect_download() as given:
        page.get_by_role("link", name="PDF", exact=True).click()
    with given.value.path().open("rb") as file:
        assert file.read(5) == b"%PDF-"
    page.get_by_role("link", name="2026").first.click()  # the month before
    page.wait_for_url("**month=*")


def test_money_is_not_in_the_menu_of_users(open: Callable[..., Any]) -> None:
    page = open("user")
    menu = set(page.locator("nav a").all_text_contents())
    assert not {"Credit", "Statement"} & menu
    assert {"Quota", "Usage", "Call records"} <= menu
