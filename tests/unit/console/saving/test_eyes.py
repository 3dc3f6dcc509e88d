"""Rules over all tenants name others: who manages one does not read of them when they save."""

from dialform.console.saving.eyes import for_eyes
from dialform.console.saving.finding import Finding
from dialform.schema.diagnostic import Severity

from .conftest import Desk

THEIRS = "000413a00001"
"""A phone of a tenant that is behind this one in the alphabet."""
DEVICE = {"label": "Desk", "vendor": "yealink", "model": "t46s", "lines": [{"extension": "1002"}]}


def test_what_another_tenant_has_is_said_without_its_name_file_or_object(alice: Desk) -> None:
    ops = Desk(alice.stage, "admin")
    checked = alice.check(alice.edit(("devices", THEIRS), DEVICE))
    (one,) = [each for each in checked.findings if each.code == "DF1017"]
    assert "another tenant" in one.message
    assert "nordlicht" not in repr(checked.findings)
    assert (one.tenant, one.place, one.file) == (None, (), "")
    (shown,) = [each for each in ops.check(ops.edit(("devices", THEIRS), DEVICE)).findings if each.code == "DF1017"]  # fmt: skip
    assert shown.file.startswith("tenants.d/nordlicht/")


def test_what_is_in_the_platform_s_files_is_not_told(alice: Desk) -> None:
    one = Finding("DF1099", Severity.WARNING, "pbx2 lacks tenants 'rival'", "see rival", None,
                  ("platform", "hosts"), file="platform.yaml", line=3)  # fmt: skip
    shown = for_eyes(one, alice.visitor)
    assert "rival" not in repr(shown) and "DF1099" in shown.message


def test_one_s_own_findings_are_whole(alice: Desk) -> None:
    one = Finding(
        "DF0001", Severity.ERROR, "tenant 'acme' lacks it", "add it", "acme", ("numbers",)
    )
    assert for_eyes(one, alice.visitor) is one
