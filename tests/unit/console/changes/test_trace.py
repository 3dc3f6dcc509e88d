"""Where a call would go: of one's own tenant, through what runs."""

import asyncio

import httpx
import pytest

from ..stage import Stage


def asked(stage: Stage, who: str, path: str, **query: str) -> httpx.Response:
    async def look() -> httpx.Response:
        async with stage.browser(who) as browser:
            return await browser.get(path, params=query)

    return asyncio.run(look())


def test_a_call_is_followed_to_its_end_with_links_to_what_it_passes(shared: Stage) -> None:
    found = asked(shared, "tenant_admin", "/t/acme/trace", **{"from": "1001", "to": "1002"})
    assert found.status_code == 200
    assert "1001 Alice Doe dials 1002" in found.text
    told = found.text[found.text.index('class="story"') :]
    assert '<a href="/t/acme/extensions/1002">extension 1002</a>' in told
    assert "tenants.d/" not in found.text  # files are an admin's, and the switch's own, too
    assert "tenants/acme/dialplan.xml" not in found.text


def test_an_admin_sees_the_compiled_lines_too(shared: Stage) -> None:
    found = asked(shared, "admin", "/t/acme/trace", **{"from": "1001", "to": "*98"})
    assert "tenants/acme/dialplan.xml:" in found.text


def test_what_is_given_changes_where_it_goes(shared: Stage) -> None:
    plain = asked(shared, "tenant_admin", "/t/acme/trace", **{"from": "1001", "to": "1002"})
    busy = asked(
        shared, "tenant_admin", "/t/acme/trace", **{"from": "1001", "to": "1002", "busy": "1002"}
    )
    assert "rings 1002" in plain.text and ": busy" not in plain.text
    assert ": busy" in busy.text


@pytest.mark.parametrize(
    ("caller", "to", "sentence"),
    [
        ("1999", "1001", "There is no extension 1999 here."),
        ("+19175550100", "+19175550199", "is none of them"),
        ("+19175550100", "<script>", "cannot be dialled"),
        ("1001", "anonymous", "cannot be dialled"),
    ],
)
def test_a_call_that_cannot_be_made_is_one_sentence(
    shared: Stage, caller: str, to: str, sentence: str
) -> None:
    found = asked(shared, "tenant_admin", "/t/acme/trace", **{"from": caller, "to": to})
    assert found.status_code == 422
    assert sentence in found.text
    assert "<script>" not in found.text.replace("<script src", "")


def test_another_tenants_number_looks_like_nobodys(shared: Stage) -> None:
    theirs, nobodys = (
        asked(shared, "tenant_admin", "/t/acme/trace", **{"from": "+19175550100", "to": number})
        for number in ("+15045550142", "+15045550999")
    )
    assert theirs.status_code == nobodys.status_code == 422
    assert theirs.text.replace("+15045550142", "#") == nobodys.text.replace("+15045550999", "#")


def test_a_moment_that_is_none_is_told(shared: Stage) -> None:
    found = asked(
        shared, "tenant_admin", "/t/acme/trace", **{"from": "1001", "to": "1002", "at": "soon"}
    )
    assert found.status_code == 422
    assert "is no moment" in found.text


@pytest.mark.parametrize("role", ["user", "end_user", "other"])
def test_who_does_not_manage_the_tenant_follows_no_call(shared: Stage, role: str) -> None:
    found = asked(shared, role, "/t/acme/trace", **{"from": "1001", "to": "1002"})
    assert found.status_code in (403, 404)
