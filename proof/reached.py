"""What a simulated call reached: who rang where, which objects it came to, which trunk took it."""

from collections.abc import Iterator, Sequence

from dialform.proof.ground import Ground
from dialform.proof.numbers import Numbers
from dialform.simulator.journey import Journey, Leg
from dialform.values import dataclass, field

_TOOK = frozenset(("ANSWERED", "LOSE_RACE"))


@dataclass(slots=True)
class Stop:
    """One destination that the call came to: its dial number (empty before the first), and who rang there
    in which of its bridges."""

    number: str = ""
    rang: list[str] = field(default_factory=list)
    stages: dict[int, list[str]] = field(default_factory=dict)


class Reached:
    """The facts of one journey in the tenant's own numbers."""

    def __init__(self, journey: Journey, ground: Ground, numbers: Numbers) -> None:
        self.journey = journey
        self._ground = ground
        self._numbers = numbers
        self.stops = list(self._stops())

    def member(self, leg: Leg) -> str:
        """Who a leg is to: an extension, or an outside number in E.164."""
        if leg.kind == "trunk":
            return self._numbers.of_trunk(leg.to, leg.number)
        number, _, domain = leg.to.partition("@")
        return number if not domain or domain == self._ground.domain else leg.to

    def _stops(self) -> Iterator[Stop]:
        """The call's stops in order. The n-th `leg` step is of the n-th leg."""
        legs = iter(self.journey.legs)
        stop = Stop()
        for step in self.journey.steps:
            if (
                step.kind == "enter"
                and not step.depth
                and step.data.get("context") == self._ground.slug
            ):
                yield stop
                stop = Stop(step.data.get("number", ""))
            elif step.kind == "leg" and (leg := next(legs, None)) is not None and rang(leg):
                who = self.member(leg)
                stop.rang.append(who)
                stop.stages.setdefault(leg.stage, []).append(who)
        yield stop

    def sets_that_rang(self) -> list[frozenset[str]]:
        """Who rang together: in each bridge, at each stop, and on the whole way."""
        found = [frozenset(self.rang)]
        for stop in self.stops:
            if stop.rang:
                found.append(frozenset(stop.rang))
            found += [frozenset(stage) for stage in stop.stages.values()]
        return found

    @property
    def rang(self) -> list[str]:
        """Who rang, in order."""
        return list(dict.fromkeys(who for stop in self.stops for who in stop.rang))

    @property
    def answered_by(self) -> list[str]:
        """Who took the call, in order: usually nobody or one."""
        answered = [self.member(leg) for leg in self.journey.legs if leg.outcome == "ANSWERED"]
        return list(dict.fromkeys(answered))

    @property
    def trunk(self) -> Leg | None:
        """The trunk that took the last call to the outside.

        Where nobody answers an emergency call, it is tried through other trunks too: the first counts.
        """
        legs = [leg for leg in self.journey.legs if leg.kind == "trunk"]
        took = [leg for leg in legs if placed(leg)]
        last = self.member(took[-1]) if took else ""
        return next((leg for leg in took if self.member(leg) == last), None)

    def shown(self, leg: Leg) -> str:
        """The caller ID of a leg to the outside, in E.164; `anonymous` where none was shown."""
        return (
            self._numbers.of_trunk(leg.to, leg.caller_number) if leg.caller_number else "anonymous"
        )

    def objects(self, kind: str) -> list[str]:
        """The numbers of the objects of a kind that the call came to, in order."""
        names = [visit.name for visit in self.journey.visits if visit.kind == kind]
        return list(dict.fromkeys(self._number(name) for name in names))

    def played(self) -> list[str]:
        """What the caller heard: files as the switch names them."""
        names = [
            visit.name for visit in self.journey.visits if visit.kind in ("playback", "phrase")
        ]
        return list(dict.fromkeys(names))

    def heard(self, sound: str) -> bool:
        """Whether a file of the site, or a prompt, was among what was played."""
        from dialform.renderers.freeswitch.media import media_name

        own = f"/tenants/{self._ground.slug}/media/{media_name(sound)}"
        return any(
            name == sound or name.endswith((own, f"/{sound}")) or name.startswith(f"{sound} ")
            for name in self.played()
        )

    def came_to(self, number: str) -> bool:
        """Whether a number of the tenant was reached. An extension is where its phone rang, or its mailbox
        was: one that forwards its calls was only dialled."""
        if number in self.rang or number in self.everything():
            return True
        if number in self._ground.extensions:
            return False
        return any(stop.number == number for stop in self.stops)

    def everything(self) -> list[str]:
        """The numbers of all objects that the call came to."""
        kinds = ("ivr", "queue", "voicemail", "conference", "fax")
        return [number for kind in kinds for number in self.objects(kind)]

    def schedules(self) -> list[str]:
        """The nodes of schedules that the call passed."""
        return [number.removeprefix("schedule-") for number in self._nodes("schedule-")]

    def _nodes(self, prefix: str) -> list[str]:
        context = f"{self._ground.slug}.flow"
        return [
            step.data.get("number", "")
            for step in self.journey.steps
            if step.kind == "enter"
            and step.data.get("context") == context
            and step.data.get("number", "").startswith(prefix)
        ]

    def _number(self, name: str) -> str:
        """`acme.700` and `1999@acme.example.com` as 700 and 1999."""
        return name.removeprefix(f"{self._ground.slug}.").partition("@")[0]


def rang(leg: Leg) -> bool:
    """Whether a far end rang, be it for a moment before it answered."""
    return leg.rang or leg.outcome in _TOOK


def placed(leg: Leg) -> bool:
    """Whether a trunk took a call: it rang, or who was called refused it."""
    if rang(leg):
        return True
    # Late: the renderers are not needed to tell a call that rang.
    from dialform.renderers.freeswitch.trunks import TRUNK_FAILURES

    return leg.outcome not in TRUNK_FAILURES


def numbers_in_words(found: Sequence[str]) -> str:
    """`1001`, `1001 and 1002`, `nobody`."""
    if not found:
        return "nobody"
    return " and ".join((", ".join(found[:-1]), found[-1])) if len(found) > 1 else found[0]
