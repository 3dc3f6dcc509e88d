"""The pages of each kind, from its row."""

from functools import partial

from starlette.responses import Response

from dialform.console.objects.detail import detail_page
from dialform.console.objects.editing import edit_page, new_page
from dialform.console.objects.kinds import KINDS, Kind
from dialform.console.objects.lists import list_page
from dialform.console.objects.removing import delete_page
from dialform.console.objects.renaming import rename_page
from dialform.console.objects.uploads import LARGEST
from dialform.console.page import Context, Handler, Page

BOTH = ("GET", "POST")


def pages_of(kind: Kind, *, form: str = "objects/edit.html") -> tuple[Page, ...]:
    """List, new, detail, edit and delete of a kind; of a single thing detail, edit and delete.

    `form` is the template of the form, for kinds that need one of their own: it extends `objects/edit.html`.
    """
    base, need = kind.base, kind.need

    def made(handler: Handler) -> Handler:
        handler.__doc__ = (handler.func.__doc__ or "") + f" Kind: {kind.title}."  # type: ignore[attr-defined]
        return handler

    edit = made(partial(edit_page, kind=kind, template=form))
    detail, delete = made(partial(detail_page, kind=kind)), made(partial(delete_page, kind=kind))
    if kind.single:
        return (
            Page(base, detail, need, menu=kind.menu),
            Page(f"{base}/edit", edit, need, BOTH, largest=LARGEST),
            *((Page(f"{base}/delete", delete, need, BOTH),) if kind.path else ()),
        )
    rename = made(partial(rename_page, kind=kind))
    new = made(partial(new_page, kind=kind, template=form))
    return (
        Page(base, made(partial(list_page, kind=kind)), need, menu=kind.menu),
        Page(f"{base}/new", new, need, BOTH, largest=LARGEST),
        Page(f"{base}/{{key}}", detail, need),
        Page(f"{base}/{{key}}/edit", edit, need, BOTH, largest=LARGEST),
        Page(f"{base}/{{key}}/delete", delete, need, BOTH),
        *((Page(f"{base}/{{key}}/rename", rename, need, BOTH),) if kind.renames else ()),
    )


ELSEWHERE = frozenset(
    {"users", "numbers", "payments", "company", "providers", "routes", "hosts", "platform", "packages",
     "rates", "plans", "billing"}
)  # fmt: skip
"""Kinds whose pages `console/administration` takes from here."""

PAGES = tuple(
    page for kind in KINDS.values() if kind.name not in ELSEWHERE for page in pages_of(kind)
)

__all__ = ["PAGES", "Context", "Response", "pages_of"]
