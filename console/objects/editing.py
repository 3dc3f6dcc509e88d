"""New, edit, copy: the form of an object, checked as often as one likes, then saved."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from dialform.billing.ledger.errors import LedgerError
from dialform.console.errors import Away, Conflict, Forbidden, Refused
from dialform.console.forms import MISSING, Form, Look, Said
from dialform.console.forms.form import without_secrets
from dialform.console.forms.labels import told
from dialform.console.objects.keeper import Keeper
from dialform.console.objects.kinds import Kind
from dialform.console.objects.sheet import Sheet
from dialform.console.objects.showing import show
from dialform.console.objects.uploads import files_of
from dialform.console.objects.where import Where, where
from dialform.console.page import Context
from dialform.console.saving import (
    GONE,
    Clash,
    Denied,
    Finding,
    Invalid,
    Saved,
    check,
    digest_of,
    save,
)
from dialform.console.saving.drafts import draft_of, drop_draft, keep_draft
from dialform.schema.rule import Path
from dialform.schema.shape import shape_check
from dialform.values import replace

_ROWS = ("add", "remove", "up", "down")


async def edit_page(
    context: Context, kind: Kind, *, template: str = "objects/edit.html"
) -> Response:
    """Change an object: what the visitor's role may change of it; the rest is shown."""
    place = await where(context, kind)
    key = "" if kind.single else str(context.params["key"])
    data = place.found(key)
    form = Form.of(kind.node, data, look=_look(place, key), words=kind.words)
    if not any(one.enabled for one in form.root.all()):
        raise Forbidden(f"You may look at {kind.named(key)}, but not change it.")
    sheet = Sheet(place, form, key, data is MISSING, digest_of(GONE if data is MISSING else data))
    if context.request.method == "GET":
        await remembered(sheet)
        return await show(sheet, template)
    sheet.was = await context.text("_was", sheet.was)
    return await sent(sheet, template)


async def new_page(
    context: Context, kind: Kind, *, template: str = "objects/edit.html"
) -> Response:
    """Make an object: who may make one. `?from=KEY` begins with what another one says."""
    place = await where(context, kind)
    place.must()
    data: Any = MISSING
    if model := context.query.get("from", ""):
        data = copied(place.found(model))
    form = Form.of(kind.node, data, look=_look(place, ""), words=kind.words)
    sheet = Sheet(
        place,
        form,
        (await context.text("_key")) if context.request.method == "POST" else "",
        True,
        "",
    )
    if context.request.method == "GET":
        await remembered(sheet)
        return await show(sheet, template)
    return await sent(sheet, template)


def copied(data: Any) -> Any:
    """An object without what must not be there twice: its secrets."""
    if isinstance(data, dict):
        return {
            key: copied(value) for key, value in data.items()
            if key not in ("password", "pin", "moderator_pin", "rotate", "admin_password")
        }  # fmt: skip
    return data


def _look(place: Where, key: str) -> Look:
    keeper = Keeper.of(place.context.ground, place.visitor.subject)
    folder = f"media/{place.tenant}/" if place.tenant else "media/"
    return Look(may=place.may(key), keeper=keeper, folder=folder, host=place.visitor.admin)


async def sent(sheet: Sheet, template: str) -> Response:
    """What becomes of a form that was sent: by its button a row more or less, a check, or a commit."""
    context = sheet.place.context
    act = await context.text("act", "save")
    sheet.form = sheet.form.parse(await context.form())
    if act in ("draft", "forget"):
        return await _drafted(sheet, act)
    if act.partition(":")[0] in _ROWS:
        sheet.form = sheet.form.acted(act)
        return await show(sheet, template)
    try:
        files = files_of(sheet.form)
    except Refused as error:
        return await show(sheet, template, error.status, str(error))
    _shape(sheet)
    if sheet.key_said or sheet.form.flawed:
        return await show(sheet, template, 422)
    edits = sheet.edits()
    try:
        if act == "check":
            sheet.checked = await check(context, edits, files=files)
            tell(sheet, sheet.checked.findings)
            return await show(sheet, template)
        done = await save(context, edits, sheet.message, files=files)
    except Invalid as error:
        tell(sheet, error.findings)
        return await show(sheet, template, error.status, str(error))
    except Clash as error:
        sheet.clash = error
        return await show(sheet, "objects/clash.html", error.status)
    except (Denied, Refused, Conflict) as error:
        return await show(sheet, template, error.status, str(error))
    except Away as error:
        return await show(sheet, template, error.status, f"{error} {await _kept_or_not(sheet)}")
    await drop_draft(context, sheet.place.owner, sheet.path)
    return finish(context, done, sheet.place.kind.named(sheet.key),
                  sheet.place.url(*([] if sheet.place.kind.single else [sheet.key])))  # fmt: skip


async def remembered(sheet: Sheet) -> None:
    """What the visitor typed before: shown where `?draft` asks for it, else offered."""
    context = sheet.place.context
    found = await draft_of(context, sheet.place.owner, sheet.path)
    if found is None or not isinstance(found.value, dict):
        return
    if "draft" not in context.query:
        sheet.draft = found
        return
    data = found.value.get("data")
    sheet.form = replace(sheet.form, value=MISSING if data is None else data, _field=None)
    sheet.was, sheet.key = found.was, str(found.value.get("key", sheet.key))


async def _drafted(sheet: Sheet, act: str) -> Response:
    """Keep what was typed, or forget it. Secrets are not kept."""
    context, place = sheet.place.context, sheet.place
    if act == "forget":
        await drop_draft(context, place.owner, sheet.path)
        context.flash("What you had typed is forgotten.", "note")
        fresh = sheet.new and not place.kind.single
        below = ["new"] if fresh else ["edit"] if place.kind.single else [sheet.key, "edit"]
        return context.redirect(place.url(*below))
    await _kept(sheet)
    return Response(status_code=204)


async def _kept_or_not(sheet: Sheet) -> str:
    """Keep what was typed where that can be, and say so: it stands in the form in any case."""
    try:
        await _kept(sheet)
    except (Refused, LedgerError):
        return "What you entered is below."
    return "What you entered is kept."


async def _kept(sheet: Sheet) -> None:
    """Keep what was typed, without secrets. Raises Refused where it is too much."""
    place = sheet.place
    data = without_secrets(sheet.form.value)
    value = {"data": None if data is MISSING else data, "key": sheet.key}
    await keep_draft(
        place.context, place.owner, sheet.path, value, base=place.site.commit, was=sheet.was
    )


def finish(context: Context, done: Saved, what: str, path: str) -> Response:
    """Say what was saved, and go where it is seen."""
    if not done.changed:
        context.flash(f"Nothing was changed: {what} says that already.", "note")
        return context.redirect(path)
    word = f"{what[:1].upper()}{what[1:]}"
    context.flash(f"{word} is saved. {done.way}", "good" if done.merged else "note")
    return context.redirect(path if done.merged else done.url or path)


def _shape(sheet: Sheet) -> None:
    """What is wrong with the values alone, before anything is asked of the repository."""
    kind, place = sheet.place.kind, sheet.place
    if sheet.new and not kind.single:
        if not sheet.key:
            sheet.key_said.append(Said(f"{kind.key_label} is needed."))
        elif place.raw(sheet.key) is not MISSING:
            sheet.key_said.append(
                Said(
                    f"There is {kind.named(sheet.key)} already.",
                    "choose another one, or change that",
                )
            )
    data = sheet.form.data
    sheet.form.tell(_misfits(sheet, data))


def _misfits(sheet: Sheet, data: Any) -> Sequence[tuple[Path, Said]]:
    """The schema's own findings about an object, by their paths into it."""
    from dialform.console.objects.shapes import model_and_path

    model, steps, blank = model_and_path(sheet.place.kind, sheet.key)
    whole: Any = data if data is not MISSING else blank
    for step in reversed(steps):
        whole = {step: whole}
    _, misfits = shape_check(model, "form", whole if isinstance(whole, dict) else {})
    found = []
    for misfit in misfits:
        if misfit.flaw is None or misfit.flaw.path[: len(steps)] != steps:
            continue
        flaw = misfit.flaw
        message = (
            flaw.rule.message.format_map(flaw.values) if flaw.message is None else flaw.message
        )
        hint = flaw.rule.hint.format_map(flaw.values) if flaw.hint is None else flaw.hint
        message, hint = told(message, hint, files=sheet.place.visitor.admin)
        said = Said(_sentence(message), hint, "error", flaw.rule.code)
        inner = flaw.path[len(steps):]  # fmt: skip
        if misfit.missing:
            inner = (*inner, misfit.missing)
            said = Said("This is needed.", "", "error", flaw.rule.code)
        if misfit.bad_key and not inner:
            sheet.key_said.append(said)
        else:
            found.append((inner, said))
    return found


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def tell(sheet: Sheet, findings: Sequence[Finding]) -> None:
    """Findings of the whole site: each beside its field, those about other objects above the form."""
    place = sheet.place
    at = place.kind.edit_path(sheet.key)
    for one in findings:
        message, hint = told(one.message, one.hint, files=place.visitor.admin)
        said = Said(_sentence(message), hint, str(one.severity), one.code)
        if one.tenant == place.owner and one.place[: len(at)] == at and one.place:
            sheet.form.tell([(one.place[len(at) :], said)])
        else:
            sheet.others.append(replace(one, message=_sentence(message), hint=hint))
