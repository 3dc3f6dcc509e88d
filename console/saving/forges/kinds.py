"""How each forge's API is asked: one row a forge.

Sources: docs.github.com/rest/pulls, docs.gitlab.com/api/merge_requests, and the OpenAPI description that each
Forgejo and Gitea serves at /swagger.v1.json.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from dialform.schema.console import Forge
from dialform.values import dataclass, field

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One API. `home` is where it is where nobody says; `address` is the answer's key with a page for people.

    `there_already` are the answers that mean: this branch has a request.
    """

    home: str
    api: Callable[[bool], str]
    header: str
    token: str
    requests: Callable[[Forge], str]
    request: Callable[[Forge, Mapping[str, Any]], str]
    opened: Callable[[Values], dict[str, Any]]
    looked_for: Callable[[Forge, str], dict[str, str]]
    branch: Callable[[Mapping[str, Any]], str]
    address: str
    there_already: tuple[int, ...]
    closed: dict[str, str]
    close_method: str = "PATCH"
    more: dict[str, str] = field(default_factory=dict)


def _pulls(forge: Forge) -> str:
    return f"/repos/{forge.project}/pulls"


def _pull(forge: Forge, one: Mapping[str, Any]) -> str:
    return f"{_pulls(forge)}/{one['number']}"


def _merges(forge: Forge) -> str:
    return f"/projects/{quote(forge.project, safe='')}/merge_requests"


def _head(one: Mapping[str, Any]) -> str:
    head = one.get("head")
    return str(head.get("ref", "")) if isinstance(head, dict) else ""


def _as_pull(values: Values) -> dict[str, Any]:
    return {
        "title": values["title"], "head": values["branch"], "base": values["onto"],
        "body": values["body"],
    }  # fmt: skip


KINDS: Mapping[str, Kind] = {
    "github": Kind(
        "https://api.github.com", lambda own: "/api/v3" if own else "", "Authorization", "Bearer {}",
        _pulls, _pull, _as_pull,
        lambda forge, branch: {"head": f"{forge.project.split('/')[0]}:{branch}", "state": "open"},
        _head, "html_url", (422,), {"state": "closed"},
        more={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
    ),
    "gitlab": Kind(
        "https://gitlab.com", lambda _: "/api/v4", "PRIVATE-TOKEN", "{}", _merges,
        lambda forge, one: f"{_merges(forge)}/{one['iid']}",
        lambda values: {
            "title": values["title"], "source_branch": values["branch"],
            "target_branch": values["onto"], "description": values["body"],
            "remove_source_branch": True,
        },
        lambda _, branch: {"source_branch": branch, "state": "opened"},
        lambda one: str(one.get("source_branch", "")), "web_url", (409,), {"state_event": "close"}, "PUT",
    ),
    "forgejo": Kind(
        "https://codeberg.org", lambda _: "/api/v1", "Authorization", "token {}", _pulls, _pull, _as_pull,
        lambda _forge, _branch: {"state": "open", "limit": "50"},
        _head, "html_url", (409,), {"state": "closed"},
    ),
}  # fmt: skip
"""By the word in `console: forge: kind`. Of Forgejo one says `url`; without, it is codeberg.org."""
