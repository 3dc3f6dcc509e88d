"""What forms say of fields and findings."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dialform.console.forms.labels import told
from dialform.schema.export import schema_of
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
        ("names secret 'acme_door', which is not there", "write 'acme_door' with another name",
         ("names secret 'acme_door', which is not there", "write 'acme_door' with another name")),
        ("unknown key 'no_anwser'", "did you mean 'no_answer'?",
         ("unknown key 'no_anwser'", "did you mean “If nobody answers”?")),
        ("it needs the permission 'ring_groups'", "add 'ring_groups'",
         ("it needs the permission “Ring groups”", "add “Ring groups”")),
    ],
)  # fmt: skip
def test_findings_name_fields_as_the_form_does(
    message: str, hint: str, said: tuple[str, str]
) -> None:
    assert told(message, hint) == said


@pytest.mark.parametrize("document", ["tenant", "platform", "billing", "provider"])
def test_every_key_of_the_format_has_a_name_in_a_sentence(document: str) -> None:
    """Of several words: one word may be any word of a sentence."""
    keys = {key for key in _keys(schema_of(document)) if "_" in key}
    assert keys
    for key in keys:
        said, _ = told(f"it has no '{key}' yet", "")
        assert re.fullmatch("it has no “[^“”'_]([^_“”]*)” yet", said), said


def _keys(node: Any) -> Iterator[str]:
    """The keys of all maps that a JSON Schema speaks of."""
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _keys(one)
    if isinstance(node, dict) and isinstance(found := node.get("properties"), dict):
        for key, inner in found.items():
            if "The same as" not in inner.get("description", ""):
                yield key


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
