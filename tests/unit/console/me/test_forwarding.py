"""Forwarding and do not disturb in the portal: exactly what the codes on a phone write."""

import asyncio
import re
from pathlib import Path

import pytest

from dialform.reconcile.desk import forwarding
from dialform.renderers import freeswitch

from ..stage import Stage
from .conftest import Switch

AT = "/me/forwarding/1002"
TEMPLATES = Path(str(freeswitch.__file__)).parent / "templates"


def test_what_is_written_is_what_the_dialplan_reads(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            assert "may be disturbed" in (await bob.get("/me/forwarding")).text
            done = await bob.post(f"{AT}/forward", {"do": "on", "to": "+1 (917) 555-0123"})
            assert done.status_code == 303
            assert switch.kept("acme-cfa/1002") == "+19175550123"
            assert 'value="+19175550123"' in (await bob.get("/me/forwarding")).text
            await bob.post(f"{AT}/forward", {"do": "off", "to": "+19175550123"})
            assert switch.kept("acme-cfa/1002") == ""
            await bob.post(f"{AT}/dnd", {"do": "on"})
            assert switch.kept("acme-dnd/1002") == "on"
            assert "Disturb again" in (await bob.get("/me/forwarding")).text
            await bob.post(f"{AT}/dnd", {"do": "off"})
            assert switch.kept("acme-dnd/1002") == ""

    asyncio.run(look())


def test_the_codes_of_a_phone_write_the_same(stage: Stage, switch: Switch) -> None:
    """The realms, keys and values stand in the compiled dialplan."""
    text = (stage.ground.folders().conf / "tenants/acme/dialplan.xml").read_text("utf-8")
    assert 'data="insert/acme-cfa/${dialform_extension}/$1"' in text
    assert 'data="delete/acme-cfa/${dialform_extension}"' in text
    assert 'data="insert/acme-dnd/${dialform_extension}/on"' in text
    assert 'data="delete/acme-dnd/${dialform_extension}"' in text
    taken = re.findall(r"\((\\\+\?\[0-9\]\{2,20\})\)\$", text)
    assert taken
    assert set(taken) == {forwarding._NUMBER.pattern}


def test_what_a_phone_set_is_shown(stage: Stage, switch: Switch) -> None:
    switch.live.switch.environment.db.api("insert/acme-cfa/1002/1003")
    switch.live.switch.environment.db.api("insert/acme-dnd/1002/on")

    async def look() -> None:
        async with stage.browser("user") as bob:
            page = (await bob.get("/me/forwarding")).text
            assert 'value="1003"' in page
            assert "do not disturb" in page

    asyncio.run(look())


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("911", "emergency"), ("1002", "itself"), ("*98", "no number"), ("1", "no number"),
        ("1003/x", "no number"), ("12 34\n5", "no number"), ("", "where to"), ("٣٤٥٦", "no number"),
    ],
)  # fmt: skip
def test_what_nobody_can_forward_to(stage: Stage, switch: Switch, to: str, said: str) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            found = await bob.post(f"{AT}/forward", {"do": "on", "to": to})
            assert found.status_code == 422
            assert said in found.text

    asyncio.run(look())
    assert switch.kept("acme-cfa/1002") == ""
    assert not [one for one in switch.heard if one.startswith("db insert")]


def test_only_one_s_own_extension(stage: Stage, switch: Switch) -> None:
    """Another tenant's extension of the same number is another one."""
    own = {"tenant_admin": "1001", "user": "1002", "end_user": "1003", "other": "1001"}

    async def look() -> None:
        for role in ("user", "end_user", "other", "tenant_admin", "admin"):
            async with stage.browser(role) as somebody:
                for number in {"1001", "1002", "1003", "9999"} - {own.get(role)}:
                    for what, sent in (("forward", {"to": "1050"}), ("dnd", {"do": "on"})):
                        found = await somebody.post(f"/me/forwarding/{number}/{what}", sent)
                        assert found.status_code == 404, (role, number, what)
        assert not [one for one in switch.heard if one.startswith("db ")]
        async with stage.browser("other") as jane:
            await jane.post("/me/forwarding/1001/dnd", {"do": "on"})

    asyncio.run(look())
    assert switch.kept("janes-bakery-dnd/1001") == "on"
    assert switch.kept("acme-dnd/1001") == ""


def test_a_code_that_is_off_is_off_here_too(stage: Stage, switch: Switch) -> None:
    from dialform.schema.account import TenantFeatureCodes

    scope = stage.ground.released().tenant("acme")
    assert scope is not None
    off = TenantFeatureCodes.model_validate({"forward_on": None, "dnd_on": None})
    object.__setattr__(scope.tenant, "feature_codes", off)

    async def look() -> None:
        async with stage.browser("user") as bob:
            page = (await bob.get("/me/forwarding")).text
            assert "Do not disturb" not in page
            assert "Forward all calls to" not in page
            for path, sent in (("forward", {"do": "on", "to": "1003"}), ("dnd", {"do": "on"})):
                assert (await bob.post(f"{AT}/{path}", sent)).status_code == 422

    asyncio.run(look())
    assert switch.kept("acme-cfa/1002") == ""


def test_a_database_that_does_not_take_it_is_told(stage: Stage, switch: Switch) -> None:
    real = switch.api

    async def full(command: str, *, timeout: float | None = None) -> str:
        return "+OK" if command.startswith("db insert") else await real(command)

    switch.api = full  # type: ignore[method-assign]

    async def look() -> None:
        async with stage.browser("user") as bob:
            found = await bob.post(f"{AT}/forward", {"do": "on", "to": "1003"})
            assert found.status_code == 503
            assert "did not write it down" in found.text

    asyncio.run(look())
