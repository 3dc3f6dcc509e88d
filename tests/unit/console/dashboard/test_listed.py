"""The pages of findings: what is wrong in the site that runs, whose it is, and the way out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import pytest

from dialform.console.dashboard.findings import Findings, findings_of
from dialform.console.dashboard.listed import object_of
from dialform.console.saving.eyes import without_others
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.rules import access, platform
from dialform.values import replace

from ..stage import Stage


def a(
    file: str, message: str = "is wrong", line: int = 1, column: int = 1, **more: object
) -> Diagnostic:
    code, severity = str(more.get("code", "DF0501")), more.get("severity", Severity.WARNING)
    assert isinstance(severity, Severity)
    return Diagnostic(code, severity, file, line, column, column + 1, message, "mend it")


def told(stage: Stage, role: str, path: str, found: Sequence[Diagnostic] | None = None) -> str:
    stage.ground.parts.clear()  # of another loop

    async def looked(self: Findings, site: object) -> list[Diagnostic]:
        return list(found or ())

    async def look() -> str:
        async with stage.browser(role) as browser:
            findings = findings_of(stage.ground)
            if found is not None:
                findings._look = looked.__get__(findings)  # type: ignore[method-assign]
            else:
                while await findings.listed() is None:
                    pass
            answer = await browser.get(path)
            assert answer.status_code == 200
            return answer.text[answer.text.index("<main") :]

    return asyncio.run(look())


def test_a_finding_has_its_object_and_the_way_out(stage: Stage) -> None:
    text = told(stage, "tenant_admin", "/t/acme/findings")
    assert "DF0501" in text and "a secret is written in plain text" in text
    assert re.search(r'<a href="/t/acme/conferences/900">Conference 900<', text)
    assert ".yaml" not in text, "files are for those who write them"


def test_an_admin_is_told_the_file_the_line_and_what_the_rule_is_about(stage: Stage) -> None:
    text = told(stage, "admin", "/admin/findings")
    assert re.search(r"tenants\.d/acme/pbx\.yaml:\d+", text)
    assert "of acme" in text and '<details class="small">' in text


def test_who_has_no_files_reads_fields_as_forms_call_them_and_finds_them_so(stage: Stage) -> None:
    found = [replace(a("tenants.d/acme/pbx.yaml", "Ring group 601 has no `no_answer`"),
                     hint='add no_answer: {voicemail: "1001"}')]  # fmt: skip
    path = "/t/acme/findings?q=nobody+answers"
    text = told(stage, "tenant_admin", path, found)
    assert "Ring group 601 has no “If nobody answers”" in text
    assert "no_answer" not in text and "Way out:" not in text
    text = told(stage, "admin", "/admin/findings", found)
    assert "in the site&#39;s files: add no_answer: {voicemail: &#34;1001&#34;}" in text


def test_a_tenant_s_page_has_no_other_tenant_s_findings(stage: Stage) -> None:
    found = [a("tenants.d/acme/x.yaml", "of ours"), a("tenants.d/acme-two.yaml", "of theirs"),
             a("tenants.d/nordlicht.yaml", "of theirs"), a("platform.yaml", "of all")]  # fmt: skip
    text = told(stage, "tenant_admin", "/t/acme/findings", found)
    assert "of ours" in text and "of theirs" not in text and "of all" not in text
    text = told(stage, "admin", "/admin/findings", found)
    assert "of ours" in text and text.count("of theirs") == 2 and "of all" in text


@pytest.mark.parametrize(
    "message",
    [
        platform.DidTwice.message.format(did="+1", other="tenant 'rival'"),
        platform.DeviceTwice.message.format(mac="aa", other="tenant 'rival'"),
        platform.TwoTenantsOneDomain.message.format(domain="pbx.example.com", other="rival"),
        access.HandleTwice.message.format(handle="@x", other="user 'rita' of tenant 'rival'"),
    ],
)
def test_what_two_tenants_have_names_only_one_s_own(message: str) -> None:
    shown = without_others(message, "acme")
    assert "rival" in message
    assert "rival" not in shown and "rita" not in shown
    assert "another tenant" in shown


def test_one_s_own_name_stays() -> None:
    message = "it is in tenant 'acme' too"
    assert without_others(message, "acme") == message


def test_errors_stand_first_and_each_kind_by_itself(stage: Stage) -> None:
    found = [a("tenants.d/acme.yaml", "slight"), a("tenants.d/acme.yaml", "great", severity=Severity.ERROR),
             a("tenants.d/acme.yaml", "no matter", severity=Severity.INFO)]  # fmt: skip
    text = told(stage, "tenant_admin", "/t/acme/findings", found)
    assert text.index("great") < text.index("slight") and "no matter" not in text
    text = told(stage, "tenant_admin", "/t/acme/findings?level=error", found)
    assert "great" in text and "slight" not in text
    assert "Way out:" in text and "mend it" in text


def test_nothing_found_says_so(stage: Stage) -> None:
    assert "Nothing was found" in told(stage, "tenant_admin", "/t/acme/findings", [])


@pytest.mark.parametrize(
    ("tenant", "place", "kind", "key"),
    [
        ("acme", ("extensions", "1001", "pin"), "extensions", "1001"),
        ("acme", ("fax", "accounts", "1050", "number"), "fax-accounts", "1050"),
        ("acme", ("fax", "retries"), "fax-settings", ""),
        ("acme", ("emergency", "location"), "company", ""),
        ("acme", ("parking",), "parking", ""),
        ("acme", (), None, ""),
        (None, ("providers", "mycarrier", "host"), "providers", "mycarrier"),
        (None, ("platform", "hosts", "pbx1"), "hosts", "pbx1"),
        (None, ("billing", "rates", "world"), "rates", "world"),
        (None, ("platform", "admins"), "platform", ""),
        (None, (), None, ""),
    ],
)
def test_the_object_that_a_place_is_in(
    tenant: str | None, place: tuple[str, ...], kind: str | None, key: str
) -> None:
    found, named = object_of(tenant, place)
    assert (found.name if found else None, named) == (kind, key)
