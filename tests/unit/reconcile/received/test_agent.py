"""The agent itself: faxes that lie there are taken up by it, with the converter that people get, and mailed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Inbox
from dialform.reconcile.fax import inward as inwards
from dialform.reconcile.fax.beside import Faxes
from dialform.reconcile.fax.inward import Inward
from dialform.reconcile.fax.once import take_up
from dialform.simulator.faxing.sheets import write

from ..faults.world import World as Host
from ..sent.post import FINE, Post
from .mailbox import Mailbox, running
from .world import variables

LEG = "0a4e1e6a-0000-4000-8000-0000000000aa"


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host whose switch has not been started."""
    return Host(tmp_path)


@pytest.fixture
def post(host: Host) -> Iterator[Post]:
    made = Post(host)
    yield made
    made.close()


@pytest.fixture
def box(post: Post) -> Iterator[Mailbox]:
    """A mail server that the site names; the account's faxes are mailed, and its switch stores in the world."""
    with running() as made:
        files: dict[str, Any] = post.world.repository.files
        files["platform.yaml"]["mail"] = {"smtp": made.url, "from": "pbx@example.com"}
        paths = files["platform.yaml"]["hosts"]["pbx1"]["paths"]
        paths["storage"] = str(post.world.folder / "storage")
        account = files["tenants.d/alpha/pbx.yaml"]["fax"]["accounts"]["1050"]
        account["deliver_to"] = "fax@alpha.example"
        post.world.repository.commit()
        yield made


def comes(post: Post, leg: str = LEG) -> Path:
    """A fax of two pages, with its record."""
    file = post.world.folder / "storage" / "fax" / "alpha" / "1050" / f"{leg}.tif"
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file, [FINE] * 2)
    at = int(post.world.clock.now() * 1_000_000)
    said = variables(leg, at, tenant="alpha")
    record = {
        "core-uuid": "core-1", "variables": said,
        "callflow": [{"caller_profile": {"caller_id_number": "12125550177"}}],
    }  # fmt: skip
    (post.records / f"{leg}.cdr.json").write_text(json.dumps(record) + "\n")
    return file


def test_one_run_takes_up_and_mails(post: Post, box: Mailbox) -> None:
    async def runs() -> None:
        async with post.world, post.world.agent() as agent:
            assert await take_up(agent.ground) == "", "nothing is proven yet"
            await agent.cycle()
            tiff = comes(post)
            assert await take_up(agent.ground) == ""
            assert not tiff.exists()
            with open_ledger(f"sqlite:///{post.world.layout.root / 'ledger.db'}") as ledger:
                row = Inbox(ledger.database).one(LEG)
            assert row is not None
            assert (row.pages, row.ok, row.account) == (2, True, "1050")
            assert row.mailed
            (mail,) = box.mails
            (part,) = mail.iter_attachments()
            content = part.get_content()
            assert content == Path(row.file).read_bytes()
            assert content.startswith(b"%PDF-")
            assert content.count(b"/CCITTFaxDecode") == 2
            assert await take_up(agent.ground) == ""
            assert len(box.mails) == 1

    asyncio.run(runs())


def test_an_agent_that_stays_takes_up_what_comes(post: Post, box: Mailbox) -> None:
    async def runs() -> None:
        async with post.world, post.world.agent() as agent:
            await agent.cycle()
            faxes = Faxes(agent.ground)
            working = asyncio.create_task(faxes.run())
            try:
                tiff = comes(post)
                async with asyncio.timeout(60):
                    while tiff.exists() or not box.mails:
                        await asyncio.sleep(0.1)
                    while agent.ground.book.data["fax"].get("mailed") != 1:
                        await asyncio.sleep(0.1)
                said = agent.ground.book.data["fax"]
                assert said["received"] == 1
                assert (said["waiting"], said["unmailed"], said["stuck"]) == (0, 0, 0)
                assert said["receive_error"] is None
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)

    asyncio.run(runs())


def test_a_ledger_that_is_away_is_a_sentence(post: Post, box: Mailbox) -> None:
    async def runs() -> None:
        async with post.world, post.world.agent(ledger="sqlite:////proc/none/ledger.db") as agent:
            await agent.cycle()
            tiff = comes(post)
            assert "cannot be made" in await take_up(agent.ground)
            assert tiff.exists()

    asyncio.run(runs())


def test_none_of_its_parts_outlives_another(post: Post) -> None:
    """Else the next life's round of mails would be the second one at the same time."""
    rounds: list[str] = []

    async def fails() -> None:
        await asyncio.sleep(0.01)
        raise RuntimeError

    async def mails() -> None:
        rounds.append("mail")
        await asyncio.sleep(0)

    async def runs() -> None:
        async with post.world, post.world.agent() as agent:
            inward = Inward(
                agent.ground, post.database, agent.ground.link, dict, lambda: post.world.folder,
                lambda: None, lambda: None,
            )  # fmt: skip
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(inwards, "MAILING", 0.001)
                patch.setattr(inward.receiving, "run", fails)
                patch.setattr(inward, "mail", mails)
                with pytest.raises(RuntimeError):
                    await inward.run()
            assert rounds
            rounds.clear()
            await asyncio.sleep(0.05)
            assert rounds == []

    asyncio.run(runs())
