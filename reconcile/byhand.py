"""What people ask for: back to an earlier generation, try a commit again, take a rewritten history."""

from dialform.reconcile import applying, requests
from dialform.reconcile.applying import Applier
from dialform.reconcile.contact import reach
from dialform.reconcile.generations import Generation, GenerationError
from dialform.reconcile.ground import Ground
from dialform.reconcile.requests import Answer, Request
from dialform.reconcile.status import shown
from dialform.switch import SwitchError
from dialform.values import dataclass

_DIGITS = 7
"""Of a commit's name, at least: fewer may mean any."""


class ByHandError(Exception):
    """It cannot be done: one sentence, with the way out."""


@dataclass(frozen=True, slots=True)
class Back:
    """A way back that was asked for."""

    wanted: str = ""
    reason: str = ""
    by: str = ""
    allow_disruption: bool = False


async def roll_back(ground: Ground, applier: Applier, back: Back) -> str:
    """Go back to a generation, prove it, and hold back what came after it. What was done, in words.

    Git is not asked. Raises ByHandError.
    """
    target = _target(ground, back.wanted)
    try:
        there = await reach(ground)
        if there is not None:
            raise ByHandError(f"{there.message} {there.way_out}")
        drops = [one for one in await applier.ahead(target) if one.drops and not one.by_hand]
    except GenerationError as error:
        raise ByHandError(f"It cannot be gone back now: {error}.") from None
    except SwitchError as error:
        raise ByHandError(f"The switch was lost: {error}. Try again.") from None
    if drops and not back.allow_disruption:
        raise ByHandError(
            f"Going back to {target.name} ends calls ({drops[0].words}): say --allow-disruption if "
            "that is meant."
        )
    before = ground.record.applied
    by = f" by {back.by}" if back.by else ""
    why = f"rolled back by hand{by}{f': {back.reason}' if back.reason else ''}"
    # First held back: whoever is killed here must not find it applied again.
    source = ground.book.data["source"].get("commit")
    held = {one for one in (before.commit if before else None, source) if one}
    # Of one commit there are two generations where a secret changed, say: it would come again at once.
    same = before is not None and not before.dirty and before.generation != target.name
    if not (same and before is not None and before.commit == target.commit):
        held.discard(target.commit or "")
    ground.quarantine.add(sorted(held), why)
    ground.book.doing(f"going back to {target.name}")
    verdict = await applier.apply(
        target, commit=target.commit, announced=[one.command for one in drops], by_hand=why
    )
    ground.book.attempted(target.commit, verdict.how, verdict.why)
    if verdict.how != applying.APPLIED:
        raise ByHandError(_failed(target, verdict))
    ground.book.count("rollbacks")
    after = f"; {shown(sorted(held))} is held back until a newer commit comes" if held else ""
    return f"{target.name} runs, proven{after}."


def _target(ground: Ground, wanted: str) -> Generation:
    """The generation that was named; without a name the one proven before what was applied last.

    What was only compiled, and then held back, is nothing to go back to.
    """
    known = ground.generations.all()
    if wanted:
        found = ground.generations.find(wanted)
        if found is None:
            names = ", ".join(one.name for one in known) or "none"
            raise ByHandError(f"There is no generation '{wanted}'. There are: {names}.")
    else:
        applied = ground.record.applied
        others = [
            one for one in known
            if applied is not None and one.name in applied.proven
            and (one.commit is None or one.commit not in ground.quarantine.reasons)
        ]  # fmt: skip
        mine = ground.generations.find(applied.generation) if applied else None
        older = [one for one in others if mine is not None and one.number < mine.number]
        found = older[0] if older else None
        if found is None:
            raise ByHandError(
                "There is no earlier generation that was proven here: `dialform rollback --list` shows "
                "what there is; name one to go to it."
            )
    if found.placeholders:
        raise ByHandError(
            f"Generation {found.name} was compiled without secrets, no phone could log in: name another."
        )
    if damaged := ground.generations.damaged(found):
        raise ByHandError(
            f"Generation {found.name} is damaged ({damaged[0]}): name another with `dialform rollback`."
        )
    return found


def _failed(target: Generation, verdict: applying.Verdict) -> str:
    words = {
        applying.UNREACHABLE: "The switch was lost on the way; it is gone on with when it is back",
        applying.ROLLED_BACK: f"{target.name} did not prove itself, and what ran before runs again",
        applying.ROLLBACK_FAILED: "It failed, and so did the way back: look at the switch NOW",
        applying.APPLY_FAILED: f"{target.name} did not prove itself",
    }
    return f"{words[verdict.how]}: {verdict.first or verdict.why}."


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a request, and what the next pass must know.

    `retry`: it looks at the same commit again. `accepted` is one whose rewritten history is taken.
    """

    answer: Answer
    retry: bool = False
    accepted: str | None = None


async def answer(ground: Ground, applier: Applier, request: Request) -> Done:
    """Do what was asked. Raises OSError."""
    given = request.arguments
    if request.what == requests.ROLLBACK:
        back = Back(
            given.get("wanted", ""), given.get("reason", ""), given.get("by", ""),
            given.get("allow_disruption") == "yes",
        )  # fmt: skip
        try:
            return Done(Answer(request.id, True, await roll_back(ground, applier, back)))
        except ByHandError as error:
            return Done(Answer(request.id, False, str(error)))
    if request.what == requests.RETRY:
        released = ground.quarantine.release(given.get("commit") or None)
        said = "Tried again now." if released else "Nothing was held back; a pass is made now."
        return Done(Answer(request.id, True, said), retry=True)
    if request.what == requests.ACCEPT_REWRITE:
        return _accepted(ground, request)
    return Done(Answer(request.id, False, f"This agent does not know '{request.what}'."))


def _accepted(ground: Ground, request: Request) -> Done:
    """The commit that somebody looked at is taken, and no other that the branch came to meanwhile."""
    commit = str(ground.book.data["source"]["commit"] or "")
    seen = request.arguments.get("commit", "")
    if len(seen) >= _DIGITS and commit.startswith(seen):
        return Done(
            Answer(request.id, True, f"{shown(commit)} is taken as it is."), accepted=commit
        )
    told = (
        f"The branch is at {shown(commit)}, not at '{seen}': look at it, then take it with "
        f"`dialform resume --accept-rewrite {shown(commit)}`."
    )
    return Done(Answer(request.id, False, told))
