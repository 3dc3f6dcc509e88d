"""A simulated call told step by step: what happened, in which compiled line, and which YAML it came from."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

from dialform.billing.rating.charge import UNRATED
from dialform.compiler.origins import Origin, Origins
from dialform.proof import words
from dialform.proof.hours import Hours
from dialform.proof.price import LegPrice, Tariff, tariff
from dialform.proof.reached import placed, rang
from dialform.proof.run import Made
from dialform.proof.sources import Sources
from dialform.schema.diagnostic import Place
from dialform.simulator.journey import Leg, Step
from dialform.values import dataclass, replace

DETAIL, PLAIN = "detail", "plain"
"""How much of interest a line is: what only `--verbose` shows, and the story itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story. `level` is how deep it stands in the tree; `at` is seconds."""

    at: float
    level: int
    kind: str
    text: str
    weight: str = PLAIN
    file: str = ""
    line: int = 0
    place: Place | None = None
    leg: Leg | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """The whole of a call as it is told. `route` and `toll` are of its last call to the outside.

    `prices` are those of the journey's legs, in their order; None of a leg that costs nothing by itself.
    `inbound` is that of the call's own leg, where it came by a number that has one.
    """

    made: Made
    lines: tuple[Line, ...]
    route: str = ""
    toll: str = ""
    allowed: str = ""
    prices: tuple[LegPrice | None, ...] = ()
    inbound: LegPrice | None = None

    @property
    def price(self) -> LegPrice | None:
        """The price of the trunk that took the call."""
        trunk = self.made.reached.trunk
        legs = zip(self.made.journey.legs, self.prices, strict=True) if self.prices else ()
        return next((price for leg, price in legs if leg is trunk), None)


def tell(made: Made, sources: Sources) -> Story:
    """The story of a call."""
    teller = _Teller(made, sources)
    lines = tuple(_without_echoes(list(teller.lines())))
    allowed = teller.allowed or made.journey.variables.get("dialform_toll", "")
    asked = teller.toll and teller.toll != "emergency"
    return Story(
        made,
        lines,
        teller.route,
        teller.toll,
        allowed if asked else "",
        teller.prices,
        teller.inbound,
    )


def _without_echoes(lines: list[Line]) -> Iterator[Line]:
    """An entry that lets others follow says the same as the one that followed: the last one counts."""
    plain = [index for index, line in enumerate(lines) if line.weight == PLAIN]
    echoes = {
        one for one, other in pairwise(plain)
        if lines[one].kind == lines[other].kind == "extension"
        and (lines[one].text, lines[one].level) == (lines[other].text, lines[other].level)
    }  # fmt: skip
    for index, line in enumerate(lines):
        yield replace(line, weight=DETAIL) if index in echoes else line


_DIALLING = frozenset(("bridge", "callcenter", "conference", "att_xfer"))
_HOPS = frozenset(("transfer", "execute_extension"))
_NAMED = re.compile(r"(\S+) XML (\S+)\Z")


class _Teller:
    """Goes through the steps once, and remembers what the next step needs to know."""

    def __init__(self, made: Made, sources: Sources) -> None:
        self.made = made
        self.sources = sources
        self.slug = made.call.tenant
        self.origins: Origins = sources.origins(self.slug)
        self.names = words.Names(sources.tenant(self.slug))
        self.hours = Hours(made.ground.conf)
        start = round(made.call.at.timestamp()) * 1_000_000
        self.prices = tuple(
            self.tariff.of_leg(leg, start + round(leg.at * 1_000_000))
            if leg.kind == "trunk" and self.tariff
            else None
            for leg in made.journey.legs
        )
        self.inbound: LegPrice | None = None
        self.start = start
        self.legs = iter(zip(made.journey.legs, self.prices, strict=True))
        self.entered: tuple[str, str] = ("", "")
        self.origin: Origin | None = None
        """Where the last destination was written: a schedule's branches stand below it."""
        self.schedule: Step | None = None
        self.menu = ""
        self.told = ""
        """The object whose arrival was told last."""
        self.doing: dict[int, Step] = {}
        """The application that runs at each depth: what happens in it has no line of its own."""
        self.dialling: dict[int, Step] = {}
        """The same of those that try far ends: others run on the caller's leg meanwhile."""
        self.called = ""
        self.route = ""
        self.toll = ""
        self.allowed = ""
        self.home = ""

    @cached_property
    def tariff(self) -> Tariff | None:
        """What calls cost, read when a trunk is among what was reached: it may be a long list."""
        return tariff(self.made.ground.conf, self.slug)

    def lines(self) -> Iterator[Line]:
        """All lines, details included."""
        yield self._dials()
        for step in self.made.journey.steps:
            handler = getattr(self, f"_{step.kind}", None)
            told = list(handler(step)) if handler else []
            yield from told or [self._detail(step)]

    def _dials(self) -> Line:
        """The caller's own line, with which each story begins."""
        call = self.made.call
        place = self.sources.place(self.origins.dialled(call.caller))
        text = f"{self.names.phone(call.caller)} dials {call.to}"
        return Line(0.0, 0, "dials", text, place=place)

    def _line(
        self, step: Step, text: str, level: int, origin: Origin | None = None, **more: Any
    ) -> Line:
        by = step if step.file else self.doing.get(step.depth, step)
        if step.kind == "leg":
            by = self.dialling.get(max(step.depth - 1, 0), step)
        return Line(
            step.at, level + step.depth, step.kind, text, PLAIN, by.file, by.line,
            self.sources.place(origin), **more,
        )  # fmt: skip

    def _detail(self, step: Step, level: int = 1) -> Line:
        return Line(step.at, level + step.depth, step.kind, step.text, DETAIL, step.file, step.line)

    def _enter(self, step: Step) -> Iterator[Line]:
        self.entered = (step.data.get("context", ""), step.data.get("number", ""))
        return iter(())

    def _extension(self, step: Step) -> Iterator[Line]:
        context, number = self.entered
        name = step.data.get("extension", "")
        text = words.arrival(self.slug, context, number, name, self.names)
        if not text:
            return
        origin = self.origins.matched(context, name, number)
        if number.startswith("schedule-") and context == f"{self.slug}.flow":
            self.schedule = step
            return  # told with the branch that the call takes
        if number.startswith("did-") or (origin and context in (self.slug, f"{self.slug}.flow")):
            self.origin = origin
        if context == self.slug:
            self.called = number
        if context == "outbound":
            if name.startswith("trunk "):
                return  # told with its leg
            self.route = name
            text = f"{text}{self._route_toll(name)}"
        self.told = number.removeprefix("voicemail-").removeprefix("fax-")
        yield self._line(step, text, 0, origin)
        if number.startswith("did-") and self.tariff is not None:
            self.inbound = self.tariff.of_did(f"+{number.removeprefix('did-')}", self.start)
            if self.inbound is not None:
                yield self._costs(self.inbound, step.at, step.depth + 1)

    def _route_toll(self, name: str) -> str:
        route = self.sources.data("routes.yaml").get("routes", {}).get(name, {})
        toll = str(route.get("toll") or "national") if isinstance(route, dict) else ""
        if toll == "auto":
            toll = {"home": "national", "premium": "premium"}.get(self.home, "international")
            if isinstance(route, dict) and route.get("exact"):
                toll = "national"
        self.toll = toll
        return f", toll class {toll}" if toll else ""

    def _application(self, step: Step) -> Iterator[Line]:
        application, data = step.data.get("application", ""), step.data.get("data", "")
        if step.file:
            self.doing[step.depth] = step
            if application in _DIALLING:
                self.dialling[step.depth] = step
        if application in ("set", "multiset", "export"):
            self._note(data)
        if self.schedule is not None and application in _HOPS and not step.depth:
            yield self._branch(step, data)
            self.schedule = None

    _inline = _application

    def _note(self, data: str) -> None:
        """Variables that the story needs later."""
        for name in ("dialform_home", "dialform_toll"):
            if found := re.search(rf"(?:^|;){name}=([^;]*)", data):
                if name == "dialform_home":
                    self.home = found[1]
                else:
                    self.allowed = found[1]

    def _branch(self, step: Step, data: str) -> Line:
        assert self.schedule is not None
        node = self.entered[1]
        index, last = self.hours.condition(self.schedule.file, self.schedule.line, step.line)
        said = None if last else self.origins.hours(node, index)
        opened = said is not None and "open" in said.path
        branch = self.origins.branch(self.origin, node, opened)
        if branch is not None:
            self.origin = branch
        name = self.origins.schedule_name(node)
        why = ""
        if said is not None and (written := self.sources.text(said)):
            why = f" ({written})"
        text = f"schedule {name}: {'open' if opened else 'closed'}{why}"
        return replace(self._line(step, text, 0, said or branch), kind="schedule")

    def _press(self, step: Step) -> Iterator[Line]:
        """Keys that are pressed, and what a menu makes of them."""
        keys, goes = step.data.get("keys", ""), step.data.get("param", "")
        if goes and self.menu:
            yield self._option(step, keys, goes)
        elif self.menu and not keys and (gave_up := words.GAVE_UP.get(step.text.split(" ")[0])):
            reason, text = gave_up
            self.origin = self.origins.gave_up(self.menu, reason)
            yield self._line(step, text, 1, self.origin)
        elif not step.depth:  # what a far end presses is of interest to few
            yield self._line(step, step.text, 1)

    def _option(self, step: Step, keys: str, goes: str) -> Line:
        self.origin = self.origins.pressed(self.menu, keys)
        where = _NAMED.search(goes)
        target = self._target(*where.groups()) if where else ""
        text = f"key {keys}" + (f" → {target}" if target else "")
        return replace(self._line(step, text, 1, self.origin), kind="option")

    def _target(self, number: str, context: str) -> str:
        return words.arrival(self.slug, context, number, "", self.names) or number

    def _fax_tone(self, step: Step) -> Iterator[Line]:
        yield self._line(step, "is a fax machine: its tone is heard", 1)

    def _plays(self, step: Step) -> Iterator[Line]:
        name = words.sound(step.data.get("name", ""))
        if name:
            yield self._line(step, f"plays {name}", 1)

    def _visit(self, step: Step) -> Iterator[Line]:
        kind, number = step.data.get("visit", ""), self._number(step.data.get("name", ""))
        if not kind or step.depth:  # a part of a stay, or that of a far end
            yield self._detail(step)
            return
        if kind == "ivr":
            self.menu = number
        line = self._line(
            step, words.visit(kind, number, self.names), 1, self._object(kind, number)
        )
        yield replace(line, weight=DETAIL) if number == self.told else line

    def _number(self, name: str) -> str:
        """`acme.700`, `1999@acme.example.com` and `acme@acme.example.com 5901` as 700, 1999 and 5901."""
        name, _, behind = name.partition(" ")
        return behind or name.removeprefix(f"{self.slug}.").partition("@")[0]

    def _object(self, kind: str, number: str) -> Origin | None:
        if kind in ("voicemail", "fax"):
            return self.origins.came_to(f"{self.slug}.flow", f"{kind}-{number}")
        return self.origins.dialled(number)

    def _leg(self, step: Step) -> Iterator[Line]:
        leg, price = next(self.legs, (None, None))
        if leg is None:
            return
        numbers = self.made.reached
        who = numbers.member(leg)
        for_ = leg.until - leg.at
        how = words.ringing(leg.outcome, for_, rang(leg))
        if leg.kind == "trunk":
            shown = numbers.shown(leg)
            text = f"calls {who} through {leg.to} as {shown}: {how}"
            origin: Origin | None = self.origins.trunk(leg.to)
        else:
            shown = words.caller(leg.caller_name, leg.caller_number)
            text = f"rings {self.names.phone(who)}{shown}: {how}"
            origin = self.origins.dialled(who)
        told = replace(self._line(step, text, 0, origin, leg=leg), level=1 + max(0, step.depth - 1))
        yield told
        if price is not None and placed(leg):
            yield self._costs(price, told.at, told.level + 1)

    def _costs(self, price: LegPrice, at: float, level: int) -> Line:
        """What a trunk's leg costs, and where that is written."""
        place = self.sources.rate(price.price.name) if price.price else None
        verb = "has" if price.status == UNRATED else "costs"
        return Line(at, level, "price", f"{verb} {price.text}", place=place)

    def _refused(self, step: Step) -> Iterator[Line]:
        yield self._refusal(step, step.data.get("reason", "") or self.made.journey.refused)

    def _refusal(self, step: Step, reason: str) -> Line:
        call = self.made.call
        number = {"blocked": call.caller, "do_not_call": self.called or call.to}.get(reason, "")
        origin = self.origins.refused(reason, call.caller, number)
        if reason == "do_not_call":
            origin = self.origins.refused(reason, call.caller, self._outside())
        allowed = self.allowed or self.made.journey.variables.get("dialform_toll", "")
        text = words.refusal(reason, self.toll, allowed)
        return self._line(step, text, 0, origin)

    def _outside(self) -> str:
        """The outside number that the call was about, in E.164 digits."""
        number = self.entered[1]
        if number.startswith("outside-"):
            return number.removeprefix("outside-")
        return self.called or self.made.call.to

    def _hangup(self, step: Step) -> Iterator[Line]:
        return iter(())
