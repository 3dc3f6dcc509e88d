"""Where calls are counted that several hosts share: what the switch's client for Redis can reach."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from dialform.compiler import resolved_host
from dialform.schema.platform import Platform
from dialform.schema.rule import Flaw
from dialform.schema.rules import platform as rules
from dialform.schema.rules import secrets as secret_rules

PORT = 6379


def check_redis(platform: Platform) -> Iterator[Flaw]:
    """What mod_hiredis cannot do (hiredis_profile.c: a plain connection, `AUTH password`, no SELECT)."""
    document, path = "platform.yaml", ("redis",)
    if platform.redis is None:
        if platform.redis_password is not None:
            values = {"what": "it has a password, and no address", "way": "add redis:"}
            yield rules.RedisNotPossible.flaw(document, ("redis_password",), on="key", **values)
        return

    def flaw(what: str, way: str) -> Flaw:
        return rules.RedisNotPossible.flaw(document, path, what=what, way=way)

    url = urlsplit(platform.redis)
    if url.scheme == "rediss":
        yield flaw("it speaks no TLS", "redis://, on a network of your own or through a tunnel")
    if url.username:
        yield flaw("it knows no user names", "a password alone, as redis_password: {secret: redis}")
    if url.path not in ("", "/", "/0") or url.query:
        yield flaw("it uses the first database alone", "end the URL with the port")
    if not url.hostname or not _port_is_one(platform.redis):
        yield flaw("the URL names no host or no port", "as in redis://10.0.0.5:6379")
    if url.password:
        yield secret_rules.PlainSecret.flaw(document, path)


def _port_is_one(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def redis_of(url: str | None, password: str) -> resolved_host.Redis | None:
    """The Redis of a URL; `password` goes before one that stands in it."""
    if url is None:
        return None
    parts = urlsplit(url)
    port = parts.port if _port_is_one(url) else None
    return resolved_host.Redis(
        parts.hostname or "127.0.0.1", port or PORT, password or unquote(parts.password or "")
    )
