"""Keys of Yealink's phones (DSS keys): line keys, those beside the screen, and those of modules."""

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.resolved import Phone, PhoneKey
from dialform.renderers.phones.layout import laid_out
from dialform.values import dataclass

KINDS = {
    "none": 0, "forward": 2, "dnd": 5, "voicemail": 12, "speed-dial": 13, "page": 13, "line": 15,
    "blf": 16, "park": 16,
}  # fmt: skip
"""Types of DSS keys. A parking slot is watched like an extension."""

LONGEST = 99
"""Characters of a label or name; of a longer one the phone would take nothing."""

SKIPPED = {"exp20": frozenset({21})}
"""Keys of modules that cannot be programmed."""


@dataclass(frozen=True, slots=True)
class DssKey:
    """A key as the phone knows it. `name` is what its settings begin with, `extension` the pick-up code."""

    name: str
    type: int
    line: int
    value: str
    extension: str
    label: str


def dss_keys(phone: Phone, model: Model) -> list[DssKey]:
    """Every key of the phone and its modules."""
    return [
        _key(phone, model, one.module, one.place, one.key)
        for one in laid_out(phone, model, SKIPPED)
    ]


def _key(phone: Phone, model: Model, module: int, place: int, key: PhoneKey) -> DssKey:
    memory = int(model.traits.get("memory", 0))
    if module:
        name = f"expansion_module.{module}.key.{place}"
    elif place > model.keys - memory:
        name = f"memorykey.{place - (model.keys - memory)}"
    else:
        name = f"linekey.{place}"
    kind, value, extension = KINDS[key.kind], key.dial, ""
    match key.kind:
        case "line" | "none":
            value = ""
        case "dnd":
            value = ""
        case "blf":
            # The phone puts the watched number behind the code by itself.
            value, extension = key.watch, key.pickup.removesuffix(key.watch)
        case "park":
            value = key.watch
        case "forward":
            value = key.dial.removeprefix(phone.codes.forward_on)
        case "voicemail":
            own = phone.lines[key.line - 1].voicemail if key.line <= len(phone.lines) else ""
            kind = KINDS["voicemail"] if key.dial == own else KINDS["speed-dial"]
    return DssKey(name, kind, key.line, value, extension, key.label[:LONGEST])
