"""The page of a form: fields with what is suggested and found, and both sides of a conflict."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from dialform.console.forms import MISSING, Field, Form, Look
from dialform.console.forms.form import suggestions
from dialform.console.forms.picking import pick
from dialform.console.forms.references import offered
from dialform.console.forms.spot import Spot
from dialform.console.objects.detail import title_of
from dialform.console.objects.facts import facts
from dialform.console.objects.sheet import Sheet
from dialform.console.saving import GONE, digest_of


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
    key = _key(sheet)
    if key.offers and key.offers not in offers:
        offers = {**offers, key.offers: offered(key.offers, place.site, place.scope)}
    pick(key, offers)
    pick(sheet.form.root, offers)
    back = place.url() if sheet.new or place.kind.single else place.url(sheet.key)
    return context.render(
        template, status, sheet=sheet, form=sheet.form, place=place, kind=place.kind, key_field=key,
        title=title, offers=offers, sentence=sentence, back=back, checked=sheet.checked,
        clash=sheet.clash, sides=sides(sheet, offers) if sheet.clash else (),
        now=_now(sheet) if sheet.clash else "",
    )  # fmt: skip


def _now(sheet: Sheet) -> str:
    """The digest of what stands there now: who saves with it has seen it."""
    place = sheet.place
    found = place.raw(sheet.key)
    return digest_of(GONE if found is MISSING else found)


def sides(sheet: Sheet, offers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What both changed, in words: the field, what stands there now, and what the form says."""
    assert sheet.clash is not None
    found = []
    for one in sheet.clash.clashes:
        kind, data = sheet.place.kind, MISSING if one.theirs is GONE else one.theirs
        theirs = Form.of(kind.node, data, words=kind.words)
        pick(theirs.root, offers)
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


_KEY_HELPS = {
    "Short name": "For lists and addresses: small letters, digits and “-”, as in north-2.",
    "MAC address or name": "As printed on the phone, like 00:15:65:12:34:56; a browser phone has a name.",
}  # fmt: skip
"""What is said of the key of a new object."""


def _key(sheet: Sheet) -> Field:
    """The field for what a new object is called."""
    kind = sheet.place.kind
    key = kind.key.view(sheet.key or MISSING, Spot(Look(), "_key", ("[key]",)))
    key.label, key.required, key.flaws = kind.key_label, True, sheet.key_said
    key.offers, key.help = _KEY_OFFERS.get(kind.name, ""), _KEY_HELPS.get(kind.key_label, "")
    key.closed = bool(key.offers)
    return key
