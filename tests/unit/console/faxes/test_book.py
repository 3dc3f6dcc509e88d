"""Groups and lists: each is a commit in the editor's name, and nobody's but the managers'."""

import json
import subprocess

import pytest

from ..stage import Browser, Stage
from .test_faxes import as_

GROUPS = "/t/acme/faxes/groups"


def written(stage: Stage) -> str:
    """The tenant's file at the newest commit that anybody made."""
    heads = [
        "git",
        "--git-dir",
        str(stage.remote),
        "for-each-ref",
        "--sort=-creatordate",
        "--format=%(objectname)",
    ]
    newest = subprocess.run(heads, check=True, capture_output=True, text=True).stdout.split()[0]
    shown = ["git", "--git-dir", str(stage.remote), "show", f"{newest}:tenants.d/acme/pbx.yaml"]
    return subprocess.run(shown, check=True, capture_output=True, text=True).stdout


def test_a_group_is_made_of_contacts(stage: Stage) -> None:
    async def look(alice: Browser) -> None:
        page = await alice.get(GROUPS)
        assert "medical" in page.text
        assert "City Dentist" in page.text
        done = await alice.post(f"{GROUPS}/new", {"name": "north side", "contacts": ["clinic"]})
        assert done.status_code == 303, done.text
        assert (
            await alice.post(f"{GROUPS}/new", {"name": "", "contacts": "clinic"})
        ).status_code == 422
        assert (await alice.post(f"{GROUPS}/new", {"name": "medical"})).status_code == 422
        assert (await alice.get(f"{GROUPS}/nothing")).status_code == 404

    as_(stage, "tenant_admin", look)
    clinic = next(
        line for line in written(stage).splitlines() if line.strip().startswith("clinic:")
    )
    assert "north side" in clinic
    assert "medical" in clinic


def test_who_leaves_a_group_leaves_it_alone(stage: Stage) -> None:
    async def look(alice: Browser) -> None:
        done = await alice.post(f"{GROUPS}/medical", {"contacts": ["dentist"]})
        assert done.status_code == 303, done.text

    as_(stage, "tenant_admin", look)
    text = written(stage)
    assert 'dentist: {name: City Dentist, fax: "+12125550177", groups: [medical]}' in text
    clinic = next(line for line in text.splitlines() if line.strip().startswith("clinic:"))
    assert "groups" not in clinic
    assert "Harbor Clinic" in clinic


def test_a_list_of_contacts_is_one_change(stage: Stage) -> None:
    sheet = b"key,name,fax,groups\ndentist,City Dentist,(212) 555-0177,medical; teeth\n,New <b>One</b>,,\n"

    async def look(alice: Browser) -> None:
        done = await alice.post(
            "/t/acme/faxes/import",
            {"what": "contacts"},
            files=[("list", ("a.csv", sheet, "text/csv"))],
        )
        assert done.status_code == 303, done.text
        bad = await alice.post(
            "/t/acme/faxes/import",
            {"what": "contacts"},
            files=[("list", ("a.csv", b"key,name\nA B,x\n", "text/csv"))],
        )
        assert bad.status_code == 422
        assert "is no short name" in bad.text
        assert (await alice.post("/t/acme/faxes/import", {"what": "contacts"})).status_code == 422

    as_(stage, "tenant_admin", look)
    text = written(stage)
    assert "teeth" in text
    assert "New <b>One</b>" in text
    acts = [json.dumps(dict(more)) for _, act, more in stage.door.acts if act == "save"]
    assert len(acts) == 1


def test_a_list_of_barred_numbers_is_added(stage: Stage) -> None:
    async def look(alice: Browser) -> None:
        done = await alice.post(
            "/t/acme/faxes/import", {"what": "do-not-call"},
            files=[("list", ("a.csv", b"(212) 555-0112\n+12125550111\n", "text/csv"))],
        )  # fmt: skip
        assert done.status_code == 303, done.text
        sheet = await alice.get("/t/acme/faxes/do-not-call.csv")
        assert "'+12125550111" in sheet.text

    as_(stage, "tenant_admin", look)
    text = written(stage)
    assert "+12125550112" in text
    assert text.count("+12125550111") == 1


@pytest.mark.parametrize("role", ["user", "end_user", "other"])
def test_the_book_is_the_managers(stage: Stage, role: str) -> None:
    async def look(browser: Browser) -> None:
        for path in (
            "groups",
            "groups/medical",
            "groups/new",
            "import",
            "contacts.csv",
            "do-not-call.csv",
        ):
            assert (await browser.get(f"/t/acme/faxes/{path}")).status_code in (403, 404)
        assert (await browser.post(f"{GROUPS}/medical")).status_code in (403, 404)

    as_(stage, role, look)
