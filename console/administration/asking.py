"""What pages of administration share: look at a change first, or save it, and say what came of it."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from dialform.console.errors import Away, Conflict, Refused
from dialform.console.page import Context
from dialform.console.saving import Checked, Clash, Edit, Finding, Invalid, check, save
from dialform.values import dataclass

CHECK, SAVE = "check", "save"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page shows besides its form. `checked` is what would come of it, where that was asked."""

    checked: Checked | None = None
    sentence: str = ""
    findings: Sequence[Finding] = ()
    status: int = 200


async def asked(
    context: Context, edits: Sequence[Edit], message: str, what: str,
    path: str | Callable[[], str], **more: Any,
) -> Response | Answer:  # fmt: skip
    """Check or save what a form says, by its button. An Answer where the form is shown again: also where
    the repository is away, for what somebody typed is not to be lost by that.

    `what` is said of it ("The permissions of Bob"), `path` is where one goes then.
    """
    act = await context.text("act", SAVE)
    try:
        if act == CHECK:
            checked = await check(context, edits, **more)
            return Answer(checked, findings=checked.findings)
        done = await save(context, edits, message, **more)
    except Invalid as error:
        return Answer(None, str(error), error.findings, error.status)
    except Clash as error:
        return Answer(None, f"{error} This page shows what stands there now.", (), error.status)
    except (Refused, Conflict, Away) as error:
        return Answer(None, str(error), (), error.status)
    there = path if isinstance(path, str) else path()
    if not done.changed:
        context.flash(f"Nothing was changed: {what[:1].lower()}{what[1:]} stays as it is.", "note")
        return context.redirect(there)
    context.flash(f"{what}: saved. {done.way}", "good" if done.merged else "note")
    return context.redirect(there if done.merged else done.url or there)
