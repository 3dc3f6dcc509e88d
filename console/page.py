"""A page of the portal as data: path, need, handler, place in the menu. `console/table.py` lists them all."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dialform.compiler.scope import Scope
from dialform.console.errors import NotThere
from dialform.console.ground import Ground
from dialform.console.need import Need
from dialform.console.visitor import Visitor
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.console.door import Entry

Handler = Callable[["Context"], Awaitable[Response]]

GROUPS = (
    "Overview",
    "Platform",
    "Operation",
    "Calls",
    "Phone system",
    "Call flow",
    "Fax",
    "Money",
    "Changes",
    "Administration",
    "My account",
)
"""The groups of the menu, in their order."""

OF_ALL = GROUPS[:3]
"""Those that are no tenant's: for an admin, the tenant that they work in is chosen below them."""


PASSIVE = "x-passive"
"""The header of what a page asks for by itself, such as whether a fax has gone by now."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A line of the menu. `order` sorts it inside of its group; `own` ones are for a tenant's users alone."""

    label: str
    group: str
    order: int = 50
    own: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What answers requests to a path (Starlette's syntax).

    A path with `{tenant}` is of one tenant: who does not see that tenant gets 404, as for one that does
    not exist. All that is not GET needs the session's CSRF token, unless the page is public and says so.
    """

    path: str
    handler: Handler
    need: Need
    methods: tuple[str, ...] = ("GET",)
    menu: Menu | None = None
    csrf: bool = True
    """False for what is called by machines or before anybody is signed in."""
    passive: bool = False
    """A page asks for it by itself, over and over: nobody clicked, and the session may idle out meanwhile."""
    largest: int = 256 * 1024
    """Bytes of a request's body at most; uploads say more."""

    @property
    def name(self) -> str:
        """One name for each page."""
        return f"{self.methods[0]} {self.path}"


class Context:
    """One request: who asks, about which tenant, and how it is answered."""

    def __init__(self, request: Request, page: Page, ground: Ground, entry: "Entry | None") -> None:
        self.request, self.page, self.ground = request, page, ground
        self._entry = entry
        self._form: FormData | None = None
        self.notices: list[tuple[str, str]] = []
        """What is said above the page that is answered: kind and text, as of `flash`."""

    @property
    def entry(self) -> "Entry":
        """The session. Only pages that are not public may ask."""
        assert self._entry is not None, "a public page asked who is signed in"
        return self._entry

    @property
    def someone(self) -> Visitor | None:
        """Who is signed in, if anybody is."""
        return self._entry.visitor if self._entry else None

    @property
    def visitor(self) -> Visitor:
        """Who is signed in."""
        return self.entry.visitor

    @property
    def tenant(self) -> str:
        """The tenant that the path names; else the visitor's own; "" for neither."""
        named = self.request.path_params.get("tenant")
        return str(named) if named else (self.someone.tenant if self.someone else "")

    def scope(self) -> Scope:
        """The tenant as it runs. Raises NotThere."""
        found = self.ground.released().tenant(self.tenant) if self.tenant else None
        if found is None:
            raise NotThere("There is no such tenant.")
        return found

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the `?`."""
        return self.request.query_params

    @property
    def params(self) -> Mapping[str, Any]:
        """What the path holds."""
        return self.request.path_params

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a part of a page, not a browser for all of it."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-boosted") != "true"

    @property
    def passive(self) -> bool:
        """Whether nobody clicked: the page is one that is asked for by itself, or this request says so."""
        return self.page.passive or PASSIVE in self.request.headers

    async def form(self) -> FormData:
        """The form that was sent. The frame has read it already for its CSRF token."""
        if self._form is None:
            self._form = await self.request.form(max_files=16, max_fields=2000)
        return self._form

    async def text(self, name: str, default: str = "") -> str:
        """One field of it, stripped."""
        value = (await self.form()).get(name, default)
        return value.strip() if isinstance(value, str) else default

    def url(self, path: str) -> str:
        """A path of ours as browsers see it."""
        return self.ground.settings.root_path + path

    def redirect(self, path: str, status: int = 303) -> Response:
        """To another page of ours: a path that begins with one slash, never another host."""
        assert path.startswith("/") and not path.startswith("//") and "\\" not in path
        return RedirectResponse(self.url(path), status)

    def render(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """A page (or a part of one) from `templates/`."""
        from dialform.console.templating import render

        return render(self, template, status, values)

    def flash(self, text: str, kind: str = "good") -> None:
        """Say something on the page that comes next. `kind`: good, note, bad."""
        self.entry.flashes.append((kind, text))

    def audit(self, act: str, **details: Any) -> None:
        """Write down what somebody did (after it was done). Details hold nothing secret."""
        self.entry.audit(act, details)
