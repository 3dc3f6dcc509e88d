"""What Gigaset's DECT bases call things, from the vendor's provisioning wiki and its example files."""

import re
from collections.abc import Mapping

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import Clock, clock_of
from dialform.compiler.phones.resolved import Phone, PhoneLine
from dialform.renderers.phones.logins import nobodys_pin

TRANSPORTS = {"udp": 1, "tcp": 2, "tls": 3}
DTMF = {"inband": 1, "rfc2833": 2, "auto": 2, "info": 4}
TONES = {"DE": "Germany", "ES": "Spain", "FR": "France"}

PLACES = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver",
    "America/Chicago", "America/New_York", "America/Caracas", "America/Sao_Paulo",
    "Greenwich", "Europe/London", "Europe/Paris", "Africa/Cairo", "Europe/Athens", "Europe/Istanbul",
    "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Hong_Kong", "Asia/Tokyo",
    "Australia/Adelaide", "Australia/Darwin", "Australia/Brisbane", "Australia/Sydney",
    "Pacific/Noumea",
)  # fmt: skip
"""Time zones that the N610, N670 and N870 know, one for each rule."""

CODECS = {"PCMU": 0, "PCMA": 1, "G726-32": 2, "G729": 3, "G722": 5}
"""Of the N510."""
LANGUAGES = {"en": 1, "de": 2, "es": 4, "it": 7, "fr": 9, "nl": 10, "tr": 16, "pl": 17}
ZONES = {
    -720: 0x00, -660: 0x01, -600: 0x02, -540: 0x03, -480: 0x04, -420: 0x07, -360: 0x09,
    -300: 0x0D, -240: 0x0F, -180: 0x15, -120: 0x16, -60: 0x18, 0: 0x1A, 60: 0x1B, 120: 0x20,
    180: 0x28, 240: 0x2B, 300: 0x2E, 360: 0x33, 420: 0x37, 480: 0x3A, 540: 0x3D, 600: 0x43,
}  # fmt: skip
"""The N510's own, by minutes east of UTC."""

Server = tuple[str, str, int, str, str]


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the templates need beside the phone."""
    providers = list(dict.fromkeys(server_of(line) for line in phone.lines))
    codecs = [CODECS[codec] for codec in phone.codecs if codec in CODECS]
    return {
        "providers": providers,
        "provider_of": [providers.index(server_of(line)) for line in phone.lines],
        "transports": TRANSPORTS,
        "dtmf": DTMF[phone.dtmf],
        "tones": TONES.get(phone.country, "Retail"),
        "place": place(phone.clock),
        "version": _version(phone.firmware),
        "address": phone.url.rstrip("/"),
        "codec_bytes": ",".join(f"0x{codec:02x}" for codec in codecs),
        "language": LANGUAGES.get(phone.language[:2], 1),
        "zone": ZONES[min(ZONES, key=lambda offset: (abs(offset - phone.clock.offset), -offset))],
        "pin": _bytes(pin(phone)),
        "hex": lambda number: f"0x{number:x}",
        "text": lambda value: f'"{value}"',
    }


def server_of(line: PhoneLine) -> Server:
    """What the base calls a provider: where several lines may register."""
    return line.domain, line.server, line.port, line.transport, line.srtp


def place(clock: Clock) -> str:
    """The place whose clock goes the same way; else one of that offset; else Greenwich."""
    known = {name: clock_of(name) for name in PLACES}
    if clock.zone in known:
        return clock.zone
    same = [
        name
        for name, other in known.items()
        if (other.offset, other.saving, other.start) == (clock.offset, clock.saving, clock.start)
    ]
    near = [name for name, other in known.items() if other.offset == clock.offset]
    return (same or near or ["Greenwich"])[0]


def pin(phone: Phone) -> str:
    """The N510 takes four digits: a password of four digits, or four that nobody knows."""
    if re.fullmatch(r"[0-9]{4}", phone.admin_password):
        return phone.admin_password
    return nobodys_pin(phone)


def _bytes(digits: str) -> str:
    return f"0x{digits[:2]},0x{digits[2:]}"


def _version(firmware: str) -> str:
    found = re.search(r"\d+(?:\.\d+)+", firmware.rpartition("/")[2])
    return found[0] if found else ""
