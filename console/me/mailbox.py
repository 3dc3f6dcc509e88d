"""The page of a mailbox's greeting and PIN: what its owner sets on a phone, set here."""

from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from dialform.compiler.numbering import feature_codes
from dialform.compiler.secrets import SecretError
from dialform.console.errors import Away, NotThere, Refused
from dialform.console.me import desk, given
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Page
from dialform.reconcile.desk import greetings, mailboxes
from dialform.reconcile.desk.boxes import Owned
from dialform.reconcile.sounds.uploaded import LARGEST, SoundError, telephone
from dialform.switch import Unsendable, mailbox, questions
from dialform.switch.questions import Box

LONGEST = 300.0
"""Seconds of a greeting at most, as on the phone (`max-record-len`)."""


async def show(context: Context) -> Response:
    """Greetings and PIN of a mailbox. Scope: mailboxes that the visitor may open."""
    return await _page(context, desk.box(context))


async def _page(context: Context, found: Owned, **more: Any) -> Response:
    ask, box = context.ground.api, _box(context, found)
    heard = await greetings.greetings(ask, box)
    preferences = await questions.preferences(ask, box)
    choices = [
        (
            str(slot),
            f"Greeting {slot}" + (", instead of what is there" if slot in heard.recorded else ""),
        )
        for slot in mailbox.SLOTS
    ]
    return context.render(
        "me/mailbox.html", box=found, greetings=heard, slots=list(mailbox.SLOTS), choices=choices,
        own_pin=preferences.own_pin, pin=more.get("pin", ""),
        renews=given.renews(desk.own(context).scope, found.number), code=_code(context),
    )  # fmt: skip


def _code(context: Context) -> str:
    """What is dialled for one's messages; "" where it is switched off."""
    found = feature_codes(desk.own(context).scope)
    return next((code for code, name in found.items() if name == "voicemail"), "")


async def greeting(context: Context) -> Response:
    """Chooses a greeting, or takes a new one. Scope: as `show`."""
    found, slot = desk.box(context), _slot(await context.text("slot", "0"))
    box, ask = _box(context, found), context.ground.api
    if await context.text("do") == "record":
        sent = (await context.form()).get("sound")
        if not isinstance(sent, UploadFile) or not sent.size:
            raise Refused("Choose a sound file first, or record one.")
        try:
            sound = await context.ground.off(telephone, await sent.read(LARGEST + 1), most=LONGEST)
        except SoundError as error:
            raise Refused(str(error)) from None
        with desk.told():
            await greetings.record(ask, box, slot, sound.data)
        said = f"Greeting {slot} is recorded ({sound.seconds:.0f} seconds), and callers hear it from now on."
    else:
        with desk.told():
            await greetings.choose(ask, box, slot)
        said = f"Callers hear greeting {slot} from now on." if slot else _STANDARD
    context.audit("voicemail greeting", mailbox=found.number, slot=slot)
    context.flash(said)
    return context.redirect(f"/me/voicemail/{found.number}/settings")


_STANDARD = "Callers hear the standard greeting from now on."


async def heard(context: Context) -> Response:
    """A greeting, to listen to. Scope: as `show`."""
    found, slot = desk.box(context), _slot(str(context.params["slot"]))
    box, ask = _box(context, found), context.ground.api
    with desk.told():
        path = await greetings.file_of(ask, box, slot)
        folder = await mailboxes.folder(ask, box)
        file = await context.ground.off(mailboxes.plain, folder, str(path))
    return FileResponse(
        file, media_type="audio/wav", headers={"cache-control": "private, no-store"}
    )


async def pin(context: Context) -> Response:
    """Chooses a PIN, or goes back to the given one. Scope: as `show`.

    The PIN that somebody chose, here or on a phone, is kept by the switch and counts before that of the site
    (`db-password-override`), until it is taken back.
    """
    found, do = desk.box(context), await context.text("do")
    box, ask = _box(context, found), context.ground.link.api
    if do == "show":
        return await _shown(context, found)
    if do == "back":
        await mailbox.set_pin(ask, box, "")
        said = "The PIN that you were given counts again."
    elif do == "renew":
        said = await given.renew(context, found.number)
    else:
        new = await _typed(context)
        try:
            await mailbox.set_pin(ask, box, new)
        except Unsendable:
            raise Refused("That is no PIN: 4 to 10 digits are.") from None
        said = "The new PIN counts from now on."
    context.audit("voicemail PIN", mailbox=found.number, what=do or "set")
    context.flash(said)
    return context.redirect(f"/me/voicemail/{found.number}/settings")


async def _typed(context: Context) -> str:
    new, again = await context.text("pin"), await context.text("again")
    if not (new.isascii() and new.isdigit() and 4 <= len(new) <= 10):
        raise Refused("That is no PIN: 4 to 10 digits are.")
    if new != again:
        raise Refused("The two PINs are not the same: type the new one twice.")
    if len(set(new)) == 1 or new in _COUNTED or new[::-1] in _COUNTED:
        raise Refused("That PIN is the first that others try: choose another one.")
    return new


_COUNTED = "01234567890"


async def _shown(context: Context, found: Owned) -> Response:
    """The PIN of the site, to whom the mailbox is open. It is shown once, and written down that it was."""
    scope = desk.own(context).scope
    try:
        known = await context.ground.off(given.given, context.ground.store, scope, found.number)
    except SecretError as error:
        raise Away(f"The PIN cannot be read here: {error.reason}.") from None
    context.audit("voicemail PIN", mailbox=found.number, what="show")
    return await _page(context, found, pin=known)


def _box(context: Context, found: Owned) -> Box:
    return found.box(desk.customer_of(context, context.visitor.tenant).domain)


def _slot(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise NotThere(f"There are greetings {mailbox.SLOTS[0]} to {mailbox.SLOTS[-1]}.")
    return int(text)


_AT = "/me/voicemail/{number}"
PAGES = (
    Page(f"{_AT}/settings", show, ANYBODY),
    Page(f"{_AT}/greeting", greeting, ANYBODY, methods=("POST",), largest=LARGEST + 64 * 1024),
    Page(f"{_AT}/greeting/{{slot}}.wav", heard, ANYBODY),
    Page(f"{_AT}/pin", pin, ANYBODY, methods=("POST",)),
)
