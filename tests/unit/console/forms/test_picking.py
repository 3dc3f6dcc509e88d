"""What is one of a few objects is chosen from a list; secrets of a host are named by who looks after hosts."""

import pytest

from dialform.console.forms import MISSING, Form, Look
from dialform.console.forms.picking import MOST, pick
from dialform.console.forms.reading import node_of
from dialform.schema.queue import CallQueue
from dialform.schema.telephony import Extension

from .page import html_of, sent_by

USERS = {"users": [("alice", "Alice Doe"), ("bob", "")]}
ALICE = {"name": "Alice", "user": "alice"}


def test_an_object_is_chosen_by_its_name_and_stays_what_it_was() -> None:
    form = Form.of(node_of(Extension), ALICE)
    pick(form.root, USERS)
    (user,) = (one for one in form.root.all() if one.name == "user")
    assert user.choices == (("", ""), ("alice", "Alice Doe (alice)"), ("bob", "bob"))
    assert "Nobody" in html_of(form)
    assert Form.of(node_of(Extension), ALICE).parse(sent_by(html_of(form))).data == ALICE


def test_what_is_not_there_any_more_is_not_lost() -> None:
    form = Form.of(node_of(Extension), {**ALICE, "user": "eve"})
    pick(form.root, USERS)
    assert form.parse(sent_by(html_of(form))).data["user"] == "eve"


@pytest.mark.parametrize("offers", [{}, {"users": [(str(one), "") for one in range(MOST + 1)]}])
def test_of_nothing_and_of_very_many_it_is_typed(offers: dict[str, list[tuple[str, str]]]) -> None:
    form = Form.of(node_of(Extension), ALICE)
    pick(form.root, offers)
    assert {one.kind for one in form.root.all() if one.name == "user"} == {"text"}


def test_a_list_that_must_not_be_empty_begins_with_a_row_that_is_nothing_until_it_is_filled() -> (
    None
):
    queue = Form.of(node_of(CallQueue), MISSING)
    assert [one.inner for one in queue.root.all() if one.name == "agents"] == [[]]
    from dialform.schema.music import MusicOnHold

    form = Form.of(node_of(MusicOnHold), MISSING)
    assert [len(one.inner) for one in form.root.all() if one.name == "files"] == [1]
    assert form.parse(sent_by(html_of(form))).data in (MISSING, {})


@pytest.mark.parametrize("host", [True, False])
def test_a_secret_of_the_host_is_named_by_who_looks_after_it(host: bool) -> None:
    look = Look(host=host)
    form = Form.of(node_of(Extension), {"name": "Alice"}, look=look)
    assert ("A file of the host" in html_of(form)) is host
    sent = sent_by(html_of(form), password__how="secret", password__name="another-tenants")
    made = form.parse(sent).data
    assert made.get("password") == ({"secret": "another-tenants"} if host else None)
    kept = Form.of(node_of(Extension), {"name": "A", "password": {"secret": "mine"}}, look=look)
    assert ("file of the host" in html_of(kept)) is host
    assert kept.parse(sent_by(html_of(kept))).data["password"] == {"secret": "mine"}
    assert ('value="mine"' in html_of(kept)) is host
    assert ("its name on the host" in html_of(kept)) is host
