"""What of a profile and a device fits on a phone: which keys it has, and which codecs.

One answer for findings (`check.py`) and for what is compiled (`resolve.py`).
"""

from collections.abc import Iterator, Sequence

from dialform.compiler.phones.catalogue import Model, Vendor, plain
from dialform.schema.devices import Device, DeviceProfile, Key
from dialform.values import dataclass

NOTHING = Key(type="none")


@dataclass(frozen=True, slots=True)
class Fit:
    """A phone's keys from the first, and what had no place.

    `left` are the keys of the profile that the phone cannot have, by their index, each with why. `over`
    is the index of the device's first key that has no place, or None.
    """

    keys: tuple[Key, ...]
    left: tuple[tuple[int, str], ...] = ()
    over: int | None = None


def modules_of(model: Model, written: Sequence[str]) -> tuple[str, ...]:
    """Expansion modules by the catalogue's names, as many as the model takes; unknown ones are left out."""
    if not written:
        return ()
    known = {plain(name): name for name in model.modules}
    found = [known[name] for name in map(plain, written) if name in known]
    return tuple(found[: model.most_modules])


def room(model: Model, modules: Sequence[str]) -> int:
    """How many keys there are on a phone with these expansion modules."""
    return model.keys + sum(model.modules[name] for name in modules_of(model, modules))


def shown_line(key: Key) -> int:
    """Which line a key of type `line` shows, from 1; 0 if what is written there is no number."""
    value = key.value
    if value is None:
        return key.line
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0


def fit(vendor: Vendor, model: Model, profile: DeviceProfile, device: Device) -> Fit:
    """The keys of a phone: those of its lines, unless somebody says where they are; then those of the
    profile, as many as leave room for the device's own; then these.
    """
    count = len(device.lines)
    most = room(model, device.modules)
    first = tuple(_of_lines(vendor, count, (*profile.keys, *device.keys)))[:most]
    own = device.keys[: most - len(first)]
    free = most - len(first) - len(own)
    left = tuple(_left(vendor, profile.keys, count, free))
    gone = {index for index, _ in left}
    shared = [NOTHING if i in gone else key for i, key in enumerate(profile.keys[:free])]
    over = len(own) if len(own) < len(device.keys) else None
    return Fit((*first, *shared, *own), left, over)


def _of_lines(vendor: Vendor, count: int, keys: Sequence[Key]) -> Iterator[Key]:
    """The keys of the lines that no key shows."""
    if "line" in vendor.kinds:
        shown = {shown_line(key) for key in keys if key.type == "line"}
        for number in range(1, count + 1):
            if number not in shown:
                yield Key(type="line", line=number)


def _left(vendor: Vendor, keys: Sequence[Key], lines: int, free: int) -> Iterator[tuple[int, str]]:
    for index, key in enumerate(keys):
        if index >= free:
            yield index, "no room"
        elif key.type not in vendor.kinds and key.type != "none":
            yield index, f"no keys of type {key.type}"
        elif lines and line_of(key) > lines:
            yield index, f"no line {line_of(key)}"


def line_of(key: Key) -> int:
    """The line that a key shows or dials by."""
    return shown_line(key) if key.type == "line" else key.line


def codecs_of(model: Model, wanted: Sequence[str]) -> tuple[str, ...]:
    """Those of the codecs that the model has, in their order."""
    return tuple(codec for codec in wanted if codec in model.codecs)
