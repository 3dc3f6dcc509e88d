"""Call tests must name what there is: whoever calls, is called, answers, or is not reached."""

from collections.abc import Iterator, Mapping

from dialform.compiler.destinations import TABLES, WORDS
from dialform.compiler.numbering import did_numbers, is_internal
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.scope import Scope, near
from dialform.schema.calltest import ANONYMOUS, TENANT, CallTest, Expect, Given
from dialform.schema.destination import Destination
from dialform.schema.rule import Flaw, Path, Rule
from dialform.schema.rules import calls as rules
from dialform.schema.rules import numbers as number_rules

_PHONES = ("busy", "no_answer", "answers")
_EXTENSIONS = ("unregistered", "do_not_disturb", "logged_out", "forward")
_OBJECTS = ("voicemail", "ivr", "queue", "conference", "fax")


def check_calls(scope: Scope) -> Iterator[Flaw]:
    """Findings about the call tests in a tenant's own files."""
    for index, test in enumerate(scope.tenant.calls):
        yield from check_test(scope, test, ("calls", index))


def check_test(scope: Scope, test: CallTest, path: Path) -> Iterator[Flaw]:
    """Findings about one test of this tenant; their paths begin with `path`."""
    check = _Check(scope, path)
    yield from check.caller(test)
    yield from check.given(test.given)
    yield from check.expect(test.expect)
    yield from check.contradictions(test)


class _Check:
    """Looks things up for one test. Where an object exists but is broken, it is taken as there."""

    def __init__(self, scope: Scope, path: Path) -> None:
        self.scope = scope
        self.path = path

    def caller(self, test: CallTest) -> Iterator[Flaw]:
        """Who calls; and from outside only a number of the tenant can be called."""
        place = (*self.path, "from")
        if test.caller == ANONYMOUS or not is_internal(test.caller):
            if test.caller != ANONYMOUS:
                yield from self._number(test.caller, place)
            refused = test.expect.refused or test.expect.hangup
            if not refused and self._did(test.to) is None:
                owned = did_numbers(self.scope)
                hint = near(test.to, owned, "the tenant's numbers are")
                to = (*self.path, "to")
                yield self._missing(to, "number of the tenant", test.to, hint)
        else:
            yield from self._extension(test.caller, place)
            if test.to.startswith("+") and not test.expect.refused:
                yield from self._number(test.to, (*self.path, "to"))

    def given(self, given: Given) -> Iterator[Flaw]:
        """What holds: phones, agents, trunks."""
        path = (*self.path, "given")
        for key in _PHONES:
            for index, number in enumerate(getattr(given, key)):
                yield from self._phone(number, self._inside(path, key, index, number))
        for key in _EXTENSIONS:
            for index, number in enumerate(getattr(given, key)):
                yield from self._extension(number, self._inside(path, key, index, number))
        for index, name in enumerate(given.gateway_down):
            yield from self._provider(name, (*path, "gateway_down", index))
        for name in given.calls:
            if name != TENANT and not name.isdigit():
                yield from self._provider(name, (*path, "calls", name))
            elif name != TENANT:
                yield from self._extension(name, (*path, "calls", name))

    def expect(self, expect: Expect) -> Iterator[Flaw]:
        """What must come of it."""
        path = (*self.path, "expect")
        for index, number in enumerate(expect.rings or ()):
            yield from self._phone(number, (*path, "rings", index))
        if expect.answered_by is not None:
            yield from self._phone(expect.answered_by, (*path, "answered_by"))
        for kind in _OBJECTS:
            for index, number in enumerate(getattr(expect, kind) or ()):
                yield from self._object(kind, number, (*path, kind, index))
        if expect.trunk is not None:
            yield from self._provider(expect.trunk, (*path, "trunk"))
        if expect.as_ is not None and expect.as_ != ANONYMOUS and not is_internal(expect.as_):
            yield from self._number(expect.as_, (*path, "as"))
        for index, sound in enumerate(expect.plays or ()):
            yield from self._sound(sound, (*path, "plays", index))
        for index, place in enumerate(expect.not_reaches or ()):
            yield from self._place(place, (*path, "not_reaches", index))

    def contradictions(self, test: CallTest) -> Iterator[Flaw]:
        """What is given and what is expected must go together."""
        given, expect = test.given, test.expect
        path = (*self.path, "expect")
        never = {**dict.fromkeys(given.busy, "busy"), **dict.fromkeys(given.no_answer, "no_answer"),
                 **dict.fromkeys(given.unregistered, "unregistered")}  # fmt: skip
        if expect.answered_by in never:
            what = f"{expect.answered_by} is given as {never[expect.answered_by]}, and expected to answer"
            yield self._flaw(rules.TestContradicts, (*path, "answered_by"), what=what)
        for number in expect.rings or ():
            if number in given.unregistered:
                what = f"{number} is given as unregistered, and expected to ring"
                yield self._flaw(rules.TestContradicts, (*path, "rings"), what=what)
        if expect.trunk is not None and expect.trunk in given.gateway_down:
            what = f"{expect.trunk} is given as down, and expected to take the call"
            yield self._flaw(rules.TestContradicts, (*path, "trunk"), what=what)

    @staticmethod
    def _inside(path: Path, key: str, index: int, number: str) -> Path:
        """The place of one of several; maps are keyed by the number, lists by where it stands."""
        return (*path, key, number if key in ("forward", "answers") else index)

    def _flaw(self, rule: type[Rule], path: Path, **values: str) -> Flaw:
        return self.scope.flaw(rule, *path, **values)

    def _missing(self, path: Path, kind: str, name: str, hint: str) -> Flaw:
        spot = "key" if path[-1] == name else "value"
        values = {"kind": kind, "name": name, "near": hint}
        return self.scope.flaw(rules.NamesNothing, *path, on=spot, **values)

    def _did(self, to: str) -> str | None:
        try:
            return did_numbers(self.scope).get(parse_e164(to, self.scope.country).e164)
        except NumberError:
            return None

    def _number(self, number: str, path: Path) -> Iterator[Flaw]:
        try:
            parse_e164(number, self.scope.country)
        except NumberError as error:
            short = any(number in (r.exact or ()) for r in self.scope.view.routes.values())
            if not short:
                values = {"number": number, "reason": error.reason}
                yield self._flaw(number_rules.ImpossibleNumber, path, **values)

    def _phone(self, number: str, path: Path) -> Iterator[Flaw]:
        if is_internal(number):
            yield from self._extension(number, path)
        else:
            yield from self._number(number, path)

    def _extension(self, number: str, path: Path) -> Iterator[Flaw]:
        if not self.scope.has("extensions", number):
            hint = near(number, self.scope.tenant.extensions)
            yield self._missing(path, "extension", number, hint)

    def _provider(self, name: str, path: Path) -> Iterator[Flaw]:
        view = self.scope.view
        if name not in view.providers and f"providers.d/{name}.yaml" not in view.incomplete:
            yield self._missing(path, "provider", name, near(name, view.providers))

    def _object(self, kind: str, number: str, path: Path) -> Iterator[Flaw]:
        tenant = self.scope.tenant
        table = "extensions" if kind == "fax" else TABLES[kind]
        if self.scope.has(table, number):
            return
        known = set(getattr(tenant, table))
        if kind == "voicemail":
            known |= {n for n, one in tenant.extensions.items() if one.voicemail}
            if number in known or self.scope.cuts.touch("extensions", number):
                return
        yield self._missing(path, WORDS[kind], number, near(number, known))

    def _sound(self, sound: str, path: Path) -> Iterator[Flaw]:
        files = self.scope.view.files
        if sound.startswith("media/") and sound not in files:
            yield self._missing(path, "file", sound, near(sound, files))

    def _place(self, place: str | Destination, path: Path) -> Iterator[Flaw]:
        if isinstance(place, Destination):
            if place.kind in _OBJECTS or place.kind in TABLES:
                yield from self._object(place.kind, place.target, (*path, place.kind))
            elif place.kind == "schedule" and not self.scope.has("schedules", place.target):
                hint = near(place.target, self.scope.tenant.schedules)
                yield self._missing((*path, "schedule"), "schedule", place.target, hint)
            elif place.kind == "external":
                yield from self._number(place.target, (*path, "external"))
        elif not is_internal(place):
            yield from self._number(place, path)
        elif not any(self.scope.has(table, place) for table in (*TABLES.values(), "paging")):
            known = {n for table in TABLES.values() for n in getattr(self.scope.tenant, table)}
            yield self._missing(path, "number of the tenant", place, near(place, known))


def owner(test: CallTest, dids: Mapping[str, str], country: str) -> tuple[str, str]:
    """The slug of the tenant that a test of `calls.d/` belongs to, or why it is not known.

    `dids` are E.164 numbers with the slug that owns each.
    """
    if test.tenant is not None:
        return test.tenant, ""
    try:
        slug = dids.get(parse_e164(test.to, country).e164, "")
    except NumberError:
        slug = ""
    if slug:
        return slug, ""
    return "", f"it names no tenant, and {test.to} is no tenant's number"
