"""The cookies: a session, a form that comes before it, a browser that was here, a way to a provider."""

from starlette.requests import Request
from starlette.responses import Response

from dialform.console.settings import Settings

SESSION, BEFORE, KNOWN, AWAY = "session", "before", "known", "openid"
"""`before` is of who is not signed in yet, `known` of a browser that has been, `openid` of one that is at
the provider."""


def name_of(settings: Settings, kind: str) -> str:
    """A cookie's name. With `__Host-` no other host of the domain can set it, nor can plain HTTP."""
    return f"__Host-dialform-{kind}" if settings.secure else f"dialform-{kind}"


def read(request: Request, settings: Settings, kind: str) -> str:
    """A cookie's value; "" where there is none that could be ours."""
    value = request.cookies.get(name_of(settings, kind), "")
    return value if len(value) < 3000 and value.isascii() and value.isprintable() else ""


def put(response: Response, settings: Settings, kind: str, value: str, seconds: int | None) -> None:
    """Set a cookie, for some seconds or until the browser is closed (None)."""
    response.set_cookie(
        name_of(settings, kind), value, max_age=seconds, path="/", secure=settings.secure,
        httponly=True, samesite="lax",
    )  # fmt: skip


def drop(response: Response, settings: Settings, kind: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(
        name_of(settings, kind), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )
