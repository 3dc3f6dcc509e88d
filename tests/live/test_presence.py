"""Lamps: lit while one rings or talks, dark after it, and never another tenant's."""

from __future__ import annotations

import asyncio

import pytest

from .conftest import Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .site import Site
from .switch import Switch
from .watch import Watch, as_itself

CALLER = "+19175550100"
QUIET = 1.5  # seconds in which a NOTIFY would have come


@scene
async def test_lamp_of_an_extension(extension: Extension) -> None:
    """Dark, lit on ringing and on the call, dark after it; the caller's as well."""
    async with desk(extension, "lamps/6001", "lamps/6002", "lamps/6003") as (one, two, three):
        called, caller = Watch(three, "6002"), Watch(three, "6001")
        for watch in (called, caller):
            assert (await watch.subscribe()).status in (200, 202)
            await watch.becomes(lit=False)
        call = await one.call("6002")
        ringing = await two.rung()
        await called.becomes(lit=True)
        await caller.becomes(lit=True)
        ringing.answer()
        await call.answered()
        before = len(called.notifies)
        await asyncio.sleep(0.5)
        assert called.lit and caller.lit, before
        await call.hangup()
        await called.becomes(lit=False)
        await caller.becomes(lit=False)
        for watch in (called, caller):
            assert b"6001@" not in b"".join(m.body for m in called.notifies)
            versions = [m.body.split(b'version="')[2].split(b'"')[0] for m in watch.notifies]
            assert versions == sorted(versions, key=int)


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_lamp_over_a_connection(extension: Extension, transport: str) -> None:
    """It is told over the connection that the phone keeps."""

    @scene
    async def lit() -> None:
        async with (
            desk(extension, "lamps/6003", transport=transport) as (three,),
            desk(extension, "lamps/6001", "lamps/6002") as (one, two),
        ):
            watch = Watch(three, "6002")
            await watch.subscribe()
            await watch.becomes(lit=False)
            call = await one.call("6002")
            await two.rung()
            await watch.becomes(lit=True)
            await call.hangup()
            await watch.becomes(lit=False)

    lit()


@scene
async def test_lamp_of_a_browser(extension: Extension, compiled: Site) -> None:
    """A browser's Contact leads nowhere; its lamps are told where it is connected."""
    async with (
        desk(extension, "webrtc/3001", transport="wss") as (browser,),
        desk(extension, "webrtc/3003", "webrtc/3002") as (one, two),
    ):
        watch = Watch(browser, two.user)
        await watch.subscribe()
        await watch.becomes(lit=False)
        call = await one.call(two.user)
        await two.rung()
        await watch.becomes(lit=True)
        await call.hangup()
        await watch.becomes(lit=False)


@scene
async def test_lamp_that_is_already_lit(extension: Extension) -> None:
    """Who subscribes during a call is told so."""
    async with desk(extension, "lamps/6001", "lamps/6002", "lamps/6003") as (one, two, three):
        two.behaviour = answers()
        call = await one.call("6002")
        await call.answered()
        for number in ("6001", "6002"):
            watch = Watch(three, number)
            await watch.subscribe()
            await watch.becomes(lit=True)
            assert (await watch.subscribe()).status in (200, 202)
        await call.hangup()
        await watch.becomes(lit=False)


@scene
async def test_lamp_of_who_is_called_from_outside(extension: Extension, outsider: Outsider) -> None:
    """A caller's name is no part of what a lamp is told: it could break it."""
    async with (
        desk(extension, "lamps/6001", "lamps/6003") as (one, three),
        outsider(CALLER, "third", name="<&' \\\" 🛰") as caller,
    ):
        watch = Watch(three, "6001")
        await watch.subscribe()
        await watch.becomes(lit=False)
        call = await caller.call("+17185550160")
        (await one.rung()).answer()
        await call.answered()
        await watch.becomes(lit=True)
        assert CALLER not in "".join(m.body.decode() for m in watch.notifies)
        await call.hangup()
        await watch.becomes(lit=False)


@scene
async def test_lamps_of_a_ring_group(extension: Extension) -> None:
    async with desk(extension, "lamps/6001", "lamps/6002", "lamps/6003") as (one, two, three):
        watches = [Watch(three, number) for number in ("6001", "6002")]
        for watch in watches:
            await watch.subscribe()
            await watch.becomes(lit=False)
        call = await three.call("6600")
        first, second = await one.rung(), await two.rung()
        for watch in watches:
            await watch.becomes(lit=True)
        first.answer()
        await call.answered()
        await second.ended()
        await watches[1].becomes(lit=False)
        assert watches[0].lit
        await call.hangup()
        await watches[0].becomes(lit=False)


@scene
async def test_end_of_a_subscription(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "lamps/6001", "lamps/6002", "lamps/6003") as (one, two, three):
        watch = Watch(three, "6002")
        await watch.subscribe()
        await watch.becomes(lit=False)
        await watch.subscribe(expires=0)
        before = len(watch.notifies)
        call = await one.call("6002")
        await two.rung()
        await asyncio.sleep(QUIET)
        assert not [m for m in watch.notifies[before:] if m.body]
        await call.hangup()


@scene
async def test_same_numbers_of_two_tenants_do_not_cross(extension: Extension) -> None:
    async with (
        desk(extension, "lamps/6001", "lamps/6002") as (one, two),
        desk(extension, "others/6001", "others/6003") as (_, watching),
    ):
        theirs, ours = Watch(watching, "6001"), Watch(two, "6001")
        await theirs.subscribe()
        await theirs.becomes(lit=False)
        await ours.subscribe()
        await ours.becomes(lit=False)
        before = len(theirs.notifies)
        call = await one.call("*98")
        await ours.becomes(lit=True)
        await asyncio.sleep(QUIET)
        assert len(theirs.notifies) == before
        await call.hangup()
        await ours.becomes(lit=False)


# What an attacker tries.


async def stays_blind(watch: Watch, victim: str, extension: Extension) -> None:
    """Subscribes, lets the victim's phone be called, and must hear nothing.

    It is answered all the same: a phone is not to learn from the answer what there is.
    """
    assert (await watch.subscribe()).status in ((200, 202) if watch.phone.password else (401, 407))
    async with desk(extension, f"{victim}/6001", f"{victim}/6002") as (one, two):
        call = await one.call("6002")
        await two.rung()
        await asyncio.sleep(QUIET)
        await call.hangup()
        told = [m for m in watch.notifies if m.body and m.body.strip()]
        assert told == [], told[0].encode().decode()


TARGETS = [
    "sip:6002@{domain}",
    "sip:6002@{address}",
    "sip:sip+6002+{domain}@{own}",
    "sip:x+6002+{domain}@{own}",
    "sip:x+6002+{domain};lamp@{own}",
    "sip:6002@{upper}",
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("from_", ["", "<sip:6003@{domain}>"])
def test_another_tenant_s_lamp(
    extension: Extension, compiled: Site, target: str, from_: str
) -> None:
    """A phone that is let in, and watches somebody else's: with its own name, and with a forged one."""

    @scene
    async def blind() -> None:
        words = {
            "domain": compiled.domain("lamps"),
            "upper": compiled.domain("lamps").upper(),
            "own": compiled.domain("others"),
            "address": compiled.address("internal")[0],
        }
        async with desk(extension, "others/6003") as (mallory,):
            watch = Watch(
                as_itself(mallory),
                f"sip:6002@{words['own']}",
                to=f"<{target.format(**words)}>",
                from_=from_.format(**words),
            )
            await stays_blind(watch, "lamps", extension)

    blind()


@scene
async def test_another_tenant_s_lamp_by_its_realm(extension: Extension, compiled: Site) -> None:
    """Its registration is made for the victim's name, with a password of its own."""
    victim = compiled.domain("lamps")
    async with desk(extension, "others/6003") as (mallory,):
        extra = [("Contact", mallory.contact), ("Expires", "600")]
        await mallory.request("REGISTER", f"sip:{mallory.domain}", extra, to=f"<sip:6003@{victim}>")
        watch = Watch(mallory, f"sip:6002@{victim}")
        await stays_blind(watch, "lamps", extension)


@scene
async def test_lamp_without_a_registration(extension: Extension) -> None:
    """A password alone is not enough: where nobody is registered, nobody is told."""
    async with extension("lamps/6003") as three:
        await stays_blind(Watch(three, "6002"), "lamps", extension)


@scene
async def test_lamp_without_a_password(extension: Extension) -> None:
    async with extension("lamps/6003", password="") as stranger:
        watch = Watch(stranger, "6002")
        await stays_blind(watch, "lamps", extension)


@scene
async def test_lamp_is_told_where_the_phone_is_registered(
    extension: Extension, compiled: Site
) -> None:
    """A contact that is elsewhere gets nothing: a forged source address gains nothing."""
    async with (
        desk(extension, "lamps/6003") as (three,),
        extension("others/6003") as elsewhere,
    ):
        watch = Watch(three, "6002", contact=elsewhere.contact)
        await watch.subscribe()
        await watch.becomes(lit=False)
        assert elsewhere.requests("NOTIFY") == []


@scene
async def test_renewal_cannot_be_taken_over(extension: Extension) -> None:
    """Whoever learnt the Call-ID gets nothing by renewing it from elsewhere."""
    async with (
        desk(extension, "lamps/6001", "lamps/6002", "lamps/6003") as (one, two, three),
        desk(extension, "others/6003") as (mallory,),
    ):
        watch = Watch(three, "6002")
        await watch.subscribe()
        await watch.becomes(lit=False)
        forged = Watch(mallory, "6002", to=f"<sip:6002@{three.domain}>", call_id=watch.call_id)
        await forged.subscribe()
        call = await one.call("6002")
        await two.rung()
        await watch.becomes(lit=True)
        await call.hangup()
        await watch.becomes(lit=False)
        assert forged.notifies == []


@pytest.mark.parametrize("event", ["presence", "call-info", "line-seize", "as-feature-event",
                                   "conference", "refer", "presence.winfo", "ua-profile"])  # fmt: skip
def test_other_events_are_not_kept(extension: Extension, switch: Switch, event: str) -> None:
    @scene
    async def nothing() -> None:
        async with desk(extension, "lamps/6001", "lamps/6002", "lamps/6003") as (one, two, three):
            watch = Watch(three, "6002", event=event)
            await watch.subscribe(headers=[("Call-Info", "<sip:x>;appearance-index=1")])
            call = await one.call("6002")
            await two.rung()
            await asyncio.sleep(QUIET)
            # Asking for the line is answered with what was asked, and nothing follows.
            assert len(watch.notifies) <= (event == "line-seize")
            await call.hangup()

    nothing()


PIDF = (
    b'<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:6002@x">'
    b'<tuple id="t"><status><basic>open</basic></status><note>Gone fishing</note></tuple></presence>'
)
FORGED = [
    "<sip:6002@{domain}>",
    "<sip:6002@{domain};lamp>",
    "<sip:6002@{domain}%3Blamp>",
    "<sip:6002%40{domain};lamp/@{domain}>",
    "<im:6002@{domain};lamp>",
    "<http://6002@{domain};lamp/>",
    "<tel:6002@{domain};lamp>",
    "<x!y:6002@{domain};lamp/>",
    "<x!y:6002@{domain};lamp>",
    "<foo:6002@{domain};lamp/>",
    "<urn:6002@{domain};lamp/>",
]


@pytest.mark.parametrize("closed", [False, True])
def test_nobody_changes_a_lamp_by_publish(
    extension: Extension, outsider: Outsider, compiled: Site, closed: bool
) -> None:
    """The switch asks no password for a PUBLISH; whatever it says must do nothing."""

    @scene
    async def unmoved() -> None:
        domain = compiled.domain("lamps")
        body = PIDF.replace(b"open", b"closed") if closed else PIDF
        async with (
            desk(extension, "lamps/6001", "lamps/6002", "lamps/6003") as (one, two, three),
            outsider("6002", "127.0.0.66", proxy=compiled.address("internal")) as stranger,
        ):
            two.behaviour = answers()
            watch = Watch(three, "6002")
            await watch.subscribe()
            await watch.becomes(lit=False)
            call = await one.call("6002")
            await call.answered()
            await watch.becomes(lit=True)
            await asyncio.sleep(QUIET)
            before = len(watch.notifies)
            for from_ in FORGED:
                for event in ("presence", "dialog", "Presence", "dialog ", "message-summary"):
                    forged = Watch(
                        stranger, f"sip:6002@{domain}", from_=from_.format(domain=domain)
                    )
                    forged.event = event
                    await forged.send(
                        "PUBLISH",
                        [("Event", event), ("Expires", "60"),
                         ("Content-Type", "application/pidf+xml")],
                        body,
                    )  # fmt: skip
            await asyncio.sleep(QUIET)
            assert watch.lit
            assert watch.notifies[before:] == []
            await call.hangup()
            await watch.becomes(lit=False)

    unmoved()


@scene
async def test_nobody_lights_a_lamp_by_a_forged_from(extension: Extension, compiled: Site) -> None:
    """A call of another tenant's phone under the victim's name."""
    domain = compiled.domain("lamps")
    async with (
        desk(extension, "lamps/6002", "lamps/6003") as (_, three),
        desk(extension, "others/6001", "others/6002") as (mallory, friend),
    ):
        friend.behaviour = answers()
        watch = Watch(three, "6002")
        await watch.subscribe()
        await watch.becomes(lit=False)
        before = len(watch.notifies)
        for from_ in (f"<sip:6002@{domain}>", f"<sip:6002@{domain};lamp>",
                      f"<sip:6002.lamps@{domain}>", f"<x!y:6002@{domain};lamp/>"):  # fmt: skip
            call = await as_itself(mallory).call(f"sip:6002@{mallory.domain}", from_=from_)
            await call.answered()
            await asyncio.sleep(QUIET)
            late = Watch(three, "6002")
            await late.subscribe()
            await late.becomes(lit=False)
            await call.hangup()
        assert [m for m in watch.notifies[before:] if m.body] == []


# Text messages, which pass through the same module.


@pytest.mark.parametrize("target", ["6001@{domain}", "6001.lamps@{domain}", "internal/6001.lamps@{domain}",
                                    "6001@{contact}"])  # fmt: skip
def test_no_message_reaches_another_tenant(extension: Extension, target: str) -> None:
    @scene
    async def silent() -> None:
        async with (
            desk(extension, "lamps/6001") as (one,),
            desk(extension, "others/6001") as (mallory,),
        ):
            contact = f"{one.address[0]}:{one.address[1]}"
            where = f"sip:{target.format(domain=one.domain, contact=contact)}"
            await Watch(as_itself(mallory), where).send(
                "MESSAGE", [("Content-Type", "text/plain")], b"Call +1900..."
            )
            await asyncio.sleep(QUIET)
            assert one.requests("MESSAGE") == []

    silent()
