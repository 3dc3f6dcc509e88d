"""What each answer says to the browser: load nothing from elsewhere, run nothing that stands in a page."""

from collections.abc import Callable, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dialform.console.settings import Settings

STATIC = "/static/"


def policy(phones: Sequence[str] = ()) -> str:
    """The Content-Security-Policy. `phones` are the origins where the softphone finds the switch."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "media-src": "'self' blob:",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "connect-src": " ".join(("'self'", *phones)),
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Headers:
    """Middleware that adds them, and no-store to all that is somebody's."""

    def __init__(
        self, app: ASGIApp, settings: Settings, phones: Callable[[], Sequence[str]] = tuple
    ) -> None:
        self._app, self._phones = app, phones
        always = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "x-frame-options": "SAMEORIGIN",
        }
        if settings.secure:
            always["strict-transport-security"] = "max-age=31536000"
        self._always = [(name.encode(), value.encode()) for name, value in always.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                added = [pair for pair in self._always if pair[0] not in given]
                if b"content-security-policy" not in given:
                    added.append((b"content-security-policy", policy(self._phones()).encode()))
                if b"cache-control" not in given:
                    added.append((b"cache-control", b"no-store"))
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._app(scope, receive, told)
