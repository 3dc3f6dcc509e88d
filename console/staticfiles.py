"""Static files: those that were built, by the list of them, and no others."""

import mimetypes

from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send

from dialform.console.templating import STATIC, built

_KEEP = "public, max-age=31536000, immutable"
_ASK = "no-cache"


class StaticFiles:
    """Serves `/static/NAME`. What is asked for with its digest (`?v=`) is kept by browsers for good."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        name = scope["path"].rpartition("/static/")[2]
        known = built()
        if scope["method"] not in ("GET", "HEAD") or name not in known:
            await PlainTextResponse("There is no such file.", 404)(scope, receive, send)
            return
        kept = f"v={known[name][:12]}".encode() in scope["query_string"]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if name.endswith(".webmanifest"):
            kind = "application/manifest+json"
        headers = {"cache-control": _KEEP if kept else _ASK, "etag": f'"{known[name][:32]}"'}
        if Headers(scope=scope).get("if-none-match") == headers["etag"]:
            await PlainTextResponse("", 304, headers)(scope, receive, send)
            return
        response = FileResponse(STATIC / name, headers=headers, media_type=kind)
        await response(scope, receive, send)
