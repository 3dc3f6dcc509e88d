"""What configuration pages read: the site at the tip of the branch, else the one that runs."""

from collections.abc import Callable
from typing import Any

from dialform.compiler.reviewing.rights import may, owners
from dialform.compiler.reviewing.roles import Membership, Person
from dialform.compiler.scope import Scope
from dialform.console.errors import Forbidden, NotThere
from dialform.console.forms import MISSING
from dialform.console.objects.kinds import Kind
from dialform.console.page import Context
from dialform.console.saving import GONE, repository, say_age, value_at
from dialform.console.saving.repository import FRESH
from dialform.console.site import Site
from dialform.console.visitor import Visitor
from dialform.schema.rule import Path
from dialform.values import dataclass


async def tip(context: Context) -> Site:
    """The site as it would be changed: the newest commit of the branch. Raises Away."""
    ground = context.ground
    found = repository(ground)
    if not found.writable:
        return ground.released()
    site = await ground.off(found.tip, fresh=FRESH)
    say_age(context)
    return site


@dataclass(frozen=True, slots=True)
class Where:
    """One kind of object in one site, for one visitor."""

    context: Context
    kind: Kind
    site: Site
    scope: Scope | None
    """The tenant; None for the platform's kinds."""

    @property
    def tenant(self) -> str:
        """The tenant's slug; "" for the platform's kinds."""
        return self.scope.slug if self.scope else ""

    @property
    def owner(self) -> str | None:
        """The tenant as an Edit names it."""
        return self.scope.slug if self.scope else None

    @property
    def visitor(self) -> Visitor:
        """Who looks."""
        return self.context.visitor

    def url(self, *more: str) -> str:
        """An address of this kind, below the portal's root."""
        return self.kind.at(self.tenant, *more)

    def raw(self, key: str = "") -> Any:
        """An object as it is written; MISSING where there is none."""
        found = value_at(self.site, self.owner, self.kind.edit_path(key))
        return MISSING if found is GONE or (found is None and self.kind.single) else found

    def visible(self) -> list[str]:
        """The keys of the objects that the visitor may see, as they are written."""
        if self.kind.document == "providers":
            return sorted(self.site.view.providers) if self.site.view else []
        path = self.kind.edit_path("")[:-1]
        table = value_at(self.site, self.owner, path)
        keys = [str(key) for key in table] if isinstance(table, dict) else []
        return [key for key in keys if self.sees(key)]

    def models(self) -> Any:
        """The table's models by key, as far as they can be read; keys as the model has them."""
        if self.kind.document:
            view = self.site.view
            if view is None:
                return {}
            if self.kind.document == "providers":
                return view.providers
            if self.kind.document == "routes":
                return view.routes
            node: Any = view.platform if self.kind.document == "platform" else view.billing
        else:
            node = self.scope.tenant if self.scope else None
        for step in self.kind.path:
            node = getattr(node, str(step))
        return node

    def sees(self, key: str) -> bool:
        """Whether an object is the visitor's to look at."""
        if self.visitor.manages or not self.kind.owned:
            return self.visitor.manages
        return bool(self.owners(key))

    def owners(self, key: str) -> frozenset[str]:
        """The visitor's users of the tenant whose object it is: none, or the visitor."""
        if self.scope is None:
            return frozenset()
        found = owners(self.scope.tenant, self.kind.table, self.model_key(key))
        return found & {self.visitor.user} if self.visitor.tenant == self.tenant else frozenset()

    def model_key(self, key: str) -> str:
        """The key as the model has it."""
        if self.kind.name == "devices":
            from dialform.schema.devices import bare_mac

            return bare_mac(key) or key
        return key

    def may(self, key: str = "") -> Callable[[Path], bool]:
        """Whether the visitor may change what stands at a path of an object."""
        who, mine = person_of(self.visitor), self.owners(key)

        def allowed(path: Path) -> bool:
            if self.visitor.admin:
                return True
            if self.kind.document:
                return False
            table = self.kind.table if self.kind.path else str(path[0]) if path else ""
            return may(who, self.tenant, table, path, mine)

        return allowed

    def found(self, key: str) -> Any:
        """An object that is there and that the visitor may see, as it is written. Raises NotThere."""
        data = self.raw(key) if self.kind.single or key in self.visible() else MISSING
        if data is MISSING and not self.kind.single:
            raise NotThere(f"There is no {self.kind.named(key)}.")
        return data

    def must(self, key: str = "") -> None:
        """Refuse who may not change a whole object: make it, remove it, rename it. Raises Forbidden."""
        if not self.may(key)(()):
            raise Forbidden(
                f"You may not add, rename or remove a {self.kind.one}: ask "
                f"{'a tenant administrator' if self.tenant else 'an admin of the platform'}."
            )


async def where(context: Context, kind: Kind) -> Where:
    """The kind of a page, in the site that it shows. Raises NotThere, Away."""
    site = await tip(context)
    if kind.document:
        return Where(context, kind, site, None)
    scope = await context.ground.off(site.tenant, str(context.params["tenant"]))
    if scope is None:
        raise NotThere("There is no such tenant.")
    return Where(context, kind, site, scope)


def person_of(visitor: Visitor) -> Person:
    """The visitor as reviews know them."""
    if not visitor.tenant:
        return Person((visitor.subject,), visitor.admin)
    role = "tenant_admin" if visitor.admin else visitor.role
    return Person(
        (visitor.subject,), visitor.admin, (Membership(visitor.tenant, visitor.user, role),)
    )
