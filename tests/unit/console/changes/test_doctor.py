"""What is wrong, by what people report: each sees their own scope, and a page does not wait for ever."""

import asyncio

import pytest

from dialform.console.changes import diagnosing, doctor
from dialform.console.changes.diagnosing import Asked, Diagnoses, for_tenant
from dialform.console.changes.symptoms import SYMPTOMS
from dialform.console.errors import Away
from dialform.reconcile.doctor.finding import Finding, Level
from dialform.reconcile.doctor.table import CHECKS

from ..stage import Stage
from .test_trace import asked


def test_a_phone_that_nobody_finds_is_explained(shared: Stage) -> None:
    found = asked(shared, "tenant_admin", "/t/acme/doctor", symptom="phone", about="1001")
    assert found.status_code == 200
    assert "A phone logs in as user `1001`" in found.text.replace("&#39;", "'")
    assert "Looked at:" not in found.text  # files are of no use there


def test_an_admin_sees_where_it_was_looked(shared: Stage) -> None:
    found = asked(shared, "admin", "/t/acme/doctor", symptom="phone", about="1001")
    assert "Looked at:" in found.text


def test_who_lacks_something_is_told_which_link_is_broken(shared: Stage) -> None:
    found = asked(shared, "tenant_admin", "/t/acme/doctor", symptom="lacks", about="carol")
    assert "carol of acme" in found.text


@pytest.mark.parametrize(
    ("symptom", "about"), [("phone", "+12125550199"), ("phone", "1999"), ("lacks", "jane"), ("arrive", "+15045550142")]
)  # fmt: skip
def test_what_is_not_ones_own_cannot_be_asked_about(
    shared: Stage, symptom: str, about: str
) -> None:
    found = asked(shared, "tenant_admin", "/t/acme/doctor", symptom=symptom, about=about)
    assert found.status_code == 422
    assert "here." in found.text


def test_what_is_of_the_whole_host_is_an_admins(shared: Stage) -> None:
    found = asked(shared, "tenant_admin", "/t/acme/doctor", symptom="billing")
    assert found.status_code == 200 and 'id="found"' not in found.text
    assert asked(shared, "tenant_admin", "/admin/doctor", symptom="all").status_code == 403
    assert 'id="found"' in asked(shared, "admin", "/admin/doctor", symptom="trunk", about="mycarrier").text  # fmt: skip


def test_of_the_platform_a_tenant_hears_no_more_than_that_something_is_wrong() -> None:
    found = [
        Finding(Level.PROBLEM, "gateway mycarrier", "x", "It is not registered.", "secret", "`dialform x`"),
        Finding(Level.OK, "extension 1001 of acme", "file", "All is well."),
        Finding(Level.WARNING, "faxes of nordlicht", "x", "They wait."),
        Finding(Level.WARNING, "calls of acme-two", "x", "Refused."),
        Finding(Level.WARNING, "calls of acme", "x", "Refused.", "No credit.", "`dialform billing`"),
    ]  # fmt: skip
    told = for_tenant(found, "acme")
    texts = " ".join(
        f"{one.about} {one.found} {one.cause} {one.way_out} {one.looked}" for one in told
    )
    assert "nordlicht" not in texts and "acme-two" not in texts and "mycarrier" not in texts
    assert "dialform" not in texts and "secret" not in texts
    assert [one.about for one in told] == [
        "the platform",
        "calls of acme",
        "extension 1001 of acme",
    ]
    assert told[1].cause == "No credit." and "operators" in told[1].way_out


def test_symptoms_ask_for_checks_that_there_are() -> None:
    for one in SYMPTOMS:
        assert set(one.checks) <= CHECKS.keys(), one.key
        if one.asks:
            assert any(one.asks in check.about for check in CHECKS.values()), one.key
            assert one.asks in doctor._LABELS


def test_a_page_waits_no_longer_than_it_says_and_the_run_goes_on(
    shared: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    go, ran = threading.Event(), []

    def slow(*_: object) -> list[Finding]:
        ran.append(1)
        assert go.wait(30)
        return [Finding(Level.OK, "it", "", "There it is.")]

    monkeypatch.setattr(diagnosing, "_examined", slow)
    monkeypatch.setattr(diagnosing, "PATIENCE", 0.01)

    async def look() -> None:
        diagnoses = Diagnoses(shared.ground)
        with pytest.raises(Away, match="load this page again"):
            await diagnoses.findings(Asked())
        with pytest.raises(Away, match="load this page again"):
            await diagnoses.findings(Asked())  # the same run
        with pytest.raises(Away, match="load this page again"):
            await diagnoses.findings(Asked((), "acme"))
        with pytest.raises(Away, match="Others"):
            await diagnoses.findings(Asked((), "nordlicht"))
        go.set()
        await asyncio.gather(*diagnoses._running.values())
        assert (await diagnoses.findings(Asked()))[0].found == "There it is."
        assert len(ran) == 2

    asyncio.run(look())
