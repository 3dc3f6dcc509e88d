"""Delete, with what would come of it first."""

from starlette.responses import Response

from dialform.console.errors import NotThere
from dialform.console.forms import MISSING
from dialform.console.forms.labels import told
from dialform.console.objects.detail import title_of
from dialform.console.objects.editing import finish
from dialform.console.objects.kinds import Kind
from dialform.console.objects.related import used_by
from dialform.console.objects.where import where
from dialform.console.page import Context
from dialform.console.saving import GONE, Clash, Edit, Invalid, check, digest_of, save


async def delete_page(context: Context, kind: Kind) -> Response:
    """Ask, with the plan; then remove: who may remove such an object."""
    place = await where(context, kind)
    key = "" if kind.single else str(context.params["key"])
    data = place.found(key)
    if data is MISSING:
        raise NotThere(f"There is no {kind.named(key)}.")
    place.must(key)
    edits = [Edit(place.owner, kind.edit_path(key), GONE, digest_of(data))]
    sentence = ""
    if context.request.method == "POST":
        edits = [Edit(place.owner, kind.edit_path(key), GONE, await context.text("_was"))]
        message = f"Remove {kind.named(key)}" + (f" of {place.tenant}" if place.tenant else "")
        try:
            done = await save(context, edits, message)
        except (Invalid, Clash) as error:
            sentence = str(error)
        else:
            if done.merged:
                context.flash(f"{kind.named(key).capitalize()} is removed. {done.way}")
                return context.redirect(place.url())
            return finish(context, done, kind.named(key), place.url(key))
    edits = [Edit(place.owner, kind.edit_path(key), GONE, digest_of(data))]
    checked = await check(context, edits)
    used = await context.ground.off(used_by, place, key)
    wrong = dict.fromkeys((one.is_error, told(one.message, "")[0]) for one in checked.findings)
    return context.render(
        "objects/delete.html", 422 if sentence else 200, kind=kind, place=place, key=key, used=used,
        checked=checked, wrong=sorted(wrong, reverse=True), was=digest_of(data),
        title=title_of(place, key), sentence=sentence,
    )  # fmt: skip
