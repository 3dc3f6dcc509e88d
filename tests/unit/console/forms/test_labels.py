"""What forms say of fields and findings."""

import pytest

from dialform.console.forms.labels import told


@pytest.mark.parametrize(
    ("message", "hint", "said"),
    [
        ("Ring group 601 has no `no_answer`: callers are hung up on",
         'add no_answer: {voicemail: "..."} or {hangup: true}',
         ("Ring group 601 has no “If nobody answers”: callers are hung up on", "")),
        ("there is no extension '100'", "did you mean '1001'?",
         ("there is no extension '100'", "did you mean '1001'?")),
        ("`caller_id_name` is too long", "write fewer words",
         ("“Name shown outside” is too long", "write fewer words")),
    ],
)  # fmt: skip
def test_findings_name_fields_as_the_form_does(
    message: str, hint: str, said: tuple[str, str]
) -> None:
    assert told(message, hint) == said
