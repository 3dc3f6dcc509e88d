"""A branch that waits as a merge request at the forge. What the forge says is never more than a note: the
branch is pushed already, and whoever may merges it there or here.
"""

from collections.abc import Callable
from typing import Any

import httpx

from dialform.compiler.secrets import SecretError
from dialform.console.ground import Ground
from dialform.console.saving.forges.kinds import KINDS, Kind
from dialform.schema.console import Forge
from dialform.values import dataclass

WAIT = 15.0
"""Seconds that a forge has to answer."""

Client = Callable[[], httpx.Client]
PART = "saving.forge"
"""What opens connections to the forge, where a test puts its own."""


@dataclass(frozen=True, slots=True)
class Request:
    """A merge request: its address, or why there is none."""

    url: str = ""
    trouble: str = ""


def propose(ground: Ground, branch: str, onto: str, title: str, body: str) -> Request | None:
    """Open a merge request for a branch, or find the one that is open; None where no forge is named."""
    forge = ground.settings.entry.forge if ground.settings.entry else None
    if forge is None:
        return None
    kind = KINDS[forge.kind]
    values = {"branch": branch, "onto": onto, "title": title[:250], "body": body[:60_000]}
    try:
        with _client(ground, forge, kind) as client:
            answer = client.post(kind.requests(forge), json=kind.opened(values))
            if answer.status_code in kind.there_already:
                return _found(client, kind, forge, branch)
            return _read(answer, kind)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Request(trouble=f"the forge cannot be reached ({type(error).__name__})")
    except SecretError:
        return Request(trouble="the forge's token is not on this host")


def withdraw(ground: Ground, branch: str) -> None:
    """Close the merge request of a branch that is taken back, where the forge has one."""
    forge = ground.settings.entry.forge if ground.settings.entry else None
    if forge is None:
        return
    kind = KINDS[forge.kind]
    try:
        with _client(ground, forge, kind) as client:
            answer = client.get(kind.requests(forge), params=kind.looked_for(forge, branch))
            for one in answer.json() if answer.status_code == httpx.codes.OK else ():
                if kind.branch(one) == branch:
                    client.request(
                        kind.close_method, kind.request(forge, one), json=kind.closed
                    )  # fmt: skip
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, SecretError):
        return


def _client(ground: Ground, forge: Forge, kind: Kind) -> httpx.Client:
    token = ground.store.resolve(forge.token.as_data())
    base = str(forge.url or kind.home).rstrip("/") + kind.api(bool(forge.url))
    made: Callable[..., httpx.Client] = ground.parts.get(PART, httpx.Client)
    return made(
        base_url=base, headers={kind.header: kind.token.format(token), **kind.more},
        timeout=WAIT, follow_redirects=False,
    )  # fmt: skip


def _found(client: httpx.Client, kind: Kind, forge: Forge, branch: str) -> Request:
    answer = client.get(kind.requests(forge), params=kind.looked_for(forge, branch))
    if answer.status_code == httpx.codes.OK:
        for one in _json(answer) or ():
            if isinstance(one, dict) and kind.branch(one) == branch:
                return Request(url=_address(one, kind))
    return Request(trouble="the forge did not take it")


def _read(answer: httpx.Response, kind: Kind) -> Request:
    if answer.is_success:
        data = _json(answer)
        url = _address(data, kind) if isinstance(data, dict) else ""
        return Request(url=url) if url else Request(trouble="the forge gave no address")
    reasons = {401: "the forge does not know the portal's token", 403: "the forge's token may not do that",
               429: "the forge has been asked too much just now",
               404: "the forge has no such project, or its token may not see it"}  # fmt: skip
    said = reasons.get(answer.status_code, f"the forge answered {answer.status_code}")
    return Request(trouble=said)


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _address(data: Any, kind: Kind) -> str:
    """The address that the forge gives, where browsers may be sent to it."""
    found = str(data.get(kind.address) or "")
    return found if found.startswith(("https://", "http://")) else ""
