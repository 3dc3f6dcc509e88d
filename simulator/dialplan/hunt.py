"""The dialplan, hunted as mod_dialplan_xml hunts it.

After src/mod/dialplans/mod_dialplan_xml/mod_dialplan_xml.c, its oddities included: a condition with
a field and time attributes goes by the field alone where the time fails, and what `proceed` was
lives on from one condition to the next.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from dialform.simulator.dialplan.expand import ARRAY, needs_expansion
from dialform.simulator.dialplan.hours import time_match
from dialform.simulator.dialplan.pattern import perform, substitute
from dialform.simulator.reading.configuration import Context
from dialform.simulator.reading.markup import Element
from dialform.simulator.reading.words import integer, is_number, true
from dialform.values import dataclass

_DEEPEST = 100
_MOST_REMEMBERED = 256
_TIMELESS = frozenset(("field", "expression", "break", "regex"))
_BREAKS = frozenset(("on-true", "on-false", "always", "never"))


class Caller(Protocol):
    """The channel, as far as the dialplan looks at it and writes to it."""

    def get(self, name: str) -> str | None:
        """A channel variable."""

    def set(self, name: str, value: str) -> None:
        """Sets a channel variable; an empty value removes it."""

    def profile(self, field: str) -> str:
        """A field of the caller profile: `destination_number`, `caller_id_name`, …; else empty."""

    def expand(self, text: str) -> str:
        """Text with its `${…}` put in."""

    def now(self) -> datetime:
        """The switch's clock, aware, in the switch's own zone."""


@dataclass(frozen=True, slots=True)
class Action:
    """An application to run. In `data` the `$1` are put in and the `${…}` are not.

    `extension_line` is where the extension begins that it stands in.
    """

    application: str
    data: str
    extension: str
    file: str
    line: int
    inline: bool = False
    extension_line: int = 0


Inline = Callable[[Action], None]
Seen = Callable[[Element], None]


def hunt(
    context: Context, caller: Caller, run_inline: Inline, matched: Seen | None = None
) -> list[Action] | None:
    """What a call in this context does, in order. Inline actions run at once, by `run_inline`.

    None where no extension had any action: the switch then hangs up with NO_ROUTE_DESTINATION.
    `matched` is told each extension whose conditions held.
    """
    search = _Hunt(caller, run_inline)
    doors = context.doors
    if not doors:
        doors += [(each, _door(each)) for each in context.element.all("extension")]
    number = caller.profile("destination_number")
    if true(caller.get("auto_hunt")):
        names = [extension.get("name", "\0").lower() for extension, _ in doors]
        place = names.index(number.lower()) if number.lower() in names else 0
        extensions = _open(doors[place:], number)
    else:
        extensions = _remembered(context, number)
    for extension in extensions:
        search.extension = extension
        if search.conditions(extension, 0):
            if matched:
                matched(extension)
            if not true(extension.get("continue")):
                break
    return search.actions if search.found else None


def _open(doors: list[tuple[Element, str | None]], number: str) -> list[Element]:
    return [extension for extension, door in doors if door is None or perform(number, door)]


def _remembered(context: Context, number: str) -> list[Element]:
    """What is open to a number, of which the same few are dialled again and again."""
    found = context.open.get(number)
    if found is None:
        if len(context.open) >= _MOST_REMEMBERED:
            context.open.clear()
        found = context.open[number] = _open(context.doors, number)
    return found


def _door(extension: Element) -> str | None:
    """The expression that the number must match for anything of this extension to happen.

    None where the first condition asks more, or does something when it does not hold.
    """
    first = extension.first("condition")
    if first is None or first.get("field") != "destination_number" or first.first("expression"):
        return None
    asked = first.attributes.keys() - {"field", "expression", "break"}
    other = first.get("break").lower() not in ("", "on-false", "always")
    if asked or other or first.first("anti-action") or "expression" not in first.attributes:
        return None
    expression = first.get("expression")
    return None if needs_expansion(expression) else expression


@dataclass(slots=True)
class _Test:
    """What a condition, or a `<regex>` in it, came to."""

    field: str | None
    data: str
    expression: str | None
    found: tuple[str, ...]

    @property
    def captures(self) -> bool:
        """Whether `$1` means anything in the actions."""
        return self.field is not None and self.expression is not None and "(" in self.expression


class _Hunt:
    """One hunt: what it found so far, and where it is."""

    def __init__(self, caller: Caller, run_inline: Inline) -> None:
        self.actions: list[Action] = []
        self.found = False
        self.extension = Element("extension", {}, [], "", 0)
        self._caller, self._run_inline = caller, run_inline

    def conditions(self, parent: Element, depth: int) -> bool:
        """The conditions below an extension or another condition: whether they held."""
        if depth > _DEEPEST:
            return False
        proceed = self._conditions(parent, depth)
        nested = parent.get("require-nested")
        return True if depth and nested and not true(nested) else proceed

    def _conditions(self, parent: Element, depth: int) -> bool:
        proceed = False
        for condition in parent.all("condition"):
            matched, proceed, test = self._check(condition, proceed)
            proceed = self._act(condition, matched, proceed, test)
            how = condition.get("break").lower()
            how = how if how in _BREAKS else "on-false"
            if how == "always" or how == ("on-true" if matched else "on-false"):
                break
            if proceed and condition.first("condition"):
                proceed = self.conditions(condition, depth + 1)
                if not proceed and how != "never":
                    break
        return proceed

    # What a condition asks.

    def _time(self, element: Element) -> bool | None:
        if _TIMELESS.issuperset(element.attributes):
            return None
        offset = self._caller.get("tod_tz_offset") or ""
        return time_match(
            element.attributes,
            self._caller.now(),
            self._caller.get("timezone") or "",
            integer(offset) if is_number(offset) else None,
        )

    def _check(self, condition: Element, proceed: bool) -> tuple[bool, bool, _Test]:
        """Whether it matched, whether to go on below it, and what `$1` stands for."""
        time = self._time(condition)
        if time is not None:
            proceed = time
        if "regex" in condition.attributes:
            return self._check_several(condition, bool(time), proceed)
        test = self._test(condition)
        if test.field is not None:
            return bool(test.found) or bool(time), bool(test.found), test
        if time is None:
            return True, True, test
        return time, time, test

    def _test(self, element: Element) -> _Test:
        inner = element.first("expression")
        expression = self._caller.expand(inner.text if inner else element.get("expression"))
        field = element.attributes.get("field")
        if field is None:
            return _Test(None, "", expression, ())
        data = self._caller.expand(field) if "$" in field else self._caller.profile(field)
        return _Test(field, data, expression, perform(data, expression))

    def _check_several(
        self, condition: Element, time: bool, proceed: bool
    ) -> tuple[bool, bool, _Test]:
        """A condition with `regex="all|any|xor"` and `<regex>` children."""
        rule = condition.get("regex").lower()
        self._forget_regexes()
        passed = failed = 0
        last = _Test(condition.attributes.get("field"), "", None, ())
        saved: _Test | None = None
        for number, regex in enumerate(condition.all("regex"), 1):
            regex_time = self._time(regex)
            last = self._test(regex)
            held = bool(last.found) if last.field is not None else regex_time is not False
            if last.field is not None or held:
                proceed = held
            passed, failed = passed + held, failed + (not held)
            # On `xor` all are tried, but one whose time fails ends `all` and nothing else.
            if (held and rule not in ("all", "xor")) or (not held and rule == "all"):
                break
            if last.captures:
                self._capture(f"DP_REGEX_MATCH_{number}", last.found)
                # One that failed makes the switch forget what an earlier one captured.
                saved = last if last.found else None
        matched = time or (
            passed == 1 if rule == "xor" else (not failed if rule == "all" else passed > 0)
        )
        if saved:
            return matched, bool(saved.found), saved
        if last.expression is not None and condition.first("regex"):
            last = self._kept(condition, last)
        return matched, proceed, last

    @staticmethod
    def _kept(condition: Element, last: _Test) -> _Test:
        """After the loop the switch forgets an expression that had to be expanded."""
        written = {
            inner.text if (inner := regex.first("expression")) else regex.get("expression")
            for regex in condition.all("regex")
        }
        expression = last.expression if last.expression in written else None
        return _Test(last.field, last.data, expression, last.found)

    # What it does then.

    def _act(self, condition: Element, matched: bool, proceed: bool, test: _Test) -> bool:
        if not matched:
            for action in condition.all("anti-action"):
                self._add(action, _data(action))
                proceed = True
            return proceed
        if test.captures:
            self._capture("DP_MATCH", test.found)
        for action in condition.all("action"):
            self._add(action, self._filled(_data(action), test))
        return proceed

    @staticmethod
    def _filled(data: str, test: _Test) -> str:
        if not test.captures:
            return data
        # The switch makes room for so much and no more.
        room = len((data + test.data).encode("utf-8", "surrogateescape")) + 10
        return substitute(data, test.found, room * len(test.found) - 1 if test.found else None)

    def _add(self, element: Element, data: str) -> None:
        self.found = True
        inline = true(element.get("inline"))
        action = Action(
            element.get("application"),
            data,
            self.extension.get("name", "UNKNOWN"),
            element.file,
            element.line,
            inline,
            self.extension.line,
        )
        times = integer(element.get("loop")) if "loop" in element.attributes else 1
        for _ in range(times):
            if inline:
                self._run_inline(action)
            else:
                self.actions.append(action)

    def _capture(self, variable: str, found: tuple[str, ...]) -> None:
        """Sets the variable to what matched, an array where that is several.

        An empty part removes the variable with all that it held until then.
        """
        after = max((at for at, part in enumerate(found) if not part), default=-1)
        parts = found[after + 1 :]
        self._caller.set(variable, ARRAY + "|:".join(parts) if len(parts) > 1 else "".join(parts))

    def _forget_regexes(self) -> None:
        for number in range(1, 100):
            if self._caller.get(f"DP_REGEX_MATCH_{number}"):
                self._caller.set(f"DP_REGEX_MATCH_{number}", "")


def _data(action: Element) -> str:
    return action.text or action.get("data")
