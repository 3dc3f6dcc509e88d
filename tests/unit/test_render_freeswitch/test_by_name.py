"""Finding people by name: who is found, and in which letters."""

import pytest

from dialform.renderers.freeswitch import render_tenant
from dialform.renderers.freeswitch.by_name import spelled

from . import samples
from .samples import context, extension, mailbox

CODES = (("directory", "*411"),)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Alice Doe", "Alice Doe"), ("Łukasz Żółty", "Lukasz Zolty"), ("Søren Kjær", "Soren Kjaer"),
        ("Ingrid Größe-Müller", "Ingrid GrosseMuller"), ("Zoë O'Connor 🌟", "Zoe OConnor"),
        ("中村 さくら", ""), ("  A  <B> ", "A B"),
    ],
)  # fmt: skip
def test_names_are_written_in_the_letters_of_the_keys(name, letters):
    assert spelled(name) == letters


def _users(codes=CODES, **fields):
    box = mailbox("1999", name="Lone", of_extension=False)
    tenant = samples.tenant(
        extensions=(extension("1001", **fields),), mailboxes=(box,), feature_codes=codes
    )
    files = samples.xml(render_tenant(tenant), "directory.xml")
    return {user.get("id"): user for user in files.findall("domain/groups/group/users/user")}


def _hidden(user):
    return samples.settings(user.find("params")).get("directory-visible") == "false"


def _found_as(user):
    return samples.settings(user.find("variables"), "variable").get("directory_full_name")


def test_the_person_s_name_goes_before_the_extension_s():
    users = _users(name="Desk", full_name="Jürgen Weiß")
    assert _found_as(users["1001"]) == "Jurgen Weiss" and not _hidden(users["1001"])
    assert _found_as(_users(name="Alice Doe")["1001"]) is None, "said already"


@pytest.mark.parametrize("fields", [{"listed": False}, {"type": "fax"}, {"name": "中村"}])
def test_some_are_not_found(fields):
    assert _hidden(_users(**fields)["1001"])


def test_a_mailbox_is_nobody():
    assert _hidden(_users()["1999"])


def test_without_the_code_nothing_is_said_of_it():
    users = _users(codes=(), name="Jürgen", listed=False)
    assert not _hidden(users["1001"]) and not _hidden(users["1999"])
    files = render_tenant(samples.tenant(feature_codes=()))
    phones = context(samples.xml(files, "dialplan.xml"), "acme")
    assert phones.find("extension[@name='directory']") is None
