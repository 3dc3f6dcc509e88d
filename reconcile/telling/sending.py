"""HTTP as the agent speaks it to others: bounded, to no other place than was named, never in the clear."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import httpx

from dialform.reconcile.telling.errors import BadTargetError, NotDeliveredError

SECONDS = 10.0
"""For a whole request."""

_LONGEST_WAIT = 60.0


def checked_url(url: str, what: str) -> str:
    """A URL that may be sent to: https, or http to this machine itself. Raises BadTargetError.

    Its path may be the secret (Slack), so no message names more than the host.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadTargetError(f"{what} is no URL") from None
    if any(ord(c) <= 32 or ord(c) == 127 for c in url) or not host:
        raise BadTargetError(f"{what} is no URL with a host")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return url
    if parts.scheme == "http":
        raise BadTargetError(f"{what} at {host} is sent in the clear by http: use https")
    raise BadTargetError(f"{what} is neither https nor http on loopback")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, by its name or address alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


def site_of(url: str) -> str:
    """The part of a URL that is no secret: scheme, host and port."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}"


def new_client() -> httpx.AsyncClient:
    """A client that follows no redirects (a secret would go along) and asks no proxy for loopback."""
    direct = dict.fromkeys(("all://localhost", "all://127.0.0.1", "all://[::1]"))
    headers = {"User-Agent": "dialform", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(
        follow_redirects=False, mounts=direct, headers=headers,
        timeout=httpx.Timeout(SECONDS), limits=httpx.Limits(max_connections=10),
    )  # fmt: skip


async def sent(
    client: httpx.AsyncClient, url: str, body: Any, headers: dict[str, str]
) -> tuple[int, bytes]:
    """Post JSON once; the answer's code and the beginning of its body. Raises NotDeliveredError."""
    try:
        async with client.stream("POST", url, json=body, headers=headers) as answer:
            said = b""
            async for piece in answer.aiter_bytes():
                said += piece
                if len(said) > 4096:
                    break
    except httpx.InvalidURL:
        raise NotDeliveredError("its URL is none", again=False) from None
    except httpx.HTTPError as error:
        # The class alone: httpx's texts may quote the URL.
        raise NotDeliveredError(f"it did not answer ({type(error).__name__})", again=True) from None
    code = answer.status_code
    if code == 429 or code >= 500:
        wait = answer.headers.get("retry-after", "")
        seconds = min(float(wait), _LONGEST_WAIT) if wait.isascii() and wait.isdecimal() else 0.0
        raise NotDeliveredError(f"it answered {code}", again=True, wait=seconds)
    return code, said[:4096]
