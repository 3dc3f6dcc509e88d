"""Files for browsers: to be saved, looked at, listened to from any place on (RFC 6266, RFC 9110)."""

import os
import re
import tempfile
from collections.abc import AsyncIterator, Iterable
from typing import BinaryIO
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_PART = 64 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_LONGEST = 120


def disposition(name: str, *, inline: bool = False) -> str:
    """A Content-Disposition with a name that anybody may have thought of: no path, no quote, no control
    character of it gets through."""
    clean = "".join(
        letter if letter.isprintable() and letter not in '/\\"' else "_" for letter in name
    )
    clean = (clean.strip(" .") or "file")[-_LONGEST:]
    plain = clean.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    more = "" if plain == clean else f"; filename*=UTF-8''{quote(clean, safe='')}"
    return f'{"inline" if inline else "attachment"}; filename="{plain}"{more}'


def saved(
    content: Iterable[str | bytes], name: str, media_type: str, *, inline: bool = False
) -> Response:
    """A file that was made at once, under a name."""
    whole = b"".join(
        part if isinstance(part, bytes) else part.encode("utf-8", "replace") for part in content
    )
    return Response(
        whole, media_type=media_type, headers={"content-disposition": disposition(name, inline=inline)}
    )  # fmt: skip


def spooled(content: Iterable[str], name: str, media_type: str) -> Response:
    """A file to be saved that may be long: it is written where it is in nobody's memory, then sent.

    So what it is read from is let go of before a slow browser has all of it. It writes: off the loop.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when it is sent
    try:
        for part in content:
            file.write(part.encode("utf-8", "replace"))
        size = file.tell()
    except BaseException:
        file.close()
        raise
    headers = {"content-disposition": disposition(name), "content-length": str(size)}
    return StreamingResponse(_parts(file, 0, size), headers=headers, media_type=media_type)


def ranged(
    request: Request, file: BinaryIO, name: str, media_type: str, *, inline: bool = True
) -> Response:
    """A file that is open, or the part of it that a browser asks for; it is closed when it is sent.

    One range is answered; where several are asked for, the whole file is (RFC 9110, 14.2).
    """
    size = os.fstat(file.fileno()).st_size
    headers = {
        "accept-ranges": "bytes",
        "content-disposition": disposition(name, inline=inline),
        "cache-control": "private, no-store",
    }
    asked = _asked(request.headers.get("range", ""), size)
    if asked is None:
        file.close()
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    start, end = asked
    status = 200
    if "range" in request.headers and (start, end) != (0, size):
        status = 206
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    headers["content-length"] = str(end - start)
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(_parts(file, start, end), status, headers, media_type)


def _asked(said: str, size: int) -> tuple[int, int] | None:
    """From where to before where; None where nothing of it is there."""
    found = _RANGE.fullmatch(said.strip().replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return 0, size
    first, last = found[1], found[2]
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return 0, size
    return (start, end) if start < end else None


async def _parts(file: BinaryIO, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        await run_in_threadpool(file.seek, start)
        left = end - start
        while left > 0:
            part = await run_in_threadpool(file.read, min(_PART, left))
            if not part:
                return  # somebody made it shorter meanwhile
            left -= len(part)
            yield part
    finally:
        file.close()
