"""The order in which FreeSWITCH lists what it keeps in a hash: profiles, streams, queues.

Its table (src/switch_hashtable.c) goes by the hash of the name, so lists are in no order that people
would guess, and always in the same one.
"""

from collections.abc import Iterable

_SIZES = (53, 97, 193, 389, 769, 1543, 3079, 6151, 12289, 24593, 49157, 98317, 196613, 393241)
_FULL = 0.65
_WORD = 0xFFFFFFFF


def listed(names: Iterable[str]) -> list[str]:
    """The names, put in one after the other, as the switch then goes through them."""
    step = 0
    table: list[list[tuple[int, str]]] = [[] for _ in range(_SIZES[0])]
    for count, name in enumerate(dict.fromkeys(names), 1):
        if count > _limit(len(table)) and step + 1 < len(_SIZES):
            step += 1
            table = _expanded(table, _SIZES[step])
        key = _hash(name)
        table[key % len(table)].insert(0, (key, name))
    return [name for chain in table for _, name in chain]


def _limit(size: int) -> int:
    return -int(-size * _FULL // 1)


def _expanded(table: list[list[tuple[int, str]]], size: int) -> list[list[tuple[int, str]]]:
    grown: list[list[tuple[int, str]]] = [[] for _ in range(size)]
    for chain in table:
        for key, name in chain:
            grown[key % size].insert(0, (key, name))
    return grown


def _hash(name: str) -> int:
    """sdbm, then the mixing of Java 1.4's tables."""
    value = 0
    for byte in name.encode("utf-8", "surrogateescape"):
        value = (byte + (value << 6) + (value << 16) - value) & _WORD
    value = (value + ~(value << 9)) & _WORD
    value ^= ((value >> 14) | (value << 18)) & _WORD
    value = (value + (value << 4)) & _WORD
    return value ^ ((value >> 10) | (value << 22)) & _WORD
