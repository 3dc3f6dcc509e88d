"""The review of one tenant's files: account matters as they are written, all else as it is meant."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dialform.compiler.permissions import held_by
from dialform.compiler.planning.objects import ObjectId
from dialform.compiler.reviewing.grounds import Grounds
from dialform.compiler.reviewing.leaves import Difference, differences, leaves
from dialform.compiler.reviewing.rights import may, owners, who_may
from dialform.compiler.reviewing.stops import Change, Stop, never, stops
from dialform.compiler.reviewing.tenantfiles import written
from dialform.compiler.reviewing.verdicts import ADMIN, Action, Ruling, Side, Verdict, grouped
from dialform.schema.diagnostic import Place, Severity
from dialform.schema.document import Document
from dialform.schema.ignores import find_ignores
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant

MENDED = "a payment of its own that mends it"
_TABLES = ("numbers", "payments")
"""Account keys whose entries are objects of their own."""


def review_tenant(grounds: Grounds, slug: str, files: list[str]) -> list[Verdict]:
    """The verdicts on the change of one tenant, of which these files were touched. Raises OSError."""
    work = _Tenant(grounds, slug, files)
    found = [*work.unclear(), *work.account(), *work.pbx()]
    return [*found, *work.ignored()] or list(work.layout())


class _Tenant:
    def __init__(self, grounds: Grounds, slug: str, files: list[str]) -> None:
        self.grounds, self.slug, self.files = grounds, slug, files
        self.old = grounds.read(grounds.fork, slug)
        self.new = grounds.read(grounds.head, slug)

    def verdict(
        self, what: str, action: Action, ruling: Ruling, path: Path, fields: tuple[Path, ...] = ()
    ) -> Verdict:
        """A verdict at the first field's line: of the head, else of the base."""
        whole = (*path, *(fields[0] if fields else ()))
        side: Side = "base" if self.old.has(whole) and not self.new.has(whole) else "head"
        # An object that lost a field is still there; one that is gone stood in the base.
        if side == "base" and path and self.new.has(path):
            side, whole = "head", path
        place = (self.old if side == "base" else self.new).document.place(whole, "key")
        return self.at(what, action, ruling, place, side, fields)

    def at(
        self, what: str, action: Action, ruling: Ruling, place: Place, side: Side = "head",
        fields: tuple[Path, ...] = (),
    ) -> Verdict:  # fmt: skip
        """A verdict at a place of the site, which a forge counts from the repository's root."""
        file = self.grounds.prefix + place.file
        spot = Place(file, place.line, place.column, place.end)
        return Verdict(what, self.slug, action, ruling, spot, side, fields)

    def unclear(self) -> Iterator[Verdict]:
        """What nobody can read for certain, nobody but an admin may bring in."""
        diagnostics = [
            *(one for one in self.grounds.head.diagnostics if one.file in self.files),
            # One key in two files is told at the second, which may not be the one that was touched.
            *(f for f in self.new.findings if f.file in self.files or f not in self.old.findings),
        ]
        for one in diagnostics:
            if one.severity is Severity.ERROR:
                ruling = self.grounds.admins_only(f"nobody can tell what it does: {one.message}")
                place = Place(one.file, one.line, one.column, one.end)
                yield self.at(f"{self.slug} file {one.file}", "update", ruling, place)
        yield from self._misshapen()

    def _misshapen(self) -> Iterator[Verdict]:
        """What the models cannot hold: nothing that differs may hide behind it."""
        told = {flaw.path: flaw for flaw in self.new.flaws}
        for path in sorted(told.keys() | self.new.cuts, key=str):
            same = written(self.old.document.data, path) == written(self.new.document.data, path)
            flaw = told.get(path)
            if same and (flaw is None or flaw in self.old.flaws):
                continue
            why = "nobody can tell what it does"
            if flaw is not None:
                why += f": {self.new.document.diagnostic(flaw).message}"
            ruling = self.grounds.admins_only(why)
            name = ".".join(map(str, path)) or "the whole"
            yield self.verdict(f"{self.slug} {name}", self._action(path), ruling, path)

    def account(self) -> Iterator[Verdict]:
        """Account matters and unknown keys: by what is written, and by the file it is written in."""
        booked = dict(never(self._change())) if self.slug in self.grounds.head.tenants else {}
        keys = {
            key
            for side in (self.old, self.new)
            for source in side.document.sources
            if isinstance(source.data, dict)
            for key in source.data
        }
        for key in sorted(keys - (Tenant.model_fields.keys() - ACCOUNT_KEYS)):
            before, after = self.old.where(key), self.new.where(key)
            if before == after:
                continue
            fields = self._written(key, before, after)
            known = key in ACCOUNT_KEYS
            why = "account matters are an admin's" if known else "it is no key of a tenant"
            if known and not fields:
                ways = " to ".join(", ".join(one) or "nowhere" for one in (before, after))
                why = f"an account matter moves from {ways}, where others approve it"
            ruling = self.grounds.admins_only(why)
            if key in _TABLES and fields and all(fields):
                for field in fields:
                    path = (key, field[0])
                    name = str(ObjectId(self.slug, key, str(field[0])))
                    yield self.verdict(
                        name, self._action(path), _unless(ruling, booked.get(path)), path
                    )
            else:
                name = str(ObjectId(self.slug, "account"))
                named = tuple((key, *field) for field in fields) or ((key,),)
                stopped = next((why for path, why in booked.items() if path[0] == key), None)
                yield self.verdict(name, "update", _unless(ruling, stopped), (), named)

    def _change(self) -> Change:
        grounds, slug = self.grounds, self.slug
        base = grounds.tenant("base", slug)
        own = (held_by(base, user) for user in grounds.person.users_in(slug) if user in base.users)
        return Change(
            slug, base, grounds.tenant("fork", slug),
            grounds.tenant("head", slug), grounds.admins, grounds.tenants, grounds.slots(slug),
            grounds.handles, grounds.person.role_in(slug) not in ("admin", "tenant_admin"),
            frozenset().union(*own),
        )  # fmt: skip

    def _written(self, key: str, before: dict[str, Any], after: dict[str, Any]) -> tuple[Path, ...]:
        """At which paths a key says something else than before; none where it only moved."""
        if bool(before) != bool(after):
            return ((),)
        old, new = (side.document.data.get(key) for side in (self.old, self.new))
        if key in _TABLES and isinstance(old, dict) and isinstance(new, dict):
            return tuple((k,) for k in sorted(old.keys() | new.keys()) if old.get(k) != new.get(k))
        return tuple(leaves(old, new))

    def _action(self, path: Path) -> Action:
        if not self.old.has(path):
            return "create"
        return "update" if self.new.has(path) else "delete"

    def pbx(self) -> Iterator[Verdict]:
        """The tenant's PBX, object by object."""
        grounds, slug = self.grounds, self.slug
        old, new = grounds.tenant("fork", slug), grounds.tenant("head", slug)
        found = list(differences(slug, old, new))
        if not found:
            return
        role = grounds.person.role_in(slug)
        limits: list[Stop] = []
        if role in ("tenant_admin", "user", "end_user"):
            limits = stops(self._change())
        for one in found:
            rulings = [(field, self._ruling(one, field, limits)) for field in one.fields]
            for ruling, fields in grouped(rulings).items():
                yield self.verdict(str(one.id), one.action, ruling, one.path, fields)

    def _ruling(self, one: Difference, field: Path, limits: list[Stop]) -> Ruling:
        grounds, slug, who = self.grounds, self.slug, who_may(self.slug, one.table, field)
        role = grounds.person.role_in(slug)
        if role is None:
            return Ruling(False, grounds.stranger() or grounds.foreign(slug), who)
        if role == "admin":
            return Ruling(True, ADMIN, who)
        whose = owners(grounds.tenant("base", slug), one.table, one.id.key)
        if not may(grounds.person, slug, one.table, field, whose):
            own = bool(whose & grounds.person.users_in(slug))
            why = "this is not among what its user may change" if own else "it is not theirs"
            return Ruling(False, f"{why}: they are a {role} of {slug}", who)
        path = (*one.path, *field)
        for stop, why in limits:
            if stop[: len(path)] == path or path[: len(stop)] == stop:
                return Ruling(False, why)
        return Ruling(True, f"a {role} of {slug}", who)

    def ignored(self) -> Iterator[Verdict]:
        """Comments that silence findings are no mere comments."""
        for file in self.files:
            old, new = (_ignores(side.document, file) for side in (self.old, self.new))
            if Counter(old) == Counter(new):
                continue
            why = "which findings are ignored, the tenant's administrator says"
            ruling = self.grounds.of_tenant(self.slug, why)
            places = [place for code, place in new.items() if code not in old]
            place = places[0] if places else Place(file)
            yield self.at(f"{self.slug} ignored findings", "update", ruling, place)

    def layout(self) -> Iterator[Verdict]:
        """A file that says what it said before: its comments or its layout are others."""
        for file in self.files:
            ruling = self.grounds.of_tenant(self.slug, "nothing in it is theirs alone")
            gone = not self.grounds.head.has(file)
            action: Action = "delete" if gone else "update"
            if not gone and not self.grounds.fork.has(file):
                action = "create"
            what = f"{self.slug} comments and layout"
            yield self.at(what, action, ruling, Place(file), "base" if gone else "head")


def _unless(ruling: Ruling, stopped: str | None) -> Ruling:
    """The ruling, or why nobody may."""
    return Ruling(False, stopped, MENDED) if stopped and ruling.allowed else ruling


def _ignores(document: Document, file: str) -> dict[tuple[str, ...], Place]:
    source = next((one for one in document.sources if one.file == file), None)
    return {one.codes: one.place for one in find_ignores(file, source.text)[0]} if source else {}
