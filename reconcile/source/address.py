"""Where a site's repository lies: a URL or a path, taken apart so that no password leaves it."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.telling.masking import MASK, SHARED
from dialform.values import dataclass, field

_SCP = re.compile(
    r"(?:(?P<user>[A-Za-z0-9_.+-]+)@)?(?P<host>[A-Za-z0-9_][A-Za-z0-9_.-]*):(?P<path>[^\s]+)\Z"
)
"""`git@forge.example:ops/site.git`, as scp and git write it."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:://|::)")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is what git is given, and `shown` what people are: neither has a password in it.

    `protocols` are those that git may speak. `username` and `password` go to git's credential
    protocol alone. `path` is set where the repository lies on this host.
    """

    url: str
    shown: str
    protocols: tuple[str, ...]
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    path: Path | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Texts that must never be shown: what the URL had that `shown` has not."""

    def clean(self, text: str) -> str:
        """A text, git's own words perhaps, without what the URL had to hide or what looks like it."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return SHARED.text(text)


def read(text: str) -> Address:
    """The address that an operator wrote. Raises SourceError (bad_url)."""
    text = text.strip()
    if not text or text.startswith("-") or not text.isprintable():
        raise SourceError("that is no address of a repository", "bad_url")
    if _URL.match(text):
        return _url(text)
    found = _SCP.match(text)
    if found is not None and not Path(text).exists():
        user = f"{found['user']}@" if found["user"] else ""
        url = f"{user}{found['host']}:{found['path']}"
        return Address(url, url, ("ssh",))
    return _here(Path(text))


def _here(path: Path) -> Address:
    path = path.expanduser().absolute()
    return Address(str(path), str(path), ("file",), path=path)


def _url(text: str) -> Address:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SourceError("the URL cannot be read", "bad_url") from None
    if parts.scheme == "file":
        if host not in ("", "localhost") or not parts.path:
            raise SourceError(
                "a file URL names a path of this host, as in file:///srv/site.git", "bad_url"
            )
        return _here(Path(unquote(parts.path)))
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise SourceError("http can be changed on its way", "bad_url")
    if parts.scheme not in ("https", "http", "ssh"):
        raise SourceError(f"'{parts.scheme}' is no protocol that the agent speaks", "bad_url")
    if not host or host.startswith("-") or not parts.path.strip("/"):
        raise SourceError("the URL names no repository", "bad_url")
    return _remote(text, host, port)


def _remote(text: str, host: str, port: int | None) -> Address:
    parts = urlsplit(text)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not f"{user}{password}".isprintable():
        raise SourceError("the URL's user or password has invisible characters", "bad_url")
    given = parts.netloc.rpartition("@")[0]
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place = f"{place}:{port}"
    secrets = [password, parts.password or "", parts.query, unquote(parts.query)]
    if parts.scheme == "ssh":
        # A user of ssh is no secret; ssh takes no password from a URL.
        place = f"{parts.username}@{place}" if parts.username else place
        url = urlunsplit((parts.scheme, place, parts.path, "", ""))
        return Address(url, url, ("ssh",), secrets=_longest_first(secrets))
    if not password:
        # `https://TOKEN@host/`: a name alone is a secret more often than not.
        secrets += [user, parts.username or ""]
    url = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
    shown = urlunsplit((parts.scheme, place, parts.path, "", ""))
    return Address(
        url, shown, (parts.scheme,), user, password, secrets=_longest_first([*secrets, given])
    )


def _longest_first(secrets: list[str]) -> tuple[str, ...]:
    """Each once: a part must not be blotted out before its whole."""
    return tuple(sorted({one for one in secrets if len(one) > 1}, key=len, reverse=True))
