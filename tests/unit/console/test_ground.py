"""What the portal stands on moves under it: an apply, a compile without an agent, a switch that is away."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from dialform.console.clocks import Clocks
from dialform.console.errors import Away
from dialform.console.ground import AGAIN, Ground
from dialform.console.site import Site
from dialform.console.visitor import visitor_of
from dialform.reconcile.folders import Folders
from dialform.reconcile.layout import Layout

from .stage import Stage, compile_site


def test_a_new_compile_is_seen_at_the_next_request(stage: Stage) -> None:
    before = stage.ground.released()
    assert stage.ground.released() is before
    path = stage.site / "tenants.d/acme/pbx.yaml"
    path.write_text(
        path.read_text("utf-8").replace("name: Alice Doe, email", "name: Alice Poe, email"), "utf-8"
    )
    compile_site(stage.site, stage.out, stage.secrets)
    found = visitor_of(stage.ground.released(), 1, "alice", "acme/alice")
    assert found is not None and found.name == "Alice Poe"


def test_of_a_new_generation_only_the_tenants_that_it_changes_are_read(stage: Stage) -> None:
    before = stage.ground.released()
    read = {slug: before.tenant(slug) for slug in before.slugs}
    assert all(read.values())
    path = stage.site / "tenants.d/janes-bakery.yaml"
    path.write_text(path.read_text("utf-8").replace("company: ", "company: New "), "utf-8")
    compile_site(stage.site, stage.out, stage.secrets)
    after = stage.ground.released()
    assert after is not before
    kept = [slug for slug in after.slugs if after.tenant(slug) is read[slug]]
    assert kept == [slug for slug in before.slugs if slug != "janes-bakery"]
    changed = after.tenant("janes-bakery")
    assert changed is not None and changed.tenant.company.startswith("New ")


def test_a_file_of_media_that_came_is_known_though_all_else_is_as_it_was(stage: Stage) -> None:
    before = Site(stage.site)
    assert before.view is not None
    shutil.copy(stage.site / "media/acme/logo.png", stage.site / "media/acme/new.png")
    view = Site(stage.site, before=before).view
    assert view is not None and "media/acme/new.png" in view.files


def test_who_is_not_in_the_site_any_more_is_nobody(stage: Stage) -> None:
    async def status() -> int:
        async with stage.browser("user") as bob:
            return (await bob.get("/")).status_code

    assert asyncio.run(status()) == 200
    path = stage.site / "tenants.d/acme/pbx.yaml"
    text = (
        path.read_text("utf-8")
        .replace("  bob:   {name", "  robert: {name")
        .replace("user: bob", "user: robert")
    )
    path.write_text(text, "utf-8")
    compile_site(stage.site, stage.out, stage.secrets)
    assert asyncio.run(status()) == 303


def test_a_switch_that_is_away_is_told_in_a_sentence(stage: Stage) -> None:
    with pytest.raises(Away, match="The switch cannot be asked"):
        asyncio.run(stage.ground.api("status"))


def test_an_admin_is_whom_the_platform_lists_and_nobody_else(stage: Stage) -> None:
    site = stage.ground.released()
    assert visitor_of(site, 1, "x", "@ops") is not None
    assert visitor_of(site, 1, "x", "@OPS") is not None
    for nobody in (
        "@nobody",
        "acme/nobody",
        "nowhere/alice",
        "alice",
        "",
        "acme/",
        "../acme/alice",
    ):
        assert visitor_of(site, 1, "x", nobody) is None


def test_folders_are_not_looked_for_at_each_call_and_an_apply_is_seen_at_once(
    tmp_path: Path,
) -> None:
    looked: list[Path] = []
    state = tmp_path / "agent"
    for name in ("first", "second"):
        (state / "generations" / name).mkdir(parents=True)
    link = Layout(state).current
    link.symlink_to("generations/first")

    def find() -> Folders:
        looked.append(link.resolve())
        return Folders((link.resolve(),), state)

    steady = [100.0]
    clocks = Clocks(steady=lambda: steady[0])
    nothing: Any = None
    ground = Ground(
        find=find, settings=nothing, ledger=nothing, store=nothing, state=tmp_path, clocks=clocks
    )  # fmt: skip
    assert all(ground.folders().current.name == "first" for _ in range(5))
    assert len(looked) == 1
    link.unlink()
    link.symlink_to("generations/second")
    assert ground.folders().current.name == "second"  # an apply
    assert len(looked) == 2
    steady[0] += AGAIN + 0.1
    ground.folders()
    assert len(looked) == 3
