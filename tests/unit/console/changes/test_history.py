"""Changes as pages: what waits and what was merged, each by who may see it, merged, taken back, undone."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from dialform.console.changes.history import VEILED
from dialform.console.errors import Away
from dialform.console.saving import repository
from dialform.console.saving.requests import addresses, remember
from dialform.reconcile.waves.store import open_store

from ..stage import Stage, compile_site, git


def sent(
    stage: Stage, who: str, path: str, data: Mapping[str, Any] | None = None
) -> httpx.Response:
    async def send() -> httpx.Response:
        async with stage.browser(who) as browser:
            return await browser.post(path, data)

    return asyncio.run(send())


def got(stage: Stage, who: str, path: str) -> httpx.Response:
    async def get() -> httpx.Response:
        async with stage.browser(who) as browser:
            return await browser.get(path)

    return asyncio.run(get())


def waiting(stage: Stage, *, who: str = "acme.alice", number: int = 1, tenant: str = "acme") -> str:
    """A branch at the remote that changes one tenant; its id."""
    branch = f"portal/{who}/{number}-louder"
    file = next(
        stage.site.glob(f"tenants.d/{tenant}*/pbx.yaml"), stage.site / f"tenants.d/{tenant}.yaml"
    )
    git(stage.site, "checkout", "--quiet", "-b", branch, "main")
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("name: Bob Roe", "name: Robert Roe").replace("O'Meara, user", "O'Mara, user")
    )
    subject = who.replace(".", "/")
    git(
        stage.site,
        "commit",
        "--quiet",
        "--all",
        "--message",
        f"Another name (by {subject} in the portal)",
    )
    git(stage.site, "push", "--quiet", "origin", branch)
    git(stage.site, "checkout", "--quiet", "main")
    return f"~{who}~{number}-louder"


def merged_commit(stage: Stage, title: str, change: Mapping[str, tuple[str, str]]) -> str:
    """A commit on main at the remote."""
    for path, (old, new) in change.items():
        file = stage.site / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1))
    git(stage.site, "commit", "--quiet", "--all", "--message", title)
    git(stage.site, "push", "--quiet", "origin", "main")
    return git(stage.site, "rev-parse", "HEAD")


def tip(stage: Stage) -> str:
    return git(stage.remote, "rev-parse", "main")


def test_what_waits_is_shown_with_plan_review_tests_and_diff(stage: Stage) -> None:
    name = waiting(stage)
    assert "Another name" in got(stage, "admin", "/admin/changes").text
    assert "Another name" in got(stage, "tenant_admin", "/t/acme/changes").text
    first = got(stage, "tenant_admin", f"/changes/{name}").text
    assert "?checks=1" in first and "Robert Roe" not in first
    page = got(stage, "tenant_admin", f"/changes/{name}?checks=1").text
    assert "Robert Roe" in page
    for part in ("plan-section", "findings", "review", "tests", "diff"):
        assert f'id="{part}"' in page, part
    assert "/merge" not in page  # that is an admin's
    assert "/merge" in got(stage, "admin", f"/changes/{name}?checks=1").text


def test_a_change_of_others_is_not_there(stage: Stage) -> None:
    name = waiting(stage)
    for who in ("user", "end_user", "other"):
        _is_not_there(stage, who, name)


def _is_not_there(stage: Stage, who: str, name: str) -> None:
    assert got(stage, who, f"/changes/{name}").status_code == 404
    assert got(stage, who, f"/changes/{name}?checks=1").status_code == 404
    assert sent(stage, who, f"/changes/{name}/take-back").status_code == 404
    assert sent(stage, who, f"/changes/{name}/merge").status_code == 403
    assert git(stage.remote, "for-each-ref", "refs/heads/portal")


def test_one_sees_and_takes_back_ones_own(stage: Stage) -> None:
    name = waiting(stage, who="acme.bob")
    assert "Another name" in got(stage, "user", "/t/acme/changes").text
    assert got(stage, "user", f"/changes/{name}").status_code == 200
    assert sent(stage, "user", f"/changes/{name}/take-back").status_code == 303
    assert not git(stage.remote, "for-each-ref", "refs/heads/portal")


def test_an_admin_merges_and_nobody_else(stage: Stage) -> None:
    name, before = waiting(stage), tip(stage)
    assert sent(stage, "tenant_admin", f"/changes/{name}/merge").status_code == 403
    assert tip(stage) == before
    done = sent(stage, "admin", f"/changes/{name}/merge")
    assert done.status_code == 303 and done.headers["location"] == f"/changes/{tip(stage)}"
    assert tip(stage) != before
    page = got(stage, "tenant_admin", done.headers["location"])
    assert "not yet" in page.text  # no host has it
    assert "Undo this change" in page.text


def test_a_merged_change_is_undone_by_another_commit_and_later_ones_stay(stage: Stage) -> None:
    first = merged_commit(
        stage, "Another name", {"tenants.d/acme/pbx.yaml": ("Bob Roe", "Rob Roe")}
    )
    merged_commit(stage, "And another", {"tenants.d/acme/pbx.yaml": ("Carol Poe", "Caro Poe")})
    done = sent(stage, "admin", f"/changes/{first}/roll-back")
    assert done.status_code == 303
    said = [text for _, text in stage.door.said]
    assert any("is undone" in text for text in said)
    name = done.headers["location"].rpartition("/")[2]
    commit = name if len(name) == 40 else git(stage.remote, "for-each-ref", "--format=%(objectname)", "refs/heads/portal").split()[0]  # fmt: skip
    text = git(stage.remote, "show", f"{commit}:tenants.d/acme/pbx.yaml")
    assert "Bob Roe" in text and "Caro Poe" in text


def test_the_history_says_who_what_when_and_where_it_runs(stage: Stage) -> None:
    merged_commit(stage, "A longer wait", {"tenants.d/acme/pbx.yaml": ("Bob Roe", "Rob Roe")})
    page = got(stage, "admin", "/admin/changes").text
    assert page.index("A longer wait") < page.index("Our phone system")
    assert "not applied yet" in page and ">runs<" in page
    assert "Ops" in page


def test_a_tenant_sees_no_words_of_what_touches_others_too(stage: Stage) -> None:
    file = stage.site / "tenants.d/acme/account.yaml"
    file.write_text(file.read_text("utf-8") + "# a remark\n")
    commit = merged_commit(
        stage, "Nordlicht pays late", {"tenants.d/janes-bakery.yaml": ("O'Meara", "O'Mara")}
    )
    page = got(stage, "tenant_admin", "/t/acme/changes").text
    assert VEILED.split(",")[0] in page
    assert "Nordlicht pays late" not in page
    assert got(stage, "tenant_admin", f"/changes/{commit}").status_code == 404
    assert sent(stage, "tenant_admin", f"/changes/{commit}/roll-back").status_code == 404
    assert "Nordlicht pays late" in got(stage, "admin", "/admin/changes").text


@pytest.mark.parametrize("name", ["nothing-1", "0" * 40, "-p", "main", "a" * 300])
def test_what_is_no_change_is_not_there(shared: Stage, name: str) -> None:
    assert got(shared, "admin", f"/changes/{name}").status_code == 404


def test_hosts_are_shown_with_what_they_run(shared: Stage) -> None:
    page = got(shared, "admin", "/admin/state")
    assert page.status_code == 200 and "pbx1" in page.text
    assert tip(shared)[:10] in page.text
    assert got(shared, "tenant_admin", "/admin/state").status_code == 403


def test_what_other_hosts_run_comes_from_where_they_leave_word(stage: Stage) -> None:
    file = stage.site / "platform.yaml"
    text = file.read_text("utf-8")
    found = re.search(r"^( +)pbx1:(.*)$", text, re.M)
    assert found
    more = f"{found[1]}pbx2: {{address: 203.0.113.77, wave: 1}}\n"
    file.write_text(text.replace(found[0], more + found[0], 1))
    compile_site(stage.site, stage.out, stage.secrets)
    (stage.folder / "words").mkdir()
    store = open_store(f"folder:{stage.folder / 'words'}", stage.folder)
    stage.ground.statuses = store
    said = {
        "host": "pbx2", "platform": "demo", "wave": 1, "applied": {"commit": tip(stage)}, "version": "1",
        "at": datetime.fromtimestamp(stage.ground.clocks.wall(), UTC).isoformat(),
        "conditions": [{"type": "Ready", "status": "True", "reason": "Applied"}],
    }  # fmt: skip
    asyncio.run(store.publish("pbx2", said))
    page = got(stage, "admin", "/admin/state").text
    assert page.index("pbx1") < page.index("pbx2")  # in the order of the waves
    assert "it says nothing here" not in page
    stage.ground.parts.pop("hosts")
    asyncio.run(store.publish("pbx2", {**said, "conditions": [{"type": "Ready", "status": "False", "reason": "Held"}]}))  # fmt: skip
    stage.ground.statuses = open_store(f"folder:{stage.folder / 'words'}", stage.folder)
    assert "Held" in got(stage, "admin", "/admin/state").text


def test_everybody_is_led_to_the_list_that_is_theirs(shared: Stage) -> None:
    assert got(shared, "admin", "/changes").headers["location"] == "/admin/changes"
    assert got(shared, "user", "/changes").headers["location"] == "/t/acme/changes"


def test_a_page_says_since_when_the_repository_was_not_reached(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not reached" not in got(stage, "tenant_admin", "/t/acme/changes").text
    stage.remote.rename(stage.remote.with_name("away.git"))
    with pytest.raises(Away):
        repository(stage.ground).fetch()
    for path in ("/t/acme/changes", "/t/acme/extensions"):
        page = got(stage, "tenant_admin", path)
        assert page.status_code == 200
        assert re.search(r"not reached since \d{4}-\d\d-\d\d \d\d:\d\d", page.text), path


def test_what_was_entered_is_kept_where_the_repository_is_away(stage: Stage) -> None:
    stage.account()
    page = got(stage, "tenant_admin", "/t/acme/ring-groups/600/edit").text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    stage.remote.rename(stage.remote.with_name("away.git"))
    repository(stage.ground)._asked = float("-inf")
    answer = sent(
        stage, "tenant_admin", "/t/acme/ring-groups/600/edit", {**fields, "name": "My own words"}
    )
    assert answer.status_code == 503
    assert "What you entered is kept." in answer.text and "My own words" in answer.text
    assert "draft" in got(stage, "tenant_admin", "/t/acme/ring-groups/600/edit").text


def test_what_undoing_does_is_shown_before_it_is_done(stage: Stage) -> None:
    first = merged_commit(
        stage, "Another name", {"tenants.d/acme/pbx.yaml": ("Bob Roe", "Rob Roe")}
    )
    before = git(stage.remote, "for-each-ref")
    assert f"/changes/{first}/undo" in got(stage, "tenant_admin", f"/changes/{first}").text
    page = got(stage, "tenant_admin", f"/changes/{first}/undo").text
    for part in ("plan-section", "findings", "review", "tests"):
        assert f'id="{part}"' in page, part
    assert "user bob" in page and "Undo it" in page
    assert f'action="/changes/{first}/roll-back"' in page
    assert git(stage.remote, "for-each-ref") == before  # looking commits nothing
    for who in ("user", "end_user", "other"):
        assert got(stage, who, f"/changes/{first}/undo").status_code == 404
        assert sent(stage, who, f"/changes/{first}/roll-back").status_code == 404


def test_what_others_changed_since_is_named_before_one_tries(stage: Stage) -> None:
    first = merged_commit(
        stage, "Another name", {"tenants.d/acme/pbx.yaml": ("Bob Roe", "Rob Roe")}
    )
    second = merged_commit(
        stage, "Yet another", {"tenants.d/acme/pbx.yaml": ("Rob Roe", "Robin Roe")}
    )
    page = got(stage, "tenant_admin", f"/changes/{first}/undo").text
    assert "cannot be undone by itself" in page and "users › bob › name" in page
    assert f'<a href="/changes/{second}">Yet another</a>' in page
    assert "Undo it" not in page and "tenants.d/" not in page
    sent(stage, "tenant_admin", f"/changes/{first}/roll-back")
    assert any("others changed" in text for _, text in stage.door.said)


def test_what_a_role_may_not_undo_is_said_on_the_page(stage: Stage) -> None:
    made = merged_commit(
        stage, "More a day", {"tenants.d/acme/account.yaml": ("daily: -1", "daily: 7")}
    )
    page = got(stage, "tenant_admin", f"/changes/{made}/undo").text
    assert "Your role does not allow all of it" in page and "Undo it" not in page
    assert "Undo it" in got(stage, "admin", f"/changes/{made}/undo").text


def test_who_does_not_manage_sees_no_lines_of_the_files(stage: Stage) -> None:
    name = waiting(stage, who="acme.bob")
    page = got(stage, "user", f"/changes/{name}?checks=1").text
    assert 'id="plan-section"' in page and "Robert Roe" in page
    assert 'id="diff"' not in page and "@@" not in page and "Carol Poe" not in page
    assert "tenants.d/" not in page
    shown = got(stage, "tenant_admin", f"/changes/{name}?checks=1").text
    assert "<details><summary>Line by line" in shown  # there, and not in the way
    merged = sent(stage, "admin", f"/changes/{name}/merge").headers["location"]
    page = got(stage, "user", merged).text
    assert 'id="plan-section"' in page and 'id="diff"' not in page and "Carol Poe" not in page


def test_the_address_of_a_merge_request_is_not_forgotten(stage: Stage) -> None:
    name = waiting(stage)
    store = repository(stage.ground)
    store.fetch()
    branch = next(one for one in store.heads() if one.startswith("portal/"))
    remember(store, branch, "https://forge.example/ops/site/7")
    stage.ground.parts.clear()  # it starts again
    for path in ("/t/acme/changes", f"/changes/{name}"):
        assert "https://forge.example/ops/site/7" in got(stage, "tenant_admin", path).text
    git(stage.remote, "update-ref", "-d", f"refs/heads/{branch}")
    store = repository(stage.ground)
    store.fetch()
    remember(store, "main", "https://forge.example/ops/site/8")
    assert set(addresses(store)) == {"main"}
