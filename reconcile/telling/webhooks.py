"""Webhooks: one JSON object a happening, or what Slack, Mattermost and their like take."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Protocol

import httpx

from dialform.reconcile.telling.errors import BadTargetError, NotDeliveredError
from dialform.reconcile.telling.sending import checked_url, sent, site_of
from dialform.reconcile.telling.told import Told

COLOURS = {"info": "#2eb67d", "warning": "#ecb22e", "error": "#e01e5a", "alarm": "#b00020"}


class Target(Protocol):
    """Somebody who is told. `name` holds no secret."""

    name: str

    def takes(self, news: Told) -> bool:
        """Whether this is of interest there."""
        ...

    async def deliver(self, client: httpx.AsyncClient, news: Told) -> None:
        """Send once. Raises NotDeliveredError."""
        ...


class Webhook:
    """A URL that JSON is posted to."""

    def __init__(self, url: str, form: str = "json") -> None:
        self.url = checked_url(url, "the webhook")
        self.body = FORMS[form]
        self.name = f"{form} {site_of(url)}"

    def __repr__(self) -> str:
        return f"<Webhook {self.name}>"

    def takes(self, news: Told) -> bool:
        """All but the beginning of each apply, which is news to forges alone."""
        return news.kind != "reconciling"

    async def deliver(self, client: httpx.AsyncClient, news: Told) -> None:
        """Send once. Raises NotDeliveredError."""
        code, _ = await sent(client, self.url, self.body(news), {})
        if not 200 <= code < 300:
            raise NotDeliveredError(f"it answered {code}", again=False)


def parse_target(text: str) -> Webhook:
    """The webhook of a setting: `https://…`, `slack:https://…` or `slack+https://…`.

    Raises BadTargetError, whose text shows no path: with Slack that is the secret.
    """
    for form in FORMS:
        for mark in (f"{form}:", f"{form}+"):
            if text.startswith(mark):
                return Webhook(text.removeprefix(mark), form)
    if text.startswith(("https://", "http://")):
        return Webhook(text)
    raise BadTargetError(
        f"a webhook is written as https://..., or with its form first: {' or '.join(FORMS)}:https://..."
    )


def as_json(news: Told) -> dict[str, Any]:
    """The generic form; its keys are a contract (docs/webhooks.md)."""
    return {
        "version": 1,
        "id": _digest(news),
        "kind": news.kind,
        "severity": news.means.severity,
        "platform": news.platform,
        "host": news.host,
        "title": news.headline,
        "message": news.message,
        "reason": news.reason,
        "ready": news.ready,
        "commit": news.commit,
        "applied": news.applied,
        "at": news.at,
    }


def as_slack(news: Told) -> dict[str, Any]:
    """The form of Slack's incoming webhooks: text alone, no mention and no link comes of it."""
    loud = ":rotating_light: " if news.means.severity == "alarm" else ""
    head, text = _quiet(news.headline), _quiet(news.message)
    attachment = {
        "color": COLOURS[news.means.severity],
        "text": text,
        "fallback": text,
        "mrkdwn_in": [],
    }
    return {"text": f"{loud}{head}", "attachments": [attachment]}


FORMS: dict[str, Callable[[Told], dict[str, Any]]] = {"json": as_json, "slack": as_slack}
"""How a webhook can be written to. A new form is a function and a line."""


def _quiet(text: str) -> str:
    """As Slack escapes what is no markup (docs.slack.dev, "Formatting text": `&`, `<`, `>`)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _digest(news: Told) -> str:
    """The same for the same happening, so that a receiver can tell a second try from a second time."""
    parts = "\0".join((news.host, news.kind, *news.same, news.at))
    return hmac.digest(b"dialform news", parts.encode("utf-8", "replace"), hashlib.sha256).hex()[
        :32
    ]
