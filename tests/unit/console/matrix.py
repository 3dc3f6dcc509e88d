"""What the pages' addresses are filled with: a row for each kind of name that stands in one.

A page whose address has a `{name}` that no row knows fails the test: whoever adds it says what is whose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dialform.console.page import Page
from dialform.values import dataclass

from .rival import BEGAN

ROLES = ("admin", "tenant_admin", "user", "end_user")

_PARAM = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Row:
    """What can stand in a place of an address.

    `mine` is what each role may name (tenant acme: alice, bob, carol), `others` what is there in acme and
    is neither bob's nor carol's, `rival` what is another tenant's alone. An act, a month, a format has
    neither.
    """

    mine: Mapping[str, str]
    others: tuple[str, ...] = ()
    rival: tuple[str, ...] = ()

    @property
    def any(self) -> str:
        """One of them, to fill an address that is to be refused."""
        return next(iter(self.mine.values()), "") or (*self.others, *self.rival)[0]


def same(value: str, *, others: tuple[str, ...] = (), rival: tuple[str, ...] = ()) -> Row:
    """One that all roles may name."""
    return Row(dict.fromkeys(ROLES, value), others, rival)


def chief(value: str, *rival: str) -> Row:
    """One that only those may name who manage the tenant."""
    return Row({"admin": value, "tenant_admin": value}, (value,), rival)


def word(value: str) -> Row:
    """What is nobody's: an act, a month, a format."""
    return same(value)


def nobody(value: str) -> Row:
    """What is not there: of a thing that only the switch, or a test of its own area, can make."""
    return Row({}, (value,), (value,))


_EXTENSIONS = Row(
    {"admin": "1001", "tenant_admin": "1001", "user": "1002", "end_user": "1003"}, ("1001",), ("3001", "3002"),
)  # fmt: skip
_OWN_EXTENSION = Row(
    {"tenant_admin": "1001", "user": "1002", "end_user": "1003"}, ("1001",), ("3001", "3002")
)
_OWN_BOX = Row({"tenant_admin": "1001", "user": "1002"}, ("1001", "1999"), ("3001", "3999"))


def _faxers(mine: str, rival: str) -> Row:
    """What carol may see of faxes, as who manages the tenant; bob has no account."""
    return Row(dict.fromkeys(("admin", "tenant_admin", "end_user"), mine), (), (rival,))


_UUID = "00000000-0000-4000-8000-000000000001"

ROWS: dict[str, Row] = {
    "/welcome/{token}": word("no-such-token"),
    "/reset/{token}": word("no-such-token"),
    "/t/{tenant}/accounts/{user}": chief("bob", "rita", "ruth"),
    "/t/{tenant}/accounts/{user}/{act}": word("end-sessions"),
    "/admin/accounts/{account:int}": word("2"),
    "/admin/accounts/{account:int}/{act}": word("end-sessions"),
    "/t/{tenant}/extensions/{key}": _EXTENSIONS,
    "/t/{tenant}/devices/{key}": Row(
        {"admin": "aabbcc112233", "tenant_admin": "aabbcc112233", "user": "aabbcc112233", "end_user": "carol-web"},
        (), ("aabbcc999999", "rival-web"),
    ),
    "/t/{tenant}/device-profiles/{key}": chief("office", "rivalprofile"),
    "/t/{tenant}/ring-groups/{key}": chief("600", "660"),
    "/t/{tenant}/call-queues/{key}": chief("800", "880"),
    "/t/{tenant}/ivr-menus/{key}": chief("700", "770"),
    "/t/{tenant}/inbound-routes/{key}": chief("+12125550199", "+12125550288"),
    "/t/{tenant}/schedules/{key}": chief("office", "rivaloffice"),
    "/t/{tenant}/voicemails/{key}": Row(
        {"admin": "1999", "tenant_admin": "1999"}, ("1999",), ("3999",)
    ),
    "/t/{tenant}/conferences/{key}": chief("900", "990"),
    "/t/{tenant}/follow-me/{key}": Row(
        {"admin": "1002", "tenant_admin": "1002", "user": "1002"}, (), ("3002",)
    ),
    "/t/{tenant}/music/{key}": chief("default", "rivalmusic"),
    "/t/{tenant}/paging/{key}": chief("950", "955"),
    "/t/{tenant}/fax-accounts/{key}": Row(
        {"admin": "1050", "tenant_admin": "1050", "end_user": "1050"}, (), ("3050",)
    ),
    "/t/{tenant}/fax-documents/{key}": chief("directions", "rivaldoc"),
    "/t/{tenant}/contacts/{key}": chief("dentist", "rivalcontact"),
    "/t/{tenant}/live/calls/{uuid}": nobody(_UUID),
    "/admin/live/calls/{uuid}": nobody(_UUID),
    "/t/{tenant}/live/calls/{uuid}/{act}": word("hang-up"),
    "/admin/live/calls/{uuid}/{act}": word("hang-up"),
    "/t/{tenant}/live/agents/{number}": Row(
        {"admin": "1001", "tenant_admin": "1001", "user": "1002"}, ("1001",), ("3001",)
    ),
    "/t/{tenant}/live/agents/{number}/{act}": word("log-in"),
    "/t/{tenant}/call-records/{at:int}": word(str(BEGAN)),
    "/t/{tenant}/call-records/{at:int}/{call}": Row(
        {"admin": "call-alice", "tenant_admin": "call-alice", "user": "call-bob"}, ("call-alice",), ("call-rita",)
    ),
    "/t/{tenant}/recordings/{path:path}": nobody("2026/11/28/none.wav"),
    "/t/{tenant}/statement/{month}": word("2026-11"),
    "/t/{tenant}/statement/{month}.{form}": word("pdf"),
    "/t/{tenant}/faxes/inbox/{fax}": _faxers("fax-acme", "fax-rival"),
    "/t/{tenant}/faxes/inbox/{fax}/{page:int}": word("1"),
    "/t/{tenant}/faxes/drafts/{draft}": nobody("0123456789abcdef"),
    "/t/{tenant}/faxes/drafts/{draft}/{page:int}": word("1"),
    "/t/{tenant}/faxes/batches/{batch}": _faxers("batch-acme", "batch-rival"),
    "/t/{tenant}/faxes/{fax:int}": _faxers("1", "2"),
    "/t/{tenant}/faxes/{fax:int}/{page:int}": word("1"),
    "/t/{tenant}/faxes/groups/{group}": chief("medical", "rivals"),
    "/t/{tenant}/sounds/{path:path}": chief("media/hold.wav", "media/rival/none.wav"),
    "/admin/tenants/{slug}": word("acme"),
    "/t/{tenant}/users/{user}": chief("bob", "rita", "ruth"),
    "/t/{tenant}/users/{key}": chief("bob", "rita", "ruth"),
    "/t/{tenant}/numbers/{key}": chief("+12125550199", "+12125550288"),
    "/t/{tenant}/payments/{key}": chief("inv-1042", "rival-1"),
    "/admin/providers/{key}": word("mycarrier"),
    "/admin/routes/{key}": word("us-voice"),
    "/admin/packages/{key}": word("business"),
    "/admin/plans/{key}": word("standard"),
    "/admin/rates/{key}": word("world"),
    "/admin/hosts/{key}": word("pbx1"),
    "/changes/{id}": nobody("portal-acme-alice-1"),
    "/me/forwarding/{extension}": _OWN_EXTENSION,
    "/me/voicemail/{number}": _OWN_BOX,
    "/me/voicemail/{number}/{uuid}": nobody(_UUID),
    "/me/voicemail/{number}/greeting/{slot}": word("1"),
    "/me/devices/{key}": Row(
        {"user": "aabbcc112233", "end_user": "carol-web"}, (), ("aabbcc999999", "rival-web")
    ),
}  # fmt: skip
"""By the address up to the name."""

QUERY = {
    "/live/stream": "?views=switch",
    "/t/{tenant}/live/stream": "?views=switch",
    "/admin/live/stream": "?views=switch",
}
"""What an address needs behind it to be answered at all."""

_NOT_SET = {"admin": (404,), "tenant_admin": (404,)}
_CHIEFS = {"user": (403,), "end_user": (403,)}
_NONE_SUCH = dict.fromkeys(ROLES, (404,))

STRICTER: dict[str, dict[str, tuple[int, ...]]] = {
    # Nothing is set there in the demo site.
    "/t/{tenant}/recording/delete": _NOT_SET,
    "/t/{tenant}/codes/delete": _NOT_SET,
    # Whose an object is does not make, rename and remove it: an administrator of the tenant does.
    **{
        f"/t/{{tenant}}/{kind}/{end}": _CHIEFS
        for kind in ("extensions", "devices", "voicemails", "follow-me", "fax-accounts")
        for end in ("new", "{key}/delete", "{key}/rename")
    },
    # An empty form names nothing to do; and not everybody has a phone in the browser.
    "/me/voicemail/{number}/messages": _NONE_SUCH,
    # The demo's faxes have no pages that could be shown.
    "/t/{tenant}/faxes/inbox/{fax}/{page:int}.png": _NONE_SUCH,
    "/t/{tenant}/faxes/inbox/{fax}/{page:int}": _NONE_SUCH,
    "/t/{tenant}/faxes/inbox/{fax}/fax.pdf": _NONE_SUCH,
    "/me/devices/{key}/tell": _NONE_SUCH,
    "/t/{tenant}/devices/{key}/tell": _NONE_SUCH,
    "/phone/credentials": _NONE_SUCH,
    "/phone/history": _NONE_SUCH,
}
"""Pages that say no to a role that their need lets in: by the object, or because nothing is there."""


def row_of(place: str) -> Row:
    """The row of a place; of one without a row what is nobody's: a test of its own says that it is missing."""
    return ROWS.get(place) or nobody("1")


def places(page: Page) -> list[str]:
    """The rows that a page needs, by their addresses."""
    return [
        page.path[: found.end()] for found in _PARAM.finditer(page.path) if found[1] != "tenant"
    ]


def missing(page: Page) -> list[str]:
    """Those that are not there."""
    return [one for one in places(page) if one not in ROWS]


def filled(page: Page, values: Mapping[str, str], tenant: str) -> str:
    """The address with names in it: by place."""
    out, last = "", 0
    for found in _PARAM.finditer(page.path):
        place = page.path[: found.end()]
        out += page.path[last : found.start()]
        out += tenant if found[1] == "tenant" else values[place]
        last = found.end()
    return out + page.path[last:] + QUERY.get(page.path, "")


def own(page: Page, role: str, tenant: str = "acme") -> str | None:
    """The address with what a role may name; None where it may name nothing there."""
    values = {}
    for place in places(page):
        if role not in row_of(place).mine:
            return None
        values[place] = row_of(place).mine[role]
    return filled(page, values, tenant)


def somehow(page: Page, tenant: str = "acme") -> str:
    """The address with anything in it, to be refused."""
    return filled(page, {place: row_of(place).any for place in places(page)}, tenant)


def foreign(page: Page, which: str) -> Iterator[str]:
    """The address with one name in it that is somebody else's: `others` or `rival`."""
    plain = {place: row_of(place).any for place in places(page)}
    for place in plain:
        for value in getattr(row_of(place), which):
            yield filled(page, {**plain, place: value}, "acme")
