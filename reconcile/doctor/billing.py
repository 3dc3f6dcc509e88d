"""Are calls booked? And who may not call outside, because of a limit or for lack of credit?"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from dialform.reconcile.doctor.books import NoBooksError, books, known
from dialform.reconcile.doctor.finding import Finding, Level, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground

_OLD = 600.0
"""Seconds after which a record that nobody booked is a problem."""
_MOST = 10_000
"""Files that are counted."""
_WHOLE = 100_000
"""Rows of usage up to which the whole ledger is audited here."""
_PHRASES = {
    "limit": ("has reached its daily or monthly limit of transactions",
              "It ends by itself with the day or month; an admin raises `limits`."),
    "credit": ("has no credit left, and `on_zero_credit: block`",
               "A payment in `payments` lifts it, once it is applied."),
}  # fmt: skip


async def check(ground: Ground) -> list[Finding]:
    """Spool, ledger, what the agent says, and flags."""
    found = [*_said(ground)]
    spool = await _spool(ground)
    found += [unknown("call records", "json_cdr.conf", "Nothing is compiled here.")] if spool is None else [
        *_folder(spool, await ground.folder("log_dir")), *_waiting(ground, spool)
    ]  # fmt: skip
    found += _ledger(ground)
    return [*found, *await refused(ground)]


async def refused(ground: Ground) -> list[Finding]:
    """The tenants whose calls outside are refused, by the flags that stand on the switch."""
    if ground.ask is None:
        return [
            unknown("calls outside", "`db select`", f"No switch was asked: {ground.no_switch}.")
        ]
    found = []
    for slug in _tenants(ground):
        said = (await ground.say(f"db select/{slug}-block/outbound") or "").strip()
        if said in _PHRASES:
            cause, way = _PHRASES[said]
            found.append(warning(
                f"calls of {slug}", f"`db select/{slug}-block/outbound`",
                f"Calls and faxes outside are refused ({said}); calls for help go on.",
                f"The tenant {cause}.", way,
            ))  # fmt: skip
    return found or [
        ok("calls outside", "the flags on the switch", "Nobody's are refused by a flag.")
    ]


def _tenants(ground: Ground) -> list[str]:
    if ground.site is not None:
        named = {one.tenant for one in ground.subjects if one.tenant}
        return sorted({ground.tenant} if ground.tenant else named or set(ground.site.slugs))
    return sorted({path.parent.name for path in ground.files("tenants/*/directory.xml")})


def _said(ground: Ground) -> Iterator[Finding]:
    """What the agent says of its billing."""
    status = ground.status
    for one in (status or {}).get("conditions", ()):
        if one.get("type") == "Billing" and one.get("status") == "False":
            yield problem(
                "billing", "status.json", str(one.get("message") or one.get("reason")),
                "The agent cannot book, or found something that somebody has to look at.",
                "`dialform status` says since when; docs/limits-and-credit.md says what each means.",
            )  # fmt: skip


async def _spool(ground: Ground) -> Path | None:
    from dialform.reconcile.billing.where import spool_of

    if ground.folders is None:
        return None
    return spool_of(ground.folders.current, str(await ground.folder("log_dir")))


def _folder(spool: Path, like: Path) -> Iterator[Finding]:
    """Whether the switch may write there, and we may put away what it wrote."""
    about, looked = "call records", str(spool)
    try:
        seen = spool.stat()
    except FileNotFoundError:
        yield problem(
            about, looked, "The folder is not there.",
            "The switch makes it when it starts; if it may not, it writes no record at all.",
            f"Make it, for the switch's user to write: install -d -o freeswitch -g dialform -m 2770 {spool}",
        )  # fmt: skip
        return
    except OSError as error:
        yield unknown(about, looked, f"It cannot be looked at ({error.strerror}).")
        return
    if not os.access(spool, os.R_OK | os.W_OK | os.X_OK):
        yield problem(
            about, looked, "We may not read records there and put them away.",
            "Whoever books has to move each file; this user may not write to the folder.",
            f"Share a group with the switch: chgrp dialform {spool} && chmod 2770 {spool}",
        )  # fmt: skip
    elif not _may_write(seen, like):
        yield problem(
            about, looked, "The switch may not write there.",
            "The folder belongs to somebody else than the switch's log files do.",
            f"chgrp dialform {spool} && chmod 2770 {spool}, with the switch's user in that group",
        )  # fmt: skip
    else:
        yield ok(about, looked, "The switch writes there, and we put away.")


def _may_write(seen: os.stat_result, like: Path) -> bool:
    """Whether the owner of the switch's own files can write; as far as modes tell."""
    try:
        switch = like.stat()
    except OSError:
        return True
    shared = bool(seen.st_mode & stat.S_IWGRP)  # whoever set that meant the switch's group
    return switch.st_uid in (0, seen.st_uid) or shared or bool(seen.st_mode & stat.S_IWOTH)


def _waiting(ground: Ground, spool: Path) -> Iterator[Finding]:
    try:
        bad = sum(one.name.endswith(".json") for one in islice(os.scandir(spool / "bad"), _MOST))
    except OSError:
        bad = 0
    if bad:
        yield warning(
            "call records", str(spool / "bad"), f"{bad} files could not be booked.",
            "They are damaged, or not the switch's; beside each stands why.",
            "Look at the `.reason.txt`; a file that is mended is booked when it is moved back.",
        )  # fmt: skip
    count, oldest = 0, ground.machine.now()
    try:
        for one in islice(os.scandir(spool), _MOST):
            if one.name.endswith(".cdr.json"):
                count, oldest = count + 1, min(oldest, one.stat().st_mtime)
    except OSError:
        return
    age = ground.machine.now() - oldest
    if age > _OLD:
        yield problem(
            "call records", str(spool), f"{count} wait to be booked, the first for {age / 60:.0f} minutes.",
            "No agent books here, or the ledger does not take it.",
            "Look at `dialform status`; `dialform billing ingest` books by hand.",
        )  # fmt: skip


def _ledger(ground: Ground) -> Iterator[Finding]:
    from dialform.reconcile.billing.section import of_ledger

    looked = "the ledger"
    if known(ground) is None:
        yield unknown(
            "ledger", looked, "Without an agent's state folder nobody knows which one it is."
        )
        return
    try:
        with books(ground) as ledger:
            looked = ledger.name
            with ledger.reading() as connection:
                said = of_ledger(connection)
            faults = ledger.verify() if said["rows"] <= _WHOLE else []
    except NoBooksError as error:
        yield problem("ledger", looked, str(error), "Calls are not booked, and limits stand still.",
                      "Records stay in the spool until it is there again.")  # fmt: skip
        return
    if faults:
        yield problem(
            "ledger", looked, f"{len(faults)} things do not add up; first: {faults[0]}",
            "Somebody changed the database by hand, or its disk lost something.",
            "`dialform billing verify` names them all; keep a copy before anything else.",
        )  # fmt: skip
    if said["unrated"]:
        yield warning(
            "ledger", looked, f"{said['unrated']} calls or faxes are booked without a price.",
            "No rate of the plan has their prefix, or the plan is none.",
            "Add the rate, apply it, then `dialform billing rerate`.",
        )  # fmt: skip
    if not faults:
        audit = "all adds up" if said["rows"] <= _WHOLE else "`dialform billing verify` audits it"
        yield Finding(
            Level.OK,
            "ledger",
            looked,
            f"It answers; last booked {said['last_booked'] or 'never'}; {audit}.",
        )
