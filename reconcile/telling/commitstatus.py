"""What the forge shows beside a commit: `dialform/pbx1`, pending, success or failure."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from dialform.reconcile.telling.errors import BadTargetError, NotDeliveredError
from dialform.reconcile.telling.sending import checked_url, sent, site_of
from dialform.reconcile.telling.told import Told
from dialform.values import dataclass

LONGEST = 140
"""Characters of a description: GitHub's limit, the shortest of the forges."""

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SSH = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")


@dataclass(frozen=True, slots=True)
class Forge:
    """How one kind of forge takes a status.

    `api` makes its base of the host; `path` is filled with the repository's path and the commit;
    `body` is of (state, context, description). `fine` are answers that mean: it stands there already.
    """

    api: Callable[[str], str]
    path: Callable[[str, str], str]
    headers: Callable[[str], dict[str, str]]
    body: Callable[[str, str, str], dict[str, Any]]
    fine: re.Pattern[bytes] | None = None


def _plain(state: str, context: str, description: str) -> dict[str, Any]:
    return {"state": state, "context": context, "description": description}


def _gitlab(state: str, context: str, description: str) -> dict[str, Any]:
    word = "failed" if state == "failure" else state
    return {"state": word, "name": context, "description": description}


def _github_api(host: str) -> str:
    return "https://api.github.com" if host == "github.com" else f"https://{host}/api/v3"


FORGES: dict[str, Forge] = {
    # docs.github.com/en/rest/commits/statuses
    "github": Forge(
        _github_api,
        lambda repository, commit: f"/repos/{quote(repository)}/statuses/{commit}",
        lambda token: {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"},
        _plain,
    ),
    # docs.gitlab.com/api/commits: a second "pending" is refused as no transition
    "gitlab": Forge(
        lambda host: f"https://{host}/api/v4",
        lambda repository, commit: f"/projects/{quote(repository, safe='')}/statuses/{commit}",
        lambda token: {"PRIVATE-TOKEN": token},
        _gitlab,
        re.compile(rb"Cannot transition status"),
    ),
    # Forgejo's and Gitea's own /api/swagger: repoCreateStatus
    "forgejo": Forge(
        lambda host: f"https://{host}/api/v1",
        lambda repository, commit: f"/repos/{quote(repository)}/statuses/{commit}",
        lambda token: {"Authorization": f"token {token}"},
        _plain,
    ),
}
"""The forges that there are. Gitea is as Forgejo."""

_OTHER_NAMES = {"gitea": "forgejo", "codeberg": "forgejo"}


class CommitStatus:
    """Sets the status of commits on a forge. The token is read each time, so it may be changed."""

    def __init__(self, forge: Forge, api: str, repository: str, token: Callable[[], str]) -> None:
        self.forge, self.repository, self.token = forge, repository, token
        self.api = checked_url(api.rstrip("/"), "the forge's API")
        self.name = f"commit status {site_of(api)}"

    def __repr__(self) -> str:
        return f"<CommitStatus {self.name}>"

    def takes(self, news: Told) -> bool:
        """What is of a commit, and says something of it."""
        return bool(news.means.state) and _COMMIT.fullmatch(news.commit) is not None

    async def deliver(self, client: httpx.AsyncClient, news: Told) -> None:
        """Send once. Raises NotDeliveredError."""
        token = self.token().strip()
        if not token.isascii() or not token.isprintable() or not token:
            raise NotDeliveredError("its token is no text of one line", again=False)
        text = shortened(news.message or news.means.title)
        body = self.forge.body(news.means.state, f"dialform/{news.host}", text)
        url = self.api + self.forge.path(self.repository, news.commit)
        code, said = await sent(client, url, body, self.forge.headers(token))
        if 200 <= code < 300 or (self.forge.fine and self.forge.fine.search(said)):
            return
        hint = {401: " (is the token right?)", 403: " (may the token set statuses?)",
                404: " (may the token see the repository?)"}.get(code, "")  # fmt: skip
        raise NotDeliveredError(f"it answered {code}{hint}", again=False)


def commit_status(
    site: str, token: Callable[[], str], *, forge: str = "", api: str = ""
) -> CommitStatus:
    """For the repository of a site.

    Args:
        site: the URL that the site is cloned from (https, ssh, or `git@host:path`).
        token: reads the token.
        forge: github, gitlab, forgejo or gitea; needed where the host's name does not tell.
        api: the base of its API, where that is not in its usual place.

    Raises BadTargetError.
    """
    host, repository = _parts(site)
    kind = forge or _guessed(host)
    kind = _OTHER_NAMES.get(kind, kind)
    if kind not in FORGES:
        raise BadTargetError(
            f"which forge {host} is cannot be told from its name: say {', '.join(FORGES)} or gitea"
        )
    return CommitStatus(FORGES[kind], api or FORGES[kind].api(host), repository, token)


def shortened(text: str) -> str:
    """One line of at most 140 characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _parts(site: str) -> tuple[str, str]:
    """The forge's host (with a port, where it is http) and the repository's path there."""
    if "://" in site:
        try:
            parts = urlsplit(site)
            port = parts.port if parts.scheme in ("https", "http") else None
        except ValueError:
            raise BadTargetError("the site's URL is none") from None
        host, path = parts.hostname or "", parts.path
        host = f"[{host}]" if ":" in host else host
        host += f":{port}" if port else ""
    elif (match := _SSH.fullmatch(site)) is not None:
        host, path = match[1], match[2]
    else:
        host, path = "", ""
    path = path.strip("/").removesuffix(".git")
    if not host or "/" not in path or ".." in path.split("/"):
        raise BadTargetError(
            "the site is on no forge: commit statuses need a repository with a host"
        )
    return host.lower(), path


def _guessed(host: str) -> str:
    names = {"github": "github", "gitlab": "gitlab", **_OTHER_NAMES, "forgejo": "forgejo"}
    words = re.split(r"[^a-z]", host)
    return next((names[word] for word in words if word in names), "")
