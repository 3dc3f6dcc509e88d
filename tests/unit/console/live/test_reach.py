"""Whatever is up: in what somebody is shown there is nothing of whom they do not reach."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.console.live.look import Look
from dialform.console.live.moment import Moment
from dialform.console.live.reach import Reach
from dialform.console.live.views import VIEWS
from dialform.console.templating import environment
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.legs import Leg
from dialform.switch.questions import Channel, Gateway, Parked, Registration

SLUGS, NUMBERS = ("alpha", "beta"), ("1001", "1002", "1003")
CUSTOMERS = {
    slug: Customer(slug, f"{slug}.example", {n: f"Name-{slug}-{n}" for n in NUMBERS}, {})
    for slug in SLUGS
}
STATES = ("ACTIVE", "HELD", "RINGING", "EARLY", "DOWN", "ODD<b>")
APPLICATIONS = ("", "bridge", "conference", "valet_park", "voicemail", "callcenter")


class Site:
    """A site that says nothing of its tenants."""

    view = None

    def tenant(self, slug: str) -> None:
        return None


def uuid(at: int) -> str:
    return f"00000000-0000-4000-8000-{at:012d}"


def mark(at: int, what: str) -> str:
    """What stands in a leg, and in no other."""
    return f"{what}{at:04d}x"


@st.composite
def moments(draw: Any) -> Moment:
    """Legs of two tenants and of nobody, bridged with each other in any way; phones, slots, trunks."""
    count = draw(st.integers(0, 6))
    legs = []
    for at in range(count):
        tenant = draw(st.sampled_from((*SLUGS, "")))
        application = draw(st.sampled_from(APPLICATIONS))
        room = f"{draw(st.sampled_from(SLUGS))}.900@dialform"
        channel = Channel(
            uuid=uuid(at), direction=draw(st.sampled_from(("inbound", "outbound"))), created=at,
            state="CS_EXECUTE", name="n", cid_name=mark(at, "name<i>"), cid_num=mark(at, "from"),
            dest=mark(at, "dest"), application=application, application_data=room, context="c",
            secure="", presence_id="", presence_data="", accountcode="", callstate="ACTIVE",
            call_uuid=uuid(at), ip="", read_codec="", write_codec="",
        )  # fmt: skip
        legs.append(
            Leg(
                channel, tenant, draw(st.sampled_from((*NUMBERS, ""))) if tenant else "",
                "trunk", uuid(draw(st.integers(0, max(count - 1, 0)))),
                draw(st.sampled_from(STATES)), "",
            )
        )  # fmt: skip
    phones = [
        Registration(f"{n}.{s}", f"{s}.example", "", "", f"ip-{s}-{n}", 5060, "udp", "internal", 0)
        for s in SLUGS
        for n in draw(st.sets(st.sampled_from(NUMBERS)))
    ]
    parked = [
        Parked(f"{draw(st.sampled_from(SLUGS))}@x.example", f"590{at}", uuid(at))
        for at in draw(st.sets(st.integers(0, 5)))
    ]
    gateways = [Gateway("carrier-one", "external", "REGED", "UP", True, calls_in=4711)]
    return Moment(legs, gateways, phones, None, parked)


def shown(moment: Moment, reach: Reach) -> str:
    """All views of somebody, as they look."""
    look = Look(moment, Site(), dict(CUSTOMERS), CUSTOMERS.get, lambda _: ())  # type: ignore[arg-type]
    texts = []
    for view in VIEWS.values():
        found = view.gather(look, reach)
        texts.append(
            environment().get_template(view.template).render(
                found=found, reach=reach, zone="UTC", url=lambda path: path
            )
        )  # fmt: skip
    return "\n".join(texts)


def reaches(leg: Leg, reach: Reach) -> bool:
    if reach.tenant and leg.tenant != reach.tenant:
        return False
    return reach.extensions is None or leg.extension in reach.extensions


@settings(max_examples=40)
@given(moments(), st.sampled_from(SLUGS), st.sets(st.sampled_from(NUMBERS)))
def test_a_user_is_shown_the_own_calls_and_phones_and_no_one_else_s(
    moment: Moment, tenant: str, own: set[str]
) -> None:
    reach = Reach(tenant, frozenset(own))
    text = shown(moment, reach)
    mine = {leg.uuid for leg in moment.legs if reaches(leg, reach)}
    near = mine | {leg.other for leg in moment.legs if leg.uuid in mine}
    near |= {leg.uuid for leg in moment.legs if leg.other in mine and leg.tenant == tenant}
    for at, leg in enumerate(moment.legs):
        if leg.uuid not in near:
            for what in ("from", "dest", "name&lt;i&gt;"):
                assert mark(at, what) not in text
            assert leg.uuid not in text
    for slug in SLUGS:
        for number in NUMBERS:
            theirs = slug == tenant and number in own
            assert theirs or f"ip-{slug}-{number}" not in text
    assert "4711" not in text


@settings(max_examples=40)
@given(moments(), st.sampled_from(SLUGS))
def test_a_manager_is_shown_the_tenant_and_nothing_of_another(moment: Moment, tenant: str) -> None:
    text = shown(moment, Reach(tenant))
    other = next(slug for slug in SLUGS if slug != tenant)
    assert other not in text
    for at, leg in enumerate(moment.legs):
        if leg.tenant != tenant:
            assert leg.uuid not in text
            assert mark(at, "from") not in text
    for leg in moment.legs:
        assert (leg.tenant != tenant) or leg.uuid in text
    assert "4711" not in text


@settings(max_examples=20)
@given(moments())
def test_what_strangers_and_switches_say_is_text(moment: Moment) -> None:
    text = shown(moment, Reach(admin=True))
    assert "<i>" not in text
    assert "<b>" not in text
