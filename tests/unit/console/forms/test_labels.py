"""What forms say of fields and findings."""

import re

import pytest

from dialform.console.forms.labels import told
from dialform.schema.rule import rules


@pytest.mark.parametrize(
    ("message", "hint", "said"),
    [
        ("Ring group 601 has no `no_answer`: callers are hung up on",
         'add no_answer: {voicemail: "..."} or {hangup: true}',
         ("Ring group 601 has no “If nobody answers”: callers are hung up on", "")),
        ("there is no extension '100'", "did you mean '1001'?",
         ("there is no extension '100'", "did you mean '1001'?")),
        ("user bob may not have mailboxes", "add 'fpbx_extension' to the user's permissions",
         ("user bob may not have mailboxes", "add “Extensions” to the user's permissions")),
        ("media/on_hold.wav is not there", "add the file, or correct the path",
         ("media/on_hold.wav is not there", "add the file, or correct the path")),
        ("911 leads nowhere", "add it under inbound_routes:", ("911 leads nowhere", "")),
        ("`caller_id_name` is too long", "write fewer words",
         ("“Name shown outside” is too long", "write fewer words")),
    ],
)  # fmt: skip
def test_findings_name_fields_as_the_form_does(
    message: str, hint: str, said: tuple[str, str]
) -> None:
    assert told(message, hint) == said


def test_who_has_the_files_is_told_what_to_write_there() -> None:
    said = told("there is no mail", "add mail: {smtp: ..., from: ...}", files=True)
    assert said == ("there is no mail", "in the site's files: add mail: {smtp: ..., from: ...}")


def test_no_hint_of_a_rule_is_yaml_to_who_has_no_files() -> None:
    """Every hint of every rule: what is left of it for a tenant has no keys, no braces, no files of the site."""
    found = [one for one in rules() if one.hint]
    assert len(found) > 100
    for rule in found:
        _, hint = told(
            "", re.sub(r"\{(\w+)\}", "x", rule.hint).replace("{{", "{").replace("}}", "}")
        )
        assert not re.search(r"[{}`]|\w+:(?:\s|$)|\.yaml|\b[a-z]+_[a-z]+\b", hint), (
            rule.code,
            hint,
        )
