"""`dialform doctor` on the real switch: what is ill has its cause named."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from . import trunk
from .conftest import Carriers, Extension
from .desk import desk
from .scene import scene
from .site import HOST, Site
from .switch import Switch

Findings = list[dict[str, str]]


async def doctor(site: Site, *subjects: str) -> tuple[int, Findings]:
    """Its exit status and its findings."""
    command = [
        str(Path(sys.executable).with_name("dialform")), "doctor", *subjects, "--format", "json",
        "--site", str(site.source), "--out", str(site.out), "--host", HOST,
        "--secrets", str(site.secrets),
    ]  # fmt: skip
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)["findings"]


def problems(found: Findings) -> Findings:
    """What is wrong."""
    return [one for one in found if one["level"] == "problem"]


@scene
async def test_a_healthy_switch_has_nothing_wrong(
    compiled: Site, switch: Switch, carriers: Carriers
) -> None:
    status, found = await doctor(
        compiled, "switch", "gateways", "profiles", "ports", "revision", "clock", "fax"
    )
    assert (status, problems(found)) == (0, [])
    about = {one["about"] for one in found if one["level"] == "ok"}
    assert {"switch", "revision", "ports", "profile internal", "gateway mycarrier"} <= about
    assert "switch's clock" in about


@scene
async def test_a_phone_with_a_wrong_password_is_told_so(
    compiled: Site, extension: Extension, switch: Switch
) -> None:
    async with extension("acme/1002", password="wrong") as phone:
        assert (await phone.register()).status == 403
    status, found = await doctor(compiled, "acme/1002")
    (wrong,) = problems(found)
    assert status == 1
    assert "127.0.0.11 was refused" in wrong["found"]
    assert "password is wrong" in wrong["cause"]
    async with desk(extension, "acme/1001"):
        status, found = await doctor(compiled, "acme/1001")
        assert status == 0
        assert any("registered from 127.0.0.11:" in one["found"] for one in found)


@scene
async def test_a_gateway_with_a_wrong_password_is_told_so(
    compiled: Site, switch: Switch, carriers: Carriers
) -> None:
    """The carrier takes another password only."""
    carriers["mycarrier"].start(trunk.registers("12125550100", "another"))
    switch.expects(r"mycarrier Failed Registration")
    try:
        await switch.ask("sofia profile external register mycarrier")
        await switch.becomes("sofia status gateway mycarrier", r"State\s+FAIL_WAIT", 10.0)
        status, found = await doctor(compiled, "mycarrier")
        (wrong,) = [one for one in problems(found) if one["check"] == "gateways"]
        assert status == 1
        assert "403" in wrong["cause"]
        assert "password" in wrong["way_out"]
    finally:
        carriers.reset()
        await switch.ask("sofia profile external register mycarrier")
        await switch.becomes("sofia status gateway mycarrier", r"State\s+REGED", 60.0)
