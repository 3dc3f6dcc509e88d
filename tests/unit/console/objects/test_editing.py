"""Objects are changed by forms: each change is a commit, checked, in the visitor's name."""

import asyncio
import re
from collections.abc import Callable

from dialform.console.accounts import accounts

from ..stage import Stage, git
from .visit import branches, change, differences, filled, main_file

EXTENSION = "/t/acme/extensions/1002"


def test_a_change_is_one_line_on_a_branch_in_the_editors_name(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            done = await change(alice, f"{EXTENSION}/edit", name="Robert Roe")
            assert done.status_code == 303
            (branch,) = branches(stage)
            assert done.headers["location"].startswith("/changes/")
            old, new = differences(stage, branch)
            assert new == "+" + old[1:].replace("Bob Roe", "Robert Roe")
            assert git(
                stage.remote, "log", "-1", "--format=%an <%ae>%n%s", branch
            ).splitlines() == [
                "Alice Doe <alice@acme.example>",
                "Change extension 1002 of acme (by acme/alice in the portal)",
            ]

    asyncio.run(look())


def test_what_it_would_change_is_shown_before_it_is_saved(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            page = await change(alice, f"{EXTENSION}/edit", "check", name="Robert Roe")
            assert page.status_code == 200
            assert "Bob Roe → Robert Roe" in page.text
            assert "call tests pass" in page.text
            assert 'value="Robert Roe"' in page.text
            assert branches(stage) == []

    asyncio.run(look())


def test_findings_stand_beside_their_field(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            page = await change(alice, f"{EXTENSION}/edit", name="", ring_timeout="soon")
            assert page.status_code == 422
            assert "This is needed." in below(page.text, "f-name")
            assert "must be a whole number" in below(page.text, "f-ring_timeout")
            page = await change(alice, f"{EXTENSION}/edit", caller_id="+12125550999")
            assert page.status_code == 422
            assert "+12125550999" in below(page.text, "f-caller_id")
            assert branches(stage) == []

    asyncio.run(look())


def below(text: str, id_: str) -> str:
    """What a field's box holds."""
    start = text.index(f'id="{id_}"')
    return text[start : text.index("</div>", start)]


def test_a_user_changes_of_their_own_what_is_theirs_and_nothing_else(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(self_service=["forwarding"])

    async def look() -> None:
        async with stage.browser("user") as bob:
            listed = await bob.get("/t/acme/extensions")
            assert "1002" in listed.text
            assert "Alice" not in listed.text
            assert (await bob.get("/t/acme/extensions/1001")).status_code == 404
            assert (await bob.get("/t/acme/extensions/1001/edit")).status_code == 404
            assert (await bob.get(f"{EXTENSION}/delete")).status_code == 403
            assert (await bob.get("/t/acme/extensions/new")).status_code == 403
            page = await bob.get(f"{EXTENSION}/edit")
            assert re.search(r'id="f-name"[^>]* disabled', page.text)
            sent = filled(page, busy__target="1999")
            assert "name" not in sent
            # What the form does not offer, nobody can smuggle in.
            done = await bob.post(f"{EXTENSION}/edit", {**sent, "name": "Boss", "toll": "premium"})
            assert done.status_code == 303
            assert branches(stage) == []  # self-service: it is merged
            pbx = main_file(stage, "tenants.d/acme/pbx.yaml")
            assert 'busy: {voicemail: "1999"}' in pbx
            assert "Boss" not in pbx

    asyncio.run(look())


def test_two_who_change_one_object(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(self_service=["extensions"])

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice, stage.browser("admin") as ops:
            mine, theirs = await alice.get(f"{EXTENSION}/edit"), await ops.get(f"{EXTENSION}/edit")
            done = await ops.post(f"{EXTENSION}/edit", filled(theirs, name="Rob Roe"))
            assert done.status_code == 303
            # Another field: both hold.
            done = await alice.post(f"{EXTENSION}/edit", filled(mine, ring_timeout="40"))
            assert done.status_code == 303
            pbx = main_file(stage, "tenants.d/acme/pbx.yaml")
            assert "name: Rob Roe" in pbx
            assert "ring_timeout: 40" in pbx
            # The same field: she is shown both, and nothing is lost.
            page = await alice.post(f"{EXTENSION}/edit", filled(mine, name="Robert"))
            assert page.status_code == 409
            assert "<td>Rob Roe</td><td>Robert</td>" in page.text
            assert 'value="Robert"' in page.text
            # She has seen it, and saves again.
            done = await alice.post(f"{EXTENSION}/edit", {**filled(page), "act": "save"})
            assert done.status_code == 303
            assert "name: Robert" in main_file(stage, "tenants.d/acme/pbx.yaml")

    asyncio.run(look())


def test_rows_come_and_go_without_scripts(stage: Stage) -> None:
    group = "/t/acme/ring-groups/600/edit"

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            page = await change(alice, group, "add:members")
            assert page.status_code == 200
            sent = filled(page, members__2__number="1003")
            page = await alice.post(group, {**sent, "act": "remove:members.0"})
            page = await alice.post(group, {**filled(page), "act": "up:members.1"})
            done = await alice.post(group, {**filled(page), "act": "save"})
            assert done.status_code == 303
            (branch,) = branches(stage)
            assert 'members: ["1003", {number: "1002", delay: 5}]' in differences(stage, branch)[1]

    asyncio.run(look())


def test_what_was_typed_and_not_saved_is_found_again(stage: Stage) -> None:
    accounts.create(
        stage.ground.database, "acme/alice", now=0, email="alice@acme.example", login="alice"
    )

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            done = await change(alice, f"{EXTENSION}/edit", "draft", name="Bobby")
            assert done.status_code == 204
            page = await alice.get(f"{EXTENSION}/edit")
            assert "Go on with that" in page.text
            assert 'value="Bob Roe"' in page.text
            assert 'value="Bobby"' in (await alice.get(f"{EXTENSION}/edit?draft=1")).text
            await alice.post(f"{EXTENSION}/edit", {"act": "forget"})
            assert "Go on with that" not in (await alice.get(f"{EXTENSION}/edit")).text

    asyncio.run(look())


def test_new_copied_and_removed(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(self_service=["extensions", "follow_me", "schedules"])

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            page = await alice.get("/t/acme/extensions/new?from=1002")
            taken = await alice.post("/t/acme/extensions/new", filled(page, _key="1003"))
            assert taken.status_code == 422
            assert "There is extension 1003 already." in taken.text
            mine = filled(page, _key="1007", user="", voicemail__email="")
            done = await alice.post("/t/acme/extensions/new", mine)
            assert done.headers["location"] == "/t/acme/extensions/1007"
            assert (
                "toll: international"
                in main_file(stage, "tenants.d/acme/pbx.yaml").split('"1007"')[1]
            )
            asked = await alice.get("/t/acme/schedules/office/delete")
            assert "inbound" in asked.text.lower() or "number +12125550199" in asked.text
            assert "disabled" in asked.text  # an inbound route names it
            asked = await alice.get("/t/acme/follow-me/1002/delete")
            was = re.findall(r'name="_was" value="(\w+)"', asked.text)[0]
            done = await alice.post("/t/acme/follow-me/1002/delete", {"_was": was})
            assert done.status_code == 303
            # It is all that there is of follow-me: that is more than the safety limits let pass at once.
            (branch,) = branches(stage)
            assert any(
                "19175550123" in line for line in differences(stage, branch) if line[0] == "-"
            )

    asyncio.run(look())


def test_a_new_number_is_written_wherever_the_old_one_stood(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(self_service=[])
    path = "/t/acme/schedules/office/rename"

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            taken = await alice.post(
                "/t/acme/extensions/1001/rename", {"new": "1002", "act": "save"}
            )
            assert taken.status_code == 422
            page = await alice.post(path, {"new": "opening", "act": "check"})
            assert "Renamed" in page.text
            assert (await alice.post(path, {"new": "opening", "act": "save"})).status_code == 303
            (branch,) = branches(stage)
            lines = differences(stage, branch)
            assert any(line.startswith("+  opening: {open: [") for line in lines)
            assert any('"+12125550199": {schedule: opening' in line for line in lines)
            assert not any("office" in line for line in lines if line[0] == "+")

    asyncio.run(look())
