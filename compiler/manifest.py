"""manifest.json: every file of a host's folder, with what it must be.

Sixty thousand rows are put together, not dumped; where few files changed, few rows of the last one are.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

from dialform.compiler.release import Released

MANIFEST = "manifest.json"

_FILES = b'  "files": {\n'
_BETWEEN = b",\n"
_DECODER = json.JSONDecoder()
_END = b"\n  }\n}\n"


def manifest(header: dict[str, Any], files: Iterable[Released]) -> bytes:
    """The header's keys, then every file with its digest, size, mode and owner."""
    rows = [_row(one) for one in sorted(files, key=lambda one: one.path)]
    return _whole(header, rows)


def patched(
    last: bytes, header: dict[str, Any], gone: Collection[str], files: Collection[Released]
) -> bytes | None:
    """The same from the last one, without the files that are gone and with those that are new or anew.

    None where it cannot be read.
    """
    _, _, rest = last.partition(_FILES)
    if not rest.endswith(_END):
        return None
    rows = rest[: -len(_END)].split(_BETWEEN)
    for path in (*gone, *(one.path for one in files)):
        at = bisect_left(rows, path, key=_path)
        if at < len(rows) and _path(rows[at]) == path:
            del rows[at]
    for one in files:
        rows.insert(bisect_left(rows, one.path, key=_path), _row(one))
    return _whole(header, rows)


def _row(one: Released) -> bytes:
    return (
        f'    {_quoted(one.path)}: {{"sha256": "{one.sha256}", "size": {one.size}, '
        f'"mode": "{one.mode:04o}", "owner": {_quoted(one.owner)}}}'
    ).encode()


def _path(row: bytes) -> str:
    return str(_DECODER.raw_decode(row.decode(), 4)[0])


def _whole(header: dict[str, Any], rows: list[bytes]) -> bytes:
    lines = [f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in header.items()]
    return b"".join((b"{\n", "".join(lines).encode(), _FILES, _BETWEEN.join(rows), _END))
