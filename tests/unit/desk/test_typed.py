"""What is typed at the desk: nothing but numbers and UUIDs comes near the switch."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.desk import dialling, typed
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import Unusable

HOSTILE = (
    "1001\nbgapi system id", "1001\r\n\r\napi shutdown", "1001,user/1002", "1001|error/x", "[a=1]1001",
    "{a=b}1001", "1001' inline", "${system(id)}", "1001 XML outbound", "&hangup", "1001;x=y", "\x00", "",
    "١٠٠١", "1001^^", "sofia/gateway/mycarrier/900", "1" * 40,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_no_number_no_extension_and_no_uuid(text: str) -> None:
    for check in (typed.number, typed.extension, typed.uuid):
        with pytest.raises(Unusable) as refused:
            check(text)
        assert "\n" not in str(refused.value) and "\x00" not in str(refused.value)


@given(st.text())
def test_what_passes_holds_no_sign_with_a_meaning(text: str) -> None:
    for check, pattern in (
        (typed.number, r"[0-9+*#]{1,32}"),
        (typed.extension, r"[0-9]{4,6}"),
        (typed.uuid, r"[0-9a-f-]{36}"),
    ):
        try:
            found = check(text)
        except Unusable:
            continue
        assert re.fullmatch(pattern, found)


def test_numbers_are_taken_as_people_write_them() -> None:
    assert typed.number("+1 (212) 555-0177") == "+12125550177"
    assert typed.number("*98") == "*98"


@given(
    st.dictionaries(st.sampled_from(sorted(dialling._MARKS)), st.text()),
    st.from_regex(r"[0-9+*#]{1,32}", fullmatch=True),
)
def test_a_folder_that_was_edited_by_hand_cannot_add_to_the_dial_string(
    variables: dict[str, str], dialled: str
) -> None:
    customer = Customer("acme", "acme.example.com", {"1001": ""}, variables)
    command = dialling.command(customer, "1001", dialled, "x", "r1")
    head, _, rest = command.removeprefix("originate {^^;").partition("}")
    assert rest == (
        f"user/1001@acme.example.com 'unset:dialform_extension,set:user_name=1001,"
        f"transfer:{dialled} XML acme' inline"
    )
    names = [pair.partition("=")[0] for pair in head.split(";")]
    assert len(names) == len(set(names))
    assert {"\n", "'", "$", "{", "[", "]", "|", "\x00"}.isdisjoint(
        command.replace("'", "", 2).replace("{", "", 1)
    )
