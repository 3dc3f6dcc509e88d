"""Where calls go that one does not take, and where else one rings, as the site says it: each change is a
commit, merged at once where the platform allows it (`console.self_service`).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from dialform.compiler.reviewing.rights import may, owners
from dialform.compiler.scope import Scope
from dialform.console.errors import Away, Conflict, Forbidden, NotThere, Refused
from dialform.console.forms import MISSING, Form, Look, Said
from dialform.console.forms.form import suggestions
from dialform.console.forms.labels import told
from dialform.console.forms.nodes import Node
from dialform.console.forms.reading import node_of, table_nodes
from dialform.console.me import desk
from dialform.console.need import ANYBODY, Need
from dialform.console.objects.where import person_of, tip
from dialform.console.page import Context, Page
from dialform.console.saving import GONE, Checked, Edit, Invalid, check, digest_of, save, value_at
from dialform.console.site import Site
from dialform.schema.rule import Path
from dialform.schema.telephony import Extension
from dialform.schema.tenant import Tenant
from dialform.values import dataclass, field

FORWARDS = ("no_answer", "busy", "unregistered")
_ROWS = ("add", "remove", "up", "down")


@dataclass(frozen=True, slots=True)
class Rule:
    """A part of the site that is an extension's own. `fields` are those of the object, () for all of it."""

    title: str
    about: str
    table: str
    node: Callable[[], Node]
    fields: tuple[str, ...] = ()

    def edits(self, slug: str, number: str, data: Any, was: str) -> list[Edit]:
        """What is saved. `was` are digests, one a field."""
        if not self.fields:
            return [Edit(slug, (self.table, number), GONE if data is MISSING else data, was)]
        given = data if isinstance(data, Mapping) else {}
        marks = (
            was.split(".") if was.count(".") == len(self.fields) - 1 else [""] * len(self.fields)
        )
        return [
            Edit(slug, (self.table, number, name), given.get(name, GONE), mark)
            for name, mark in zip(self.fields, marks, strict=True)
        ]

    def now(self, site: Site, slug: str, number: str) -> tuple[Any, str]:
        """What stands there, and its digests."""
        found = value_at(site, slug, (self.table, number))
        if not self.fields:
            return (MISSING if found is GONE else found), digest_of(found)
        old = found if isinstance(found, Mapping) else {}
        marks = ".".join(digest_of(old.get(name, GONE)) for name in self.fields)
        return {name: old[name] for name in self.fields if name in old}, marks


FOLLOW_ME = Rule(
    "Follow-me",
    "Where else you ring: a mobile, a colleague. It comes after your phones, before the mailbox.",
    "follow_me", lambda: table_nodes(Tenant, "follow_me")[1],
)  # fmt: skip
MISSED = Rule(
    "Calls that you do not take",
    "Where they go. What is not said goes to your mailbox, if you have one.",
    "extensions", lambda: node_of(Extension, (), FORWARDS), FORWARDS,
)  # fmt: skip


@dataclass(slots=True)
class Sheet:
    """A form on its way."""

    rule: Rule
    slug: str
    number: str
    site: Site
    scope: Scope
    form: Form
    there: bool
    was: str
    checked: Checked | None = None
    others: list[Said] = field(default_factory=list)
    theirs: Any = None
    """What somebody else wrote there meanwhile."""


async def page(context: Context, rule: Rule) -> Response:
    """A part of the site that is one's own: shown, checked, saved.

    Scope: the visitor's own extensions; what their role may change there.
    """
    sheet = await _opened(context, rule)
    if context.request.method == "GET":
        return await _show(context, sheet)
    act = await context.text("act", "save")
    if act == "gone" and not rule.fields and sheet.there:
        return await _saved(
            context, sheet, sheet.rule.edits(sheet.slug, sheet.number, MISSING, sheet.was)
        )
    sheet.form = sheet.form.parse(await context.form())
    if act.partition(":")[0] in _ROWS:
        sheet.form = sheet.form.acted(act)
        return await _show(context, sheet)
    if sheet.form.flawed:
        return await _show(context, sheet, 422)
    edits = rule.edits(sheet.slug, sheet.number, sheet.form.data, sheet.was)
    if act == "check":
        try:
            sheet.checked = await check(context, edits)
        except (Refused, Away) as error:
            return await _show(context, sheet, error.status, str(error))
        _tell(sheet, sheet.checked.findings, files=context.visitor.admin)
        return await _show(context, sheet)
    return await _saved(context, sheet, edits)


async def _opened(context: Context, rule: Rule) -> Sheet:
    who, number = desk.own(context), desk.extension(context)
    site = await tip(context)
    scope = await context.ground.off(site.tenant, who.slug)
    if scope is None or number not in scope.tenant.extensions:
        raise NotThere("There is no such extension of yours in the site any more.")
    data, was = rule.now(site, who.slug, number)
    person, mine = person_of(context.visitor), owners(scope.tenant, rule.table, number)
    mine &= {context.visitor.user}

    def allowed(path: Path) -> bool:
        return may(person, who.slug, rule.table, path, mine)

    form = Form.of(rule.node(), data, look=Look(may=allowed, folder=f"media/{who.slug}/"))
    if not any(one.enabled for one in form.root.all()):
        raise Forbidden("Your role may not change this: a tenant administrator does.")
    there = data is not MISSING and data != {}
    if context.request.method != "GET":
        was = await context.text("_was", was)
    return Sheet(rule, who.slug, number, site, scope, form, there, was)


async def _saved(context: Context, sheet: Sheet, edits: list[Edit]) -> Response:
    message = f"{sheet.rule.title} of extension {sheet.number} of {sheet.slug}"
    try:
        done = await save(context, edits, message)
    except Invalid as error:
        _tell(sheet, error.findings, files=context.visitor.admin)
        return await _show(context, sheet, error.status, str(error))
    except Conflict as error:
        sheet.theirs, sheet.was = sheet.rule.now(sheet.site, sheet.slug, sheet.number)
        return await _show(context, sheet, error.status, str(error))
    except (Refused, Away) as error:
        return await _show(context, sheet, error.status, str(error))
    if not done.changed:
        context.flash("Nothing was changed: it says that already.", "note")
    else:
        context.flash(f"{sheet.rule.title}: saved. {done.way}", "good" if done.merged else "note")
    return context.redirect("/me/forwarding" if done.merged or not done.url else done.url)


def _tell(sheet: Sheet, findings: Any, *, files: bool) -> None:
    """Each finding beside its field; those about something else above the form."""
    at: Path = (sheet.rule.table, sheet.number)
    for one in findings:
        message, hint = told(one.message, one.hint, files=files)
        said = Said(message[:1].upper() + message[1:], hint, str(one.severity), one.code)
        if one.tenant == sheet.slug and one.place[: len(at)] == at:
            sheet.form.tell([(one.place[len(at) :], said)])
        else:
            sheet.others.append(said)


async def _show(context: Context, sheet: Sheet, status: int = 200, sentence: str = "") -> Response:
    offers = await context.ground.off(suggestions, sheet.form, sheet.site, sheet.scope)
    return context.render(
        "me/rules.html", status, sheet=sheet, form=sheet.form, rule=sheet.rule, offers=offers,
        sentence=sentence, checked=sheet.checked,
    )  # fmt: skip


_BOTH = ("GET", "POST")
_NEED: Need = ANYBODY
PAGES = (
    Page("/me/forwarding/{extension}/follow-me", partial(page, rule=FOLLOW_ME), _NEED, _BOTH),
    Page("/me/forwarding/{extension}/missed", partial(page, rule=MISSED), _NEED, _BOTH),
)
