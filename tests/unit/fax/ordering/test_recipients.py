"""Whom a fax goes to: each once, all that is wrong at once."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.fax.ordering.recipients import Checked, Wish, checked, grouped, typed
from dialform.fax.released import Account, Company, Contact, Trunk, Way, Ways
from dialform.values import replace

ACCOUNT = Account("1050", "Fax", "+12125550150", "Acme", "", "", ("carol",), "", 3, "fine", True, True,
                  "national", True, True)  # fmt: skip
COMPANY = Company(
    slug="acme", name="Acme Corp", timezone="America/New_York", country="US", language="en",
    suspended=False, plan="standard", cap=0, cap_backend="hash", concurrent_faxes=2, keep_days=0,
    home="1", premium="1900", barred=frozenset({"12125550111"}), barred_prefixes=("1900",),
    accounts={"1050": ACCOUNT},
    contacts={
        "dentist": Contact("dentist", "City Dentist", "+12125550177", "", ("medical",)),
        "doctor": Contact("doctor", "Dr. Poe", "+12125550178", "", ("medical", "friends")),
    },
)  # fmt: skip
WAYS = Ways(
    (Way("us-fax", r"^\+1", "", "", False, "", ("mycarrier",)),),
    {"mycarrier": Trunk("mycarrier", "+", "", "", "", ("PCMU",), "", 0)}, {}, frozenset(),
)  # fmt: skip


def due_of(text: str) -> int:
    if text == "never":
        raise ValueError("is no time")
    return int(text or 0)


def sort(wishes: Iterable[Wish], company: Company = COMPANY, account: Account = ACCOUNT) -> Checked:
    return checked(wishes, company, account, WAYS, due_of)


def test_a_number_is_e164_however_it_is_written() -> None:
    found = sort(typed(["(212) 555-0177", "+1 212.555.0178", "1-212-555-0179"], COMPANY, "--to"))
    assert [one.to for one in found.news] == ["+12125550177", "+12125550178", "+12125550179"]
    assert list(found.routes) == ["us-fax"] * 3
    assert not found.bad


def test_contacts_by_name_and_by_group() -> None:
    (named,) = sort(typed(["dentist"], COMPANY, "--to")).news
    assert (named.to, named.name) == ("+12125550177", "City Dentist")
    assert [one.name for one in sort(grouped(["medical"], COMPANY, "--group")).news] == [
        "City Dentist",
        "Dr. Poe",
    ]


@pytest.mark.parametrize(
    ("wish", "words", "usage"),
    [
        (Wish("--to", "1003"), "'1003' is too short for a +1 number.", True),
        (Wish("--to", "+12125550111"), "+12125550111 is on the do-not-call list.", False),
        (Wish("--to", "+19005550100"), "+19005550100 is on the do-not-call list.", False),
        (Wish("--to", "+442079460000"), "No fax route takes +442079460000", False),
        (Wish("--to", "+12125550177", at="never"), "'never' is no time.", True),
        (Wish("line 3", "", trouble="no number stands there."), "no number stands there.", True),
        (Wish("--to", "1" * 90), "…' is", True),
    ],
)
def test_what_cannot_be_faxed_says_where_and_why(wish: Wish, words: str, usage: bool) -> None:
    (bad,) = sort([wish]).bad
    assert words in bad.words
    assert bad.usage is usage
    assert bad.sentence.startswith(f"{wish.where}: ")
    assert len(bad.sentence) < 200


@pytest.mark.parametrize(
    ("text", "hint"),
    [("dentst", "Did you mean 'dentist'?"), ("zzz", "There is dentist, doctor.")],
)
def test_an_unknown_contact_has_a_hint(text: str, hint: str) -> None:
    (bad,) = sort(typed([text], COMPANY, "--to")).bad
    assert bad.usage
    assert f"'{text}' is neither a number nor a contact with a fax number. {hint}" == bad.words


def test_what_a_list_holds_is_shown_and_not_obeyed() -> None:
    found = sort([Wish("list\x1b[2J", "1\x1b[31m2"), *[Wish("x\x1b", "+12125550177")] * 2])
    assert "\x1b" not in found.bad[0].sentence + found.twice[0]


def test_an_unknown_group_has_a_hint() -> None:
    (bad,) = sort(grouped(["medica"], COMPANY, "--group")).bad
    assert bad.words == "No contact with a fax number is in group 'medica'. Did you mean 'medical'?"


def test_who_is_named_twice_gets_one_fax() -> None:
    wishes = [
        *typed(["212 555 0177"], COMPANY, "--to"),
        *grouped(["medical", "friends"], COMPANY, "--group"),
    ]
    found = sort(wishes)
    assert [one.to for one in found.news] == ["+12125550177", "+12125550178"]
    assert found.twice == [
        "medical, City Dentist: +12125550177 is already there (--to).",
        "friends, Dr. Poe: +12125550178 is already there (medical, Dr. Poe).",
    ]


def test_the_same_number_at_another_time_is_another_fax() -> None:
    found = sort([Wish("a", "+12125550177", at="5"), Wish("b", "+12125550177", at="6")])
    assert [one.due for one in found.news] == [5, 6]


@pytest.mark.parametrize(
    ("company", "account", "words"),
    [
        (replace(COMPANY, suspended=True), ACCOUNT, "suspended"),
        (COMPANY, replace(ACCOUNT, e164=""), "has no number to show"),
        (COMPANY, replace(ACCOUNT, sends=False), "send_fax"),
    ],
)
def test_what_is_wrong_with_the_account_has_no_place(company: Company, account: Account, words: str) -> None:  # fmt: skip
    (bad,) = sort([Wish("--to", "+12125550177")], company, account).bad
    assert words in bad.sentence
    assert not bad.sentence.startswith("--to")
    assert not bad.usage


@given(st.lists(st.text(max_size=20), max_size=10))
def test_each_wish_is_sent_refused_or_there_already(texts: list[str]) -> None:
    found = sort(typed(texts, COMPANY, "--to"))
    assert len(found.news) + len(found.bad) + len(found.twice) == len(texts)
    assert len({one.to for one in found.news}) == len(found.news)
