"""Numbers of Grandstream's settings (P-values), from the vendor's configuration templates.

A setting of an account has a number a phone's account: the first has its own, the others follow a rule.
"""

from collections.abc import Mapping

Numbers = Mapping[str, int]

_FIRST: Numbers = {
    "active": 271, "name": 270, "server": 47, "proxy": 48, "user": 35, "auth": 36, "password": 34,
    "shown": 3, "voicemail": 33, "transport": 130, "sips": 2329, "srtp": 183, "local_features": 191,
    "ring": 104, "answer": 298, "dial_plan": 290, "pickup": 1347, "dnd_on": 2344, "dnd_off": 2345,
    "in_audio": 2301, "in_rtp": 2302, "in_sip": 2303, "check_domain": 2311, "check_chain": 2367,
    "proxy_only": 2347,
}  # fmt: skip
_OTHERS: Numbers = {
    "active": 1, "name": 17, "server": 2, "proxy": 3, "user": 4, "auth": 5, "password": 6,
    "shown": 7, "voicemail": 26, "transport": 48, "sips": 2029, "srtp": 43, "local_features": 20,
    "ring": 23, "answer": 38, "dial_plan": 59, "pickup": 81, "dnd_on": 2044, "dnd_off": 2045,
    "in_audio": 2001, "in_rtp": 2002, "in_sip": 2003, "check_domain": 2011, "check_chain": 2067,
    "proxy_only": 2047,
}  # fmt: skip
"""Of account 2 from 400 on, of account 3 from 500 on."""

_FIRST_CODECS = (57, 58, 59, 60, 61, 62, 46)

_PORTS: tuple[Numbers, ...] = (
    {
        "active": 271, "server": 47, "proxy": 48, "user": 35, "auth": 36, "password": 34,
        "shown": 3, "transport": 130, "sips": 2329, "srtp": 183, "local_features": 191,
        "dial_plan": 4200, "dtmf_1": 850, "dtmf_2": 851, "dtmf_3": 852, "check_domain": 2311,
        "check_chain": 2367, "proxy_only": 243, "mwi": 99,
    },
    {
        "active": 401, "server": 747, "proxy": 748, "user": 735, "auth": 736, "password": 734,
        "shown": 703, "transport": 830, "sips": 2429, "srtp": 443, "local_features": 751,
        "dial_plan": 4201, "dtmf_1": 860, "dtmf_2": 861, "dtmf_3": 862, "check_domain": 2411,
        "check_chain": 2467, "proxy_only": 743, "mwi": 709,
    },
)  # fmt: skip
"""Of adapters: of a port, or of a profile that ports share."""

_PORT_CODECS = ((57, 58, 59, 60, 61, 62, 46), (757, 758, 759, 760, 761, 762, 814))


def account(number: int) -> Numbers:
    """The numbers of a phone's account, from 1 to 4."""
    if number == 1:
        return _FIRST
    return {name: 100 * (number + 2) + offset for name, offset in _OTHERS.items()}


def account_codecs(number: int) -> tuple[int, ...]:
    """Where an account's codecs stand, the first one first."""
    return _FIRST_CODECS if number == 1 else tuple(100 * (number + 2) + n for n in range(51, 58))


def port(number: int) -> Numbers:
    """The numbers of an adapter's port or profile, 1 or 2."""
    return _PORTS[number - 1]


def port_codecs(number: int) -> tuple[int, ...]:
    """Where its codecs stand."""
    return _PORT_CODECS[number - 1]


def has_key(module: int, place: int, virtual: int) -> bool:
    """Whether a key has numbers: those beside the screen, and eight with a lamp of their own."""
    return not module and place <= virtual + 8


def virtual_key(place: int) -> tuple[int, int, int, int]:
    """Mode, account, label and value of a key beside the screen: six have old numbers, the others a row."""
    if place <= 6:
        return 1361 + 2 * place, 1362 + 2 * place, 1463 + 2 * place, 1464 + 2 * place
    first = 23800 + 4 * (place - 7)
    return first, first + 1, first + 2, first + 3


def physical_key(place: int) -> tuple[int, int, int, int]:
    """Mode, account, label and value of one of eight keys with a lamp."""
    if place == 8:
        return 353, 354, 355, 356
    return 322 + place, 298 + 3 * place, 299 + 3 * place, 300 + 3 * place
