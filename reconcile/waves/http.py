"""Statuses on a web server: `PUT` and `GET` of `<url>/<host>.json`. Any store of files does."""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

import httpx

from dialform.reconcile.telling.errors import BadTargetError
from dialform.reconcile.telling.sending import checked_url, new_client, site_of
from dialform.reconcile.waves.errors import BadStoreUrlError, StoreUnreachableError
from dialform.reconcile.waves.heard import heard
from dialform.reconcile.waves.record import LARGEST, Record, encode, is_host, record

_MOST_HOSTS = 200


class HttpStore:
    """A base URL. It cannot list: `read` asks for the hosts that it is given."""

    def __init__(self, url: str, token: Callable[[], str] | None = None) -> None:
        try:
            checked_url(url, "the status store")
        except BadTargetError as error:
            raise BadStoreUrlError(str(error)) from None
        parts = urlsplit(url)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise BadStoreUrlError(
                "the status store's URL is a plain one: its token comes from a file, not from the URL"
            )
        self._url, self._token = url.rstrip("/"), token
        self._site = site_of(url)

    def __repr__(self) -> str:
        return f"<HttpStore {self._site}>"

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        """Put this host's record. Raises StoreUnreachableError."""
        content = encode(record({**status, "host": host}))
        async with new_client() as client:
            await self._ask(client, "PUT", host, content)

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Record]:
        """The records of these hosts; 404 is none. Raises StoreUnreachableError."""
        found = []
        async with new_client() as client:
            for host in sorted(hosts)[:_MOST_HOSTS]:
                content = await self._ask(client, "GET", host)
                if content is not None:
                    found.append((host, content))
        return heard(found)

    async def _ask(
        self, client: httpx.AsyncClient, method: str, host: str, content: bytes | None = None
    ) -> bytes | None:
        if not is_host(host):
            raise StoreUnreachableError(f"'{host}' cannot stand in a URL")
        headers = {"Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token().strip()}"
        try:
            async with client.stream(
                method, f"{self._url}/{host}.json", content=content, headers=headers
            ) as answer:
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        break
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise StoreUnreachableError(
                f"the status store {self._site} did not answer ({type(error).__name__})"
            ) from None
        if answer.status_code == 404 and method == "GET":
            return None
        if not 200 <= answer.status_code < 300:
            raise StoreUnreachableError(
                f"the status store {self._site} answered {answer.status_code} to a {method}"
            )
        return body
