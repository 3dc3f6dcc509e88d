"""Paging: a number that opens the loudspeakers of phones, and one phone alone (intercom).

A page is a conference of its own. The phones are called by mod_conference for the one who pages
(conference_loop.c, `_conference_autocall_list_`), hear and are not heard, and are hung up with him.
"""

from dialform.compiler.resolved import Tenant
from dialform.compiler.resolved_rooms import Paging
from dialform.renderers.freeswitch.rooms import PAGES, room_name
from dialform.values import dataclass

AUTO_ANSWER = (
    # Call-Info: <sip:…>;answer-after=0, and ;intercom=true in the Request-URI (mod_sofia.c).
    ("sip_auto_answer", "true"),
    # Polycom, Cisco and Aastra look at Alert-Info.
    ("sip_h_Alert-Info", "<http://127.0.0.1>;info=alert-autoanswer;delay=0"),
)
"""What makes phones answer by themselves, for all usual vendors."""

SECONDS = 10
"""How long a phone that does not answer by itself rings; mod_conference takes no less."""

CHIME = "tone_stream://%(200,50,660);%(200,100,880)"
"""What a loudspeaker plays before somebody speaks."""


@dataclass(frozen=True, slots=True)
class Page:
    """A paging group, ready to be written. `name` is the conference's."""

    number: str
    title: str
    name: str
    members: tuple[str, ...]


def pages(tenant: Tenant) -> list[Page]:
    """The paging groups of a tenant."""
    return [_page(tenant, group) for group in tenant.paging]


def _page(tenant: Tenant, group: Paging) -> Page:
    title = group.name or f"Paging {group.number}"
    return Page(group.number, title, room_name(tenant.slug, group.number), group.members)


def in_pages(tenant: Tenant) -> dict[str, object]:
    """What the dialplan's templates need of paging and intercom."""
    return {
        "pages": pages(tenant),
        "page_profile": PAGES,
        "page_seconds": SECONDS,
        "chime": CHIME,
        "auto_answer": ",".join(f"{name}={value}" for name, value in AUTO_ANSWER),
    }
