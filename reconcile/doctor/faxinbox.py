"""Do received faxes get through: from the switch's folder, by the ledger, to a mail server?"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.reconcile.doctor.books import NoBooksError, books
from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground

if TYPE_CHECKING:
    from dialform.fax.queue.values import Received
    from dialform.fax.released import Company

_LATE = 600.0
"""Seconds after which a fax that nobody took up, or a mail that nobody took, is told of."""
_DAY = 86_400
_MOST = 10_000
"""Folders and files that are looked at."""
_MICRO = 1_000_000
_UNWRITTEN = "tiff/f file cannot be opened"
"""How spandsp calls a folder that it may not write to (t30_logging.c)."""
_INBOX = "the inbox of faxes"


async def check(ground: Ground) -> list[Finding]:
    """The spool, the inbox, the way out, and what conversion needs. Nothing where nobody receives."""
    companies = _companies(ground)
    if not companies:
        return []
    spool = await ground.folder("storage_dir") / "fax"
    found = [
        *_folder(spool, await ground.folder("log_dir")), *_waiting(ground, spool),
        *_unremovable(spool), *_inbox(ground), *_mail(ground, companies), *_programs(),
    ]  # fmt: skip
    return found or [ok("received faxes", str(spool), "They are taken up, and mailed.")]


def _companies(ground: Ground) -> "list[Company]":
    from dialform.fax.released import ReleaseError, companies

    if ground.folders is None:
        return []
    try:
        every = list(companies(ground.folders.current))
    except ReleaseError:
        return []  # the check of what is applied says so
    return [
        one for one in every
        if ground.tenant in ("", one.slug) and any(each.receives for each in one.accounts.values())
    ]  # fmt: skip


def _folder(spool: Path, like: Path) -> Iterator[Finding]:
    """Whether the switch may write there, and we may remove what is taken up."""
    about, looked, mend = (
        "received faxes",
        str(spool),
        f"chgrp dialform {spool} && chmod 2770 {spool}",
    )
    try:
        seen = spool.stat()
    except FileNotFoundError:
        yield warning(
            about, looked, "The folder is not there yet.",
            "The switch makes it with the first fax, but then only the switch may remove what lies there.",
            f"install -d -o freeswitch -g dialform -m 2770 {spool} (the units of `agent install` do so)",
        )  # fmt: skip
        return
    except OSError as error:
        yield unknown(about, looked, f"It cannot be looked at ({error.strerror}).")
        return
    if not os.access(spool, os.R_OK | os.X_OK):
        yield problem(
            about, looked, "We may not read the faxes that lie there: none is delivered.",
            "This user is not in the folder's group, or its group may not read.", mend,
        )  # fmt: skip
    elif not _may_write(seen, like):
        yield problem(
            about, looked, "The switch may not write there: no fax is received.",
            "The folder belongs to somebody else than the switch's log files do.",
            f"{mend}, with the switch's user in that group",
        )  # fmt: skip
    elif not os.access(spool, os.W_OK):
        yield warning(
            about, looked, "We may not remove the faxes that are delivered: they pile up.",
            "Only the switch's user may write to the folder.", mend,
        )  # fmt: skip


def _may_write(seen: os.stat_result, like: Path) -> bool:
    """Whether the owner of the switch's own files can write; as far as modes tell."""
    try:
        switch = like.stat()
    except OSError:
        return True
    shared = bool(seen.st_mode & stat.S_IWGRP)  # whoever set that meant the switch's group
    return switch.st_uid in (0, seen.st_uid) or shared or bool(seen.st_mode & stat.S_IWOTH)


def _waiting(ground: Ground, spool: Path) -> Iterator[Finding]:
    """Files that nobody took up."""
    now, count, oldest = ground.machine.now(), 0, 0.0
    for file in islice(_listed(spool, "*/*/*.tif"), _MOST):
        try:
            age = now - file.stat().st_mtime
        except OSError:
            continue
        if age > _LATE:
            count, oldest = count + 1, max(oldest, age)
    said = (ground.status or {}).get("fax") or {}
    stuck = int(said.get("stuck") or 0)
    if count > stuck:
        why = said.get("receive_error") or "No agent takes them up, or it may not read them."
        yield problem(
            "received faxes", str(spool),
            f"{count - stuck} lie there and are not taken up, the first for {oldest / 60:.0f} minutes.",
            str(why), "Look at `dialform status`; they are taken up as soon as that is mended.",
        )  # fmt: skip


def _unremovable(spool: Path) -> Iterator[Finding]:
    """Folders that the switch made itself: in them only it may remove anything."""
    if not os.access(spool, os.W_OK):
        return
    shut = [
        path for path in islice(_listed(spool, "*/*"), _MOST)
        if path.is_dir() and not os.access(path, os.W_OK)
    ]  # fmt: skip
    if shut:
        yield warning(
            "received faxes", str(shut[0]),
            f"Of {len(shut)} folders the delivered faxes cannot be removed.",
            "The switch made them before the agent could, and keeps them to itself.",
            f"find {spool} -type d -exec chgrp dialform {{}} + -exec chmod 2770 {{}} +",
        )  # fmt: skip


def _listed(folder: Path, pattern: str) -> Iterator[Path]:
    try:
        yield from folder.glob(pattern)
    except OSError:
        return


def _inbox(ground: Ground) -> Iterator[Finding]:
    """What the ledger knows: mails that wait, and faxes that the switch could not write down."""
    try:
        with books(ground) as ledger:
            from dialform.fax.queue import Inbox

            inbox, host = Inbox(ledger.database), str((ground.status or {}).get("host") or "")
            since = int((ground.machine.now() - _DAY) * _MICRO)
            tenant = ground.tenant or None
            lately = list(inbox.list(tenant, since=since, most=1000))
            owed = [one for one in inbox.unmailed(host) if tenant in (None, one.tenant)]
    except NoBooksError as error:
        yield unknown("received faxes", _INBOX, f"Not looked at: {error}")
        return
    yield from _owed(owed, ground.machine.now())
    lost = [one for one in lately if one.result.lower().startswith(_UNWRITTEN)]
    if lost:
        yield problem(
            "received faxes", _INBOX, f"{len(lost)} could not be written by the switch within a day.",
            "It may not write to its folder, or the disk is full: the senders were told that it failed.",
            "`ls -ld` of the folder below `paths.storage`, and `df -h`.",
        )  # fmt: skip


def _owed(owed: "list[Received]", now: float) -> Iterator[Finding]:
    late = [one for one in owed if now - (one.at / _MICRO + one.seconds) > _LATE]
    if late:
        why = next((one.mail for one in late if one.mail), "Nobody tried yet: does the agent run?")
        yield problem(
            "received faxes", _INBOX, f"{len(late)} were not mailed yet.", f"{why}.".replace("..", "."),
            "Mend that: it is tried again by itself, once an hour. `dialform fax inbox` has them all.",
        )  # fmt: skip


def _mail(ground: Ground, companies: "list[Company]") -> Iterator[Finding]:
    from dialform.reconcile.billing.where import platform_of

    assert ground.folders is not None
    wanted = [
        f"{one.slug}/{each.number}" for one in companies for each in one.accounts.values()
        if each.deliver_to and each.receives
    ]  # fmt: skip
    mail = platform_of(ground.folders.current).get("mail")
    if wanted and not (isinstance(mail, dict) and mail.get("from")):
        yield problem(
            "received faxes", "platform.yaml",
            f"{len(wanted)} accounts have `deliver_to`, and no mail leaves.",
            "platform.yaml says nothing of mail.", "Add `mail: {smtp: …, from: …}`; what waits is sent then.",
        )  # fmt: skip


def _programs() -> Iterator[Finding]:
    from dialform.fax.documents import missing

    for sentence in missing():
        what, _, consequence = sentence.partition(": ")
        yield warning(
            "fax documents", "this machine", f"{what}.", consequence[:1].upper() + consequence[1:],
            "docs/fax-documents.md says what is needed for what.",
        )  # fmt: skip
