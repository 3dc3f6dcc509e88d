"""What comes from git, or does not: rewritten, unsigned, unreachable, broken, empty."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from .edits import broken, timeout, trunk_added, whole_tenant
from .repository import tenant
from .world import World


def test_a_second_pass_over_the_same_commit_sends_nothing(world: World) -> None:
    async def again() -> None:
        async with world:
            made = world.made
            for _ in range(3):
                assert (await world.pass_()).what == "unchanged"
            assert world.switch.changes == []
            assert world.made - made <= 3
            async with world.agent() as agent:
                await agent.cycle()
                made = world.made
                for _ in range(3):
                    await agent.cycle()
                assert world.made == made, "an agent that stays does not even compile"
            assert world.switch.changes == []

    asyncio.run(again())


async def taken_back(world: World) -> str:
    """A commit that runs, and that the repository does not know any more."""
    first = world.repository.head
    timeout(world.repository.files)
    applied = world.repository.commit()
    await world.settle()
    world.repository.git("reset", "--quiet", "--hard", first)
    return applied


def test_a_rewritten_history_holds(world: World) -> None:
    async def forced() -> None:
        async with world:
            applied = await taken_back(world)
            trunk_added(world.repository.files)
            world.repository.commit("another line")
            assert (await world.pass_()).what == "held"
            assert world.held() == "RewrittenHistory"
            await world.expect(applied)
            world.repository.git("reset", "--quiet", "--hard", applied)
            head = world.repository.commit("on top of what runs again")
            await world.settle()
            await world.expect(head)

    asyncio.run(forced())


def test_a_reset_to_an_older_commit_holds(world: World) -> None:
    async def forced() -> None:
        async with world:
            applied = await taken_back(world)
            assert (await world.pass_()).what == "held"
            assert world.held() == "RewrittenHistory"
            await world.expect(applied)

    asyncio.run(forced())


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return new_key(tmp_path / "alice")


def new_key(path: Path) -> Path:
    """A signing key that SSH made; its public half beside it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


SIGNER = "keys/alice.pub"


async def pinned(world: World, key: Path) -> str:
    """The commit from which on all have to be signed with this key; it runs."""
    world.repository.files["platform.yaml"]["trusted_signers"] = [SIGNER]
    public = world.repository.folder / SIGNER
    public.parent.mkdir()
    public.write_text(key.with_suffix(".pub").read_text())
    commit = world.repository.commit("from here on they are signed")
    await world.settle()
    return commit


def test_an_unsigned_commit_in_the_midst_of_a_range_holds(world: World, key: Path) -> None:
    async def unsigned() -> None:
        async with world:
            first = await pinned(world, key)
            _sign(world, key)
            timeout(world.repository.files)
            world.repository.commit("nobody signed this")
            _sign(world, key)
            assert (await world.pass_()).what == "held"
            assert world.held() == "Unsigned"
            assert "nobody signed this" in str(world.status()["held"]["message"])
            world.repository.git("reset", "--quiet", "--hard", first)
            head = _sign(world, key)
            await world.settle()
            await world.expect(head)

    asyncio.run(unsigned())


def _sign(world: World, key: Path) -> str:
    options = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")
    world.repository.git(
        *options, "commit", "--quiet", "--allow-empty", "--gpg-sign", "-m", "signed"
    )
    return world.repository.head


def test_a_range_may_not_bring_its_own_signer(world: World, key: Path) -> None:
    """Who guards is read from what was applied last: a new key counts from the next commit on."""

    async def brings() -> None:
        async with world:
            applied = await pinned(world, key)
            other = new_key(key.with_name("mallory"))
            (world.repository.folder / SIGNER).write_text(other.with_suffix(".pub").read_text())
            world.repository.git("add", "--all")
            _sign(world, other)
            assert (await world.pass_()).what == "held"
            assert world.held() == "Unsigned"
            await world.expect(applied)

    asyncio.run(brings())


@pytest.mark.parametrize("how", ["moved away", "no answer"])
def test_git_that_is_gone_leaves_the_last_good_running_and_says_since_when(
    world: World, how: str
) -> None:
    async def gone() -> None:
        async with world:
            fetched = world.status()["source"]["fetched_at"]
            good = world.repository.head
            timeout(world.repository.files)
            head = world.repository.commit("nobody sees this yet")
            away = world.folder / "away"
            if how == "moved away":
                world.repository.folder.rename(away)
                result = await world.pass_()
            else:
                result = await world.pass_(site="http://127.0.0.1:1/site.git")
            assert result.what == "held"
            assert world.held() == ("RefusedSource" if away.exists() else "SourceUnreachable")
            status = world.status()
            assert status["source"]["error"]
            assert status["source"]["fetched_at"] in (fetched, None)
            if away.exists():
                away.rename(world.repository.folder)
            assert world.switch.changes == []
            await world.expect(good)
            await world.settle()
            await world.expect(head)

    asyncio.run(gone())


def test_drift_is_healed_while_git_is_gone(world: World) -> None:
    async def gone() -> None:
        async with world:
            away = world.repository.folder.rename(world.folder / "away")
            await world.ask("sofia profile external killgw north")
            await world.drifts("gateway")
            await world.pass_()
            away.rename(world.repository.folder)
            assert [c for c in world.switch.changes if "rescan" in c]
            await world.expect(world.repository.head)

    asyncio.run(gone())


def test_one_invalid_tenant_stops_all(world: World) -> None:
    async def invalid() -> None:
        async with world:
            good = world.repository.head
            timeout(world.repository.files)
            broken(world.repository.files)
            world.repository.commit()
            assert (await world.pass_()).what == "held"
            assert world.held() == "InvalidSite"
            assert world.switch.changes == []
            await world.expect(good)

    asyncio.run(invalid())


def test_or_that_one_alone_stays_as_it_was(world: World) -> None:
    async def invalid() -> None:
        async with world:
            before = world.tenant("beta")
            timeout(world.repository.files)
            broken(world.repository.files)
            world.repository.commit()
            result = await world.pass_(quarantine=True)
            assert result.what == "applied", result
            assert world.tenant("beta") == before
            assert 'name="1002"' not in world.tenant("alpha")
            assert world.status()["tenants_quarantined"].keys() == {"beta"}
            world.repository.files["tenants.d/beta/pbx.yaml"] = tenant(1)["pbx"]
            head = world.repository.commit()
            await world.settle(quarantine=True)
            await world.expect(head)

    asyncio.run(invalid())


def test_an_empty_repository_changes_nothing(world: World) -> None:
    async def empty() -> None:
        async with world:
            good = world.repository.head
            for path in world.repository.folder.iterdir():
                if path.name != ".git":
                    subprocess.run(["rm", "-r", path], check=True)
            world.repository.git("add", "--all")
            world.repository.git("commit", "--quiet", "-m", "all gone")
            assert (await world.pass_()).what == "held"
            assert world.held() == "InvalidSite"
            assert world.switch.changes == []
            await world.expect(good)

    asyncio.run(empty())


@pytest.mark.parametrize("force", [None, 3, 7, 9])
def test_a_mass_deletion_is_refused_until_its_number_is_named(
    world: World, force: int | None
) -> None:
    async def deletes() -> None:
        async with world:
            whole_tenant(world.repository.files)
            good = world.repository.commit()
            await world.settle()
            told = len(world.switch.changes)
            whole_tenant(world.repository.files)
            head = world.repository.commit()
            result = await world.pass_(force=force, allow_disruption=True)
            assert (result.what, world.held()) == ("held", "SafetyLimit")
            assert world.switch.changes[told:] == []
            await world.expect(good)
            assert "--force 8" in result.message
            await world.settle(force=8, allow_disruption=True)
            await world.expect(head)

    asyncio.run(deletes())


def test_the_last_trunk_of_emergency_calls_stays(world: World) -> None:
    async def deletes() -> None:
        async with world:
            world.repository.files["providers.d/north.yaml"]["active"] = False
            world.repository.commit()
            assert (await world.pass_(force=1000)).what == "held"
            assert world.held() in ("SafetyLimit", "InvalidSite")
            assert world.switch.changes == []

    asyncio.run(deletes())
