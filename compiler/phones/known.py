"""A tenant's phones as far as the catalogue knows them, for findings and for what is compiled."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from dialform.compiler.phones.catalogue import Model, Vendor, vendor_of
from dialform.compiler.webphones import WEBPHONE
from dialform.schema.devices import Device, DeviceProfile
from dialform.schema.tenant import Tenant
from dialform.values import dataclass

_MAC = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Known:
    """A device whose vendor and model the catalogue has. `profile` is an empty one where it names none."""

    mac: str
    device: Device
    vendor: Vendor
    model: Model
    profile: DeviceProfile

    @property
    def title(self) -> str:
        """The model as people call it: `Yealink T46S`."""
        return title(self.vendor, self.model)

    @property
    def kind(self) -> tuple[str, str, str]:
        """What phones have in common that are told of once: profile, vendor, model."""
        return self.device.profile or "", self.vendor.key, self.model.name


def is_mac(key: str) -> bool:
    """Whether a device's key is a MAC address; else it is a slug."""
    return _MAC.fullmatch(key) is not None


def title(vendor: Vendor, model: Model) -> str:
    """A model as people call it."""
    name = model.name.upper()
    return vendor.name if name == vendor.name.upper() else f"{vendor.name} {name}"


def known_of(tenant: Tenant) -> Iterator[Known]:
    """The devices whose vendor and model the catalogue has, in the order in which they are written."""
    for mac, device in tenant.devices.items():
        if device.vendor == WEBPHONE:
            continue
        vendor = vendor_of(device.vendor)
        model = vendor.model(device.model or "") if vendor else None
        if vendor is not None and model is not None:
            profile = tenant.device_profiles.get(device.profile or "") or DeviceProfile()
            yield Known(mac, device, vendor, model, profile)


def alike(
    phones: Iterable[Known], mark: Callable[[Known], Hashable | None]
) -> Iterator[tuple[Known, str]]:
    """The first phone of each that have the same mark, with words for how many more there are. What has
    the mark None is left out.
    """
    groups: dict[Hashable, list[Known]] = defaultdict(list)
    for phone in phones:
        if (found := mark(phone)) is not None:
            groups[found].append(phone)
    for those in groups.values():
        more = len(those) - 1
        yield those[0], f" (and on {counted(more, 'more phone')})" if more else ""


def counted(count: int, word: str) -> str:
    """So many of something: `1 line`, `2 lines`, `no lines`."""
    return f"{count or 'no'} {word if count == 1 else word + 's'}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
