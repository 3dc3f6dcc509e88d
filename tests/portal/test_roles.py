"""Each role signs in, sees its own menu and no other, and signs out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .portal import ROLES

THEIRS = {
    "admin": {"Tenants", "Trunks", "Routes", "Packages"},
    "tenant_admin": {"Extensions"},
    "user": {"Voicemail"},
    "end_user": {"Voicemail"},
}
"""Lines of the menu that a role has."""
NOT_THEIRS = {
    "admin": set(),
    "tenant_admin": {"Tenants", "Routes", "Packages"},
    "user": {"Tenants", "Trunks", "Statement", "Users"},
    "end_user": {"Tenants", "Trunks", "Statement", "Users", "Recordings"},
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_signs_in_and_finds_what_is_theirs(open: Callable[..., Any], role: str) -> None:
    page = open(role)
    page.get_by_role("heading", level=1).wait_for()
    menu = set(page.locator("nav a").all_text_contents())
    assert THEIRS[role] <= menu
    assert not NOT_THEIRS[role] & menu


def test_who_signs_out_is_out(open: Callable[..., Any]) -> None:
    from .conftest import sign_in
    from .portal import LOGINS

    page = open("", "/sign-in")
    sign_in(page, LOGINS["end_user"])
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    page.goto("/")
    page.wait_for_url("**/sign-in*")
