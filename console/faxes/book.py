"""The address book for faxes: groups of contacts, and lists of contacts and barred numbers in and out."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from dialform.compiler.scope import Scope
from dialform.console.downloads import saved
from dialform.console.errors import NotThere, Refused
from dialform.console.faxes import sheets, uploads
from dialform.console.need import holding
from dialform.console.objects.editing import finish
from dialform.console.objects.where import tip
from dialform.console.page import Context, Menu, Page
from dialform.console.saving import GONE, Edit, Invalid, digest_of, save, value_at
from dialform.values import dataclass

KEEPERS = holding("contacts", role="tenant_admin")
_NAME = 100
_SHOWN = 20
"""Flaws that are told at once."""


@dataclass(frozen=True, slots=True)
class Book:
    """A tenant's address book, as it is written in the newest commit."""

    scope: Scope
    contacts: dict[str, Any]
    barred: list[Any]
    was_barred: str

    @property
    def groups(self) -> dict[str, list[str]]:
        """The groups, each with the keys of its contacts."""
        found: dict[str, list[str]] = {}
        for key, entry in self.contacts.items():
            for group in groups_of(entry):
                found.setdefault(group, []).append(key)
        return dict(sorted(found.items()))

    @property
    def country(self) -> str:
        """How its national numbers are read."""
        return str(self.scope.tenant.country or self.scope.view.platform.country)


def groups_of(entry: Any) -> list[str]:
    """The groups that a contact says it is in."""
    said = entry.get("groups") if isinstance(entry, dict) else None
    return [str(one) for one in said] if isinstance(said, list) else []


async def book(context: Context) -> Book:
    """The tenant's. Raises NotThere, Away."""
    site = await tip(context)

    def read() -> Book:
        scope = site.tenant(context.tenant)
        if scope is None:
            raise NotThere("There is no such tenant.")
        contacts = value_at(site, scope.slug, ("contacts",))
        barred = value_at(site, scope.slug, ("do_not_call",))
        known = (
            {str(key): one for key, one in contacts.items()} if isinstance(contacts, dict) else {}
        )
        return Book(scope, known, barred if isinstance(barred, list) else [], digest_of(barred))

    return await context.ground.off(read)


async def _groups(context: Context) -> Response:
    """Scope: the tenant's managers."""
    found = await book(context)
    return context.render(
        "faxes/groups.html", groups=found.groups, contacts=found.contacts, names=_names(found)
    )


def _names(found: Book) -> dict[str, str]:
    return {
        key: str(one.get("name") or key) if isinstance(one, dict) else key
        for key, one in found.contacts.items()
    }  # fmt: skip


async def _group(context: Context) -> Response:
    """A group and who is in it: shown, and changed. Scope: the tenant's managers."""
    found = await book(context)
    new = "group" not in context.params
    name = "" if new else str(context.params["group"])
    if not new and name not in found.groups:
        raise NotThere("There is no such group.")
    if context.request.method == "GET":
        return _shown(context, found, name, new, set(found.groups.get(name, ())))
    form = await context.form()
    called = (await context.text("name"))[:_NAME] if new else name
    ticked = {one for one in form.getlist("contacts") if isinstance(one, str)} & set(found.contacts)
    if not called or (new and called in found.groups):
        said = f"There is a group {called} already." if called else "The group needs a name."
        return _shown(context, found, called, new, ticked, said)
    edits = []
    for key, entry in found.contacts.items():
        now = groups_of(entry)
        if (key in ticked) == (called in now):
            continue
        after = [*now, called] if key in ticked else [one for one in now if one != called]
        edits.append(_edit(context, ("contacts", key, "groups"), after or GONE, entry, "groups"))
    if new and not edits:
        return _shown(
            context,
            found,
            called,
            new,
            ticked,
            "Tick who is in the group: it is made of its contacts.",
        )
    return await _kept(
        context, edits, f"Change the group {called} of {context.tenant}", f"group {called}",
        f"/t/{context.tenant}/faxes/groups", lambda said: _shown(context, found, called, new, ticked, said),
    )  # fmt: skip


def _edit(context: Context, path: tuple[str, ...], value: Any, entry: Any, name: str) -> Edit:
    was = entry.get(name, GONE) if isinstance(entry, dict) else GONE
    return Edit(context.tenant, path, value, digest_of(was))


def _shown(
    context: Context, found: Book, name: str, new: bool, ticked: set[str], flaw: str = ""
) -> Response:
    return context.render(
        "faxes/group.html", 422 if flaw else 200, name=name, new=new, ticked=ticked, flaw=flaw,
        names=_names(found), contacts=found.contacts,
    )  # fmt: skip


async def _import(context: Context) -> Response:
    """Contacts or barred numbers from a list, as one change. Scope: the tenant's managers."""
    if context.request.method == "GET":
        return _ask(context)
    found, what = await book(context), await context.text("what")
    form = await context.form()
    files = uploads.files_in(form, "list")
    if what not in ("contacts", "do-not-call") or not files:
        await uploads.close(form)
        return _ask(context, ["Choose a list, and what it holds."], what)
    raw = await files[0].read(sheets.LARGEST + 1)
    await uploads.close(form)
    try:
        if what == "contacts":
            read = sheets.contacts(raw, found.country, found.contacts)
            edits = [
                Edit(context.tenant, ("contacts", key), entry, digest_of(found.contacts.get(key, GONE)))
                for key, entry in read.entries.items()
                if entry != found.contacts.get(key)
            ]  # fmt: skip
        else:
            read = sheets.barred(raw, found.country)
            after = list(dict.fromkeys([*map(str, found.barred), *read.entries]))
            changed = after != list(map(str, found.barred))
            edits = (
                [Edit(context.tenant, ("do_not_call",), after, found.was_barred)] if changed else []
            )
    except Refused as error:
        return _ask(context, [str(error)], what)
    if read.flaws or not read.entries:
        return _ask(context, list(read.flaws) or ["Nothing stands in the list."], what)
    noun = "contacts" if what == "contacts" else "barred numbers"
    return await _kept(
        context, edits, f"Import {noun} of {context.tenant}", f"list of {len(read.entries)} {noun}",
        f"/t/{context.tenant}/{what}", lambda said: _ask(context, [said], what),
    )  # fmt: skip


def _ask(context: Context, flaws: Sequence[str] = (), what: str = "contacts") -> Response:
    more = [f"And {len(flaws) - _SHOWN} more lines."] if len(flaws) > _SHOWN else []
    return context.render(
        "faxes/import.html", 422 if flaws else 200, flaws=[*flaws[:_SHOWN], *more], what=what,
        columns=sheets.COLUMNS, most=sheets.MOST,
    )  # fmt: skip


async def _kept(
    context: Context, edits: Sequence[Edit], message: str, what: str, path: str,
    again: Callable[[str], Response],
) -> Response:  # fmt: skip
    """Save, and go where it is seen; what the site's rules say against it stands on the form."""
    if not edits:
        context.flash("Nothing was changed: it says that already.", "note")
        return context.redirect(path)
    try:
        done = await save(context, edits, message)
    except Invalid as error:
        return again(str(error))
    return finish(context, done, what, path)


async def _contacts_csv(context: Context) -> Response:
    """Scope: the tenant's managers."""
    found = await book(context)
    return saved(
        sheets.written(found.contacts), f"contacts-{context.tenant}.csv", "text/csv; charset=utf-8"
    )


async def _barred_csv(context: Context) -> Response:
    """Scope: the tenant's managers."""
    found = await book(context)
    name = f"do-not-call-{context.tenant}.csv"
    return saved(sheets.written_numbers(found.barred), name, "text/csv; charset=utf-8")


BOTH = ("GET", "POST")
PAGES = (
    Page("/t/{tenant}/faxes/groups", _groups, KEEPERS, menu=Menu("Contact groups", "Fax", 65)),
    Page("/t/{tenant}/faxes/groups/new", _group, KEEPERS, BOTH),
    Page("/t/{tenant}/faxes/groups/{group}", _group, KEEPERS, BOTH),
    Page("/t/{tenant}/faxes/import", _import, KEEPERS, BOTH, largest=sheets.LARGEST + 65_536),
    Page("/t/{tenant}/faxes/contacts.csv", _contacts_csv, KEEPERS),
    Page("/t/{tenant}/faxes/do-not-call.csv", _barred_csv, KEEPERS),
)
