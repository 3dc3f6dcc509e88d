"""A call record as mod_json_cdr writes it, read strictly.

The module writes one line of JSON and, with a second `write`, a newline, without a temporary name
(mod_json_cdr.c, process_cdr): so a file that does not end in `}` and a newline is not all there yet, or
never will be. Text of callers stands in it as they sent it, bytes that are no UTF-8 included.
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from dialform.billing.facts.errors import FactError, Incomplete

MOST = 8 << 20
"""Bytes of the longest record that is read. One of a call with a thousand steps has about 300,000."""


def read(data: bytes) -> Mapping[str, Any]:
    """The record in a file. Raises Incomplete where it does not end as one, else FactError."""
    if len(data) > MOST:
        raise FactError(f"It is longer than {MOST >> 20} MiB.")
    if not data.endswith(b"}\n"):
        raise Incomplete("It does not end as a record does.")
    try:
        found = _decode(data.decode("utf-8", "surrogateescape"))
    except RecursionError:
        raise FactError("It is nested too deep.") from None
    except ValueError as error:
        raise FactError(f"It is no JSON: {_short(error)}.") from None
    if type(found) is not dict:
        raise FactError("It is no JSON object.")
    variables = found.get("variables")
    if type(variables) is not dict:
        raise FactError("It has no variables.")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand once: the switch holds each variable once (EF_UNIQ_HEADERS)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


_decode = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number).decode


def _short(error: ValueError) -> str:
    return str(error).partition(":")[0].partition("\n")[0][:80]
