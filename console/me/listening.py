"""The recording of a message, listened to in the page or taken along."""

import re
from datetime import UTC, datetime
from pathlib import Path

from starlette.responses import FileResponse, Response

from dialform.console.me import desk
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Page
from dialform.reconcile.desk import mailboxes
from dialform.switch.questions import Message

_WAVE = "audio/wav"


async def recording(context: Context) -> Response:
    """The sound of a message, whole or in ranges; with `?download` as a file.

    Scope: messages that stand in a mailbox of the visitor's. What is recorded there lies in that
    mailbox's own folder: no other path is opened, whatever the switch says.
    """
    found = desk.box(context)
    box = found.box(desk.customer_of(context, context.visitor.tenant).domain)
    with desk.told():
        message = await mailboxes.message(context.ground.api, box, str(context.params["uuid"]))
        folder = await mailboxes.folder(context.ground.api, box)
        file = await context.ground.off(mailboxes.plain, folder, message.path)
    await context.ground.off(_readable, file)
    name = filename(message) if "download" in context.query else None
    return FileResponse(
        file, media_type=_WAVE, filename=name, headers={"cache-control": "private, no-store"}
    )


def filename(message: Message) -> str:
    """What a message is called that somebody takes along: when it came, and from whom."""
    at = datetime.fromtimestamp(message.received, UTC).strftime("%Y-%m-%d-%H%M%S")
    who = re.sub(r"[^0-9A-Za-z]", "", message.number)[:24] or "unknown"
    return f"voicemail-{at}-{who}.wav"


def _readable(file: Path) -> None:
    from dialform.console.errors import Away

    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise Away(
            f"The recording cannot be read here ({error.strerror}): the portal's user must be in the "
            "switch's group (docs/portal-my-account.md)."
        ) from None


PAGES = (Page("/me/voicemail/{number}/{uuid}/recording.wav", recording, ANYBODY),)
