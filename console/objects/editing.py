"""New, edit, copy: the form of an object, checked as often as one likes, then saved."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from dialform.console.errors import Conflict, Forbidden, Refused
from dialform.console.forms import MISSING, Form, Look, Said
from dialform.console.forms.form import suggestions, without_secrets
from dialform.console.forms.labels import told
from dialform.console.forms.picking import pick
from dialform.console.objects.detail import facts, title_of
from dialform.console.objects.keeper import Keeper, seal
from dialform.console.objects.kinds import Kind
from dialform.console.objects.uploads import files_of
from dialform.console.objects.where import Where, where
from dialform.console.page import Context
from dialform.console.saving import (
    GONE,
    Checked,
    Clash,
    Denied,
    Edit,
    Finding,
    Invalid,
    Saved,
    check,
    digest_of,
    save,
)
from dialform.console.saving.drafts import Draft, draft_of, drop_draft, keep_draft
from dialform.schema.rule import Path
from dialform.schema.shape import shape_check
from dialform.values import dataclass, field, replace

_ROWS = ("add", "remove", "up", "down")


@dataclass(slots=True)
class Sheet:
    """A form on its way: the object, what it was called, what was found wrong, what would come of it."""

    place: Where
    form: Form
    key: str
    """What the object is called; what was typed for a new one."""
    new: bool
    was: str
    """The digest of what stood there when the form was opened; "" for nothing."""
    key_said: list[Said] = field(default_factory=list)
    checked: Checked | None = None
    clash: Clash | None = None
    others: list[Finding] = field(default_factory=list)
    """Findings that are about other objects."""
    draft: Draft | None = None
    """What the visitor typed before and did not save, where the form does not show it."""

    @property
    def path(self) -> Path:
        """Where it is, for its draft: that of a new object has no key yet."""
        return self.place.kind.edit_path("" if self.new else self.key)

    def edits(self) -> list[Edit]:
        """What is saved."""
        place = self.place
        data = self.form.sealed(lambda text: seal(place, text))
        if place.kind.only or (not place.kind.path and place.kind.single):
            return _by_key(place, data, self.form.was)
        value = GONE if data is MISSING else data
        return [Edit(place.owner, place.kind.edit_path(self.key), value, self.was)]

    @property
    def message(self) -> str:
        """The first line of the commit."""
        named = self.place.kind.named(self.key)
        return f"{'Add' if self.new else 'Change'} {named}" + (
            f" of {self.place.tenant}" if self.place.tenant else ""
        )


def _by_key(place: Where, data: Any, was: Any) -> list[Edit]:
    """What stands at the top of a document is saved key by key: the other keys are no part of the form."""
    from dialform.console.saving import value_at

    new = data if isinstance(data, dict) else {}
    old = was if isinstance(was, dict) else {}
    edits = []
    for key in (entry.key for entry in place.kind.node.entries):  # type: ignore[attr-defined]
        before, after = old.get(key, GONE), new.get(key, GONE)
        if before is not after and before != after:
            path = (*place.kind.edit_path(""), key)
            edits.append(
                Edit(place.owner, path, after, digest_of(value_at(place.site, place.owner, path)))
            )
    return edits


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
    data = without_secrets(sheet.form.value)
    value = {"data": None if data is MISSING else data, "key": sheet.key}
    await keep_draft(context, place.owner, sheet.path, value, base=place.site.commit, was=sheet.was)
    return Response(status_code=204)


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


async def show(sheet: Sheet, template: str, status: int = 200, sentence: str = "") -> Response:
    """The form."""
    place, context = sheet.place, sheet.place.context
    offers: Mapping[str, Any] = await context.ground.off(
        suggestions, sheet.form, place.site, place.scope
    )
    title = (
        f"New {place.kind.one}"
        if sheet.new and not place.kind.single
        else title_of(place, sheet.key)
    )
    key = place.kind.key.view(sheet.key or MISSING, _key_spot())
    key.label, key.required, key.flaws = place.kind.key_label, True, sheet.key_said
    key.offers = _KEY_OFFERS.get(place.kind.name, "")
    if key.offers and key.offers not in offers:
        from dialform.console.forms.references import offered

        offers = {**offers, key.offers: offered(key.offers, place.site, place.scope)}
    pick(sheet.form.root, offers)
    back = place.url() if sheet.new or place.kind.single else place.url(sheet.key)
    return context.render(
        template, status, sheet=sheet, form=sheet.form, place=place, kind=place.kind, key_field=key,
        title=title, offers=offers, sentence=sentence, back=back, checked=sheet.checked,
        clash=sheet.clash, sides=sides(sheet) if sheet.clash else (), now=_now(sheet) if sheet.clash else "",
    )  # fmt: skip


def _now(sheet: Sheet) -> str:
    """The digest of what stands there now: who saves with it has seen it."""
    place = sheet.place
    found = place.raw(sheet.key)
    return digest_of(GONE if found is MISSING else found)


def sides(sheet: Sheet) -> list[tuple[str, str, str]]:
    """What both changed, in words: the field, what stands there now, and what the form says."""
    assert sheet.clash is not None
    found = []
    for one in sheet.clash.clashes:
        theirs = Form.of(sheet.place.kind.node, MISSING if one.theirs is GONE else one.theirs, words=sheet.place.kind.words)
        now, mine = dict(facts(theirs)), dict(facts(sheet.form))
        found += [
            (label, now.get(label, "nothing"), mine.get(label, "nothing"))
            for label in dict.fromkeys((*mine, *now))
            if now.get(label) != mine.get(label)
        ]
    return found


_KEY_OFFERS = {
    "inbound-routes": "numbers", "follow-me": "extensions", "fax-accounts": "fax-extensions",
}  # fmt: skip
"""What is suggested as the key of a new object."""


def _key_spot() -> Any:
    from dialform.console.forms.spot import Spot

    return Spot(Look(), "_key", ("[key]",))
