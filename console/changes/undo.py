"""The page on which a change is undone: what that would do is shown before it is done."""

from starlette.responses import Response

from dialform.console.changes.history import sees
from dialform.console.changes.one import back_of
from dialform.console.errors import Conflict, NotThere, Refused
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Page
from dialform.console.saving import Commit, commit, examine_undo, repository, revert
from dialform.console.saving.repository import FRESH


async def ask(context: Context) -> Response:
    """What undoing a commit would do: for whoever may look into it. Nothing is kept."""
    found = await _seen(context)
    undoing = await examine_undo(context, found.hash)
    later = [(one, sees(context.visitor, one)) for one in undoing.later]
    return context.render(
        "changes/undo.html", commit=found, undoing=undoing, later=later, back=back_of(context)
    )


async def done(context: Context) -> Response:
    """Undo it by another commit: by whoever may look into it, as far as their role allows the change."""
    found = await _seen(context)
    try:
        saved = await revert(context, found.hash)
    except (Refused, Conflict) as error:
        context.flash(str(error), "bad")
        return context.redirect(f"/changes/{found.hash}")
    if not saved.changed:
        context.flash("Nothing of it is left to undo.", "note")
        return context.redirect(f"/changes/{found.hash}")
    context.flash(f"“{found.title}” is undone. {saved.way}", "good" if saved.merged else "note")
    return context.redirect(saved.url)


async def _seen(context: Context) -> Commit:
    """The commit, for who may look into it. Raises NotThere."""
    ground = context.ground

    def known() -> Commit:
        store = repository(ground)
        store.heads(fresh=FRESH)
        return commit(store, str(context.params["id"]))

    found = await ground.off(known)
    if not sees(context.visitor, found):
        raise NotThere("There is no such change.")
    return found


PAGES = (
    Page("/changes/{id}/undo", ask, ANYBODY),
    Page("/changes/{id}/roll-back", done, ANYBODY, ("POST",)),
)
