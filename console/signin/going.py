"""Where one goes after signing in: a page of ours, whatever the address said."""

from urllib.parse import urlsplit

_NOT_THERE = ("/sign-", "/openid", "/second-factor", "/welcome/", "/reset", "/live/", "/static/")
_LONGEST = 500


def safe(path: str) -> str:
    """A path of ours; `/` for anything else. Browsers take `\\` for `/`, and leave out line ends."""
    if not path.startswith("/") or path.startswith("//") or len(path) > _LONGEST:
        return "/"
    if not path.isprintable() or "\\" in path or not path.isascii():
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path.startswith(_NOT_THERE):
        return "/"
    return path
