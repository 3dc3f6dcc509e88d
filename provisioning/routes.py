"""What a request asks for: the shapes of paths, and nothing of who may have it.

    <prefix><token>/<name>                           by the phone's own secret
    <prefix>auth/<name>                              by credentials that are asked for
    <prefix><name>, <prefix><mac>, <prefix><mac>/<name>    by credentials that come along, by a
                                                     certificate, or in an open window

A path that holds anything but letters, digits and `-._~:/` is none: no name of ours needs an escape, so
none is ever decoded.
"""

import re
from collections.abc import Iterator, Sequence

from dialform.values import dataclass

LONGEST = 512
"""Bytes of a path."""

AUTH = "auth"
_PATH = re.compile(rb"/[A-Za-z0-9._~:/-]*")
_WHOLE = re.compile(r"[0-9a-fA-F]{2}(?:[:-]?[0-9a-fA-F]{2}){5}")
_HEX = re.compile(r"[0-9a-f]{12,}")
_SPACED = re.compile(r"(?<![0-9a-f])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![0-9a-f])")
_MOST = 8
"""MACs that one text may name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a path says. `token` may be anything. `mac` is 12 lower-case hex, empty where the path does not
    begin with one. `name` is what stands behind token or MAC, `plain` all of it; both are in lower case, and
    empty where no file is named.
    """

    token: str = ""
    mac: str = ""
    name: str = ""
    plain: str = ""
    auth: bool = False


NOTHING = Asked()


def asked(path: bytes, prefixes: Sequence[str]) -> Asked:
    """What a path asks for; NOTHING for what cannot be ours. `path` is as it came, without the query."""
    if len(path) > LONGEST or not _PATH.fullmatch(path):
        return NOTHING
    text = path.decode("ascii")
    for prefix in prefixes:
        if text.startswith(prefix):
            return _below(text[len(prefix) :])
    return NOTHING


def _below(rest: str) -> Asked:
    # A phone that puts a slash of its own between the address and the name is meant all the same.
    rest = re.sub(r"/+", "/", rest).strip("/")
    head, _, name = rest.partition("/")
    name = name.lower()
    if head == AUTH:
        return Asked(name=name, auth=True)
    if _WHOLE.fullmatch(head):
        return Asked(mac=re.sub(r"[:-]", "", head).lower(), name=name, plain=name)
    return Asked(token=head, name=name, plain=rest.lower())


def macs_in(text: str) -> Iterator[str]:
    """Every MAC that a file name or a User-Agent could mean, a few at most."""
    lower, found = text.lower(), 0
    for match in _SPACED.finditer(lower):
        yield re.sub(r"[:-]", "", match[0])
        if (found := found + 1) == _MOST:
            return
    for match in _HEX.finditer(lower):
        for at in range(len(match[0]) - 11):
            yield match[0][at : at + 12]
            if (found := found + 1) == _MOST:
                return
