"""Meeting the switch: is it there, is it ours, is it the one that we knew."""

import os
from collections.abc import Callable
from pathlib import Path

from dialform.reconcile.generations import Generation, Generations
from dialform.reconcile.ground import Ground
from dialform.reconcile.known import Known
from dialform.reconcile.policy import Hold, hold
from dialform.reconcile.wanted import Resources
from dialform.switch import SwitchError, questions
from dialform.switch.questions import Ask
from dialform.values import replace


async def meet(ground: Ground, ask: Ask) -> Hold | None:
    """Look who answers, and say in the status what it is. A hold where it is not ours to change.

    A new Core-UUID means that it was started again: what is known is then what it started with, and its
    registrations, which outlive a restart. Raises SwitchError.
    """
    book = ground.book
    uuid = await questions.core_uuid(ask)
    folder = await questions.conf_folder(ask)
    revision = await questions.revision(ask)
    book.section(
        "switch",
        connected=True,
        core_uuid=uuid,
        revision=revision or None,
        folder=folder,
        error=None,
    )
    if not same_folder(folder, ground.layout.current / "freeswitch"):
        return hold(
            "WrongFolder", folder=folder, wanted=ground.layout.current / "freeswitch",
            boot=ground.boot,
        )  # fmt: skip
    known = ground.record.known
    if known.core_uuid != uuid:
        if known.core_uuid:
            ground.log.warning("the switch was started again", core_uuid=uuid, revision=revision)
            book.count("switch_restarts")
        found = known_of(ground.generations, ground.wanted, known, uuid, revision)
        ground.record.learn(found if known.core_uuid else _doubted(ground, found))
    return None


_UNSEEN = ("acl", "voicemail", "settings", "queues", "streams")
"""Of what the switch does not show its version, and what to send again ends no call."""


def _doubted(ground: Ground, known: Known) -> Known:
    """What is left of it where the record is lost in mid-apply: the switch need not have been started.

    It may have taken the new files by a reload alone; the rest is done again then.
    """
    applied, current = ground.record.applied, ground.generations.current()
    if applied is None or current is None or current.name == applied.generation:
        return known
    kept = {kind: own for kind, own in known.digests.items() if kind not in _UNSEEN}
    before = ground.generations.find(applied.generation)
    if before is not None:  # whose logins changed since is still to be logged out
        kept["users"] = ground.wanted(before).digests()["users"]
    return replace(known, digests=kept)


def known_of(
    generations: Generations, wanted: Callable[[Generation], Resources], before: Known, uuid: str,
    revision: str,
) -> Known:  # fmt: skip
    """What is known of a switch that nobody has met: what it read when it started."""
    # Of those with one revision (sounds are not of it) it started with what is current.
    current = generations.current()
    for generation in [*([current] if current else []), *generations.all()]:
        if revision and generation.revision == revision:
            return Known.after_restart(wanted(generation), uuid, before.pending)
    return Known(uuid, pending=before.pending)


def same_folder(one: str, other: Path) -> bool:
    """Whether two paths name the same place; `current` itself is not followed, it is flipped."""

    def real(path: Path) -> str:
        return f"{os.path.realpath(path.parent.parent)}/{path.parent.name}/{path.name}"

    return real(Path(os.path.normpath(one))) == real(other)


async def reach(ground: Ground, within: float = 5.0) -> Hold | None:
    """Wait a little for the switch, then meet it. A hold where it is not there, or not ours."""
    why = await ground.reach(within)
    if not why:
        try:
            return await meet(ground, ground.link.api)
        except SwitchError as error:
            why = str(error)
    ground.book.section("switch", connected=False, error=why)
    return hold("SwitchUnreachable", why=why, boot=ground.boot)
