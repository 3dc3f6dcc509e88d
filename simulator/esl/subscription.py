"""What one client of the event socket wants to hear: the events, the custom ones, the filters."""

import re

from dialform.simulator.esl.names import NAMES, find
from dialform.simulator.esl.serial import FORMATS, Stamped
from dialform.values import dataclass, field

_NO_KEYWORDS = "-ERR no keywords supplied"


@dataclass(slots=True)
class Subscription:
    """The state behind `event`, `nixevent`, `noevents` and `filter`."""

    form: str = "plain"
    on: bool = False
    names: set[str] = field(default_factory=set)
    customs: set[str] = field(default_factory=set)
    all_customs: bool = False
    filters: list[tuple[str, str]] = field(default_factory=list)

    def enable(self, words: list[str]) -> str:
        """`event [plain|json|xml] NAME… [CUSTOM SUBCLASS…]`; the reply's text."""
        if words and words[0].lower() in FORMATS:
            self.form = words.pop(0).lower()
        named = custom = False
        for word in words:
            if custom:
                self.customs.add(word)
            elif (name := find(word)) is not None:
                named = True
                custom = name == "CUSTOM"
                self.names.add(name)
                if name == "ALL":
                    self.names.update(NAMES)
                    self.all_customs = True
        if not named:
            return _NO_KEYWORDS
        self.on = True
        return f"+OK event listener enabled {self.form}"

    def nix(self, words: list[str]) -> str:
        """`nixevent NAME…`."""
        named = custom = False
        for word in words:
            if custom:
                self.customs.discard(word)
            elif (name := find(word)) is not None:
                named = True
                custom = name == "CUSTOM"
                if name == "ALL":
                    self.names.clear()
                elif not custom:
                    self.names -= {"ALL", name}
        if not named:
            return _NO_KEYWORDS
        self.on = True
        return "+OK events nixed"

    def silence(self) -> str:
        """`noevents`."""
        if not self.on:
            return "-ERR not listening for events"
        self.on, self.all_customs = False, False
        self.names.clear()
        self.customs.clear()
        return "+OK no longer listening for events"

    def filter(self, text: str) -> str:
        """`filter NAME VALUE`, `filter add NAME VALUE`, `filter delete NAME [VALUE]|all`."""
        name, space, value = text.lstrip(" ").partition(" ")
        if not space:
            return "-ERR invalid syntax"
        if name.lower() == "delete":
            name, _, value = value.partition(" ")
            self._drop(name, value)
            return f"+OK filter deleted. [{name}][{value}]"
        if name.lower() == "add":
            name, _, value = value.partition(" ")
        self.filters.append((name, value))
        return f"+OK filter added. [{name}]=[{value}]"

    def _drop(self, name: str, value: str) -> None:
        everything = name.lower() == "all"
        self.filters = [
            (key, wanted)
            for key, wanted in self.filters
            if not (everything or (key.lower() == name.lower() and value in ("", wanted)))
        ]

    def wants(self, event: Stamped) -> bool:
        """Whether the client gets this event."""
        if not self.on:
            return False
        name = event.get("Event-Name") or ""
        if "ALL" not in self.names:
            if name not in self.names:
                return False
            subclass = event.get("Event-Subclass")
            if subclass and not self.all_customs and subclass not in self.customs:
                return False
        return not self.filters or self._passes(event)

    def _passes(self, event: Stamped) -> bool:
        """One filter that matches is enough; one of `-value` that matches forbids."""
        passes = False
        for name, wanted in self.filters:
            value = event.get(name)
            if value is None:
                continue
            signs = re.match(r"[+\- ]*", wanted)
            lead = signs[0] if signs else ""
            negative = lead.replace(" ", "").endswith("-")
            if passes and not negative:
                continue
            if _matches(value, wanted, wanted[len(lead) :]):
                if negative:
                    return False
                passes = True
        return passes


def _matches(value: str, whole: str, wanted: str) -> bool:
    if not whole.startswith("/"):
        return value.lower() == wanted.lower()
    pattern = wanted.strip("/")
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return False
