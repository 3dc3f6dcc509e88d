"""The door by accounts and sessions."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dialform.billing.ledger.errors import LedgerError
from dialform.console.accounts import accounts, audit, cookies, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.reception import Reception, reception
from dialform.console.accounts.sessions import Session
from dialform.console.door import Entry
from dialform.console.ground import Ground

_KEPT = "dialform.session"
_SAID = 8
"""Sentences that wait for a page at most: whoever never looks at one collects no more."""


class AccountDoor:
    """Lets in who has a session."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @property
    def _reception(self) -> Reception:
        return reception(self._ground)

    async def enter(self, request: Request) -> Entry | None:
        """Whose session it is. Raises Away, LedgerError."""
        token = cookies.read(request, self._ground.settings, cookies.SESSION)
        if not token:
            return None
        found = await self._ground.off(self._known, token)
        if found is None:
            return None
        session, account = found
        visitor = await self._ground.off(self._reception.stands_for, account)
        if visitor is None:
            await self._ground.off(sessions.end, self._ground.database, account.id)
            return None
        request.scope[_KEPT] = session, []
        flashes = session.flashes
        entry = Entry(
            visitor, csrf_of(self._reception, token), session.id, said=flashes,
            still=lambda: self._ground.off(self._alive, token),
        )  # fmt: skip
        entry.audit = lambda act, details: self._act(request, entry, act, details)
        return entry

    async def leave(self, request: Request, entry: Entry, response: Response) -> None:
        """Keep what is to be said next. What was said is forgotten once a page has shown it."""
        session, acts = request.scope[_KEPT]
        if acts:
            await asyncio.gather(*acts)
        waiting = () if _shows(request, response) else entry.said
        said = json.dumps([*waiting, *entry.flashes][-_SAID:], ensure_ascii=False)
        now = self._reception.now()
        # What a page asks for by itself keeps no session from idling out.
        seen = session.seen if entry.passive else now
        if said == session.said and seen - session.seen < sessions.STEP:
            return
        new = said if said != session.said else None
        try:
            await self._ground.off(sessions.touch, self._ground.database, session.digest, seen, new)
        except LedgerError as error:  # the answer is there all the same
            self._ground.say("session", "warning", why=str(error))

    def _known(self, token: str) -> tuple[Session, Account] | None:
        now = self._reception.now()
        session = sessions.find(self._ground.database, token, self._reception.lifetime, now)
        if session is None or session.stage != "whole":
            return None
        account = accounts.by_id(self._ground.database, session.account)
        return (session, account) if account is not None and account.open else None

    def _alive(self, token: str) -> bool:
        found = self._known(token)
        return found is not None and self._reception.stands_for(found[1]) is not None

    def _act(self, request: Request, entry: Entry, act: str, details: Mapping[str, Any]) -> None:
        """Write an act down at once: a page that fails later did it all the same."""
        visitor = entry.visitor

        def work() -> None:
            try:
                audit.write(
                    self._ground.database, at=self._reception.now(), act=act, account=visitor.account,
                    subject=visitor.subject, address=self._reception.address(request),
                    tenant=str(request.path_params.get("tenant") or visitor.tenant), details=details,
                )  # fmt: skip
            except LedgerError as error:
                self._ground.say("audit", "error", act=act, subject=visitor.subject, why=str(error))

        try:
            asyncio.get_running_loop()
        except RuntimeError:  # a thread of `ground.off`
            work()
        else:
            request.scope[_KEPT][1].append(asyncio.create_task(self._ground.off(work)))


def csrf_of(reception: Reception, token: str) -> str:
    """What the forms of a session carry: nobody finds it who does not know the session's token."""
    return reception.keys.sign("csrf", token)


def _shows(request: Request, response: Response) -> bool:
    """Whether an answer is a page on which people see what is said."""
    if response.status_code in (204, 301, 302, 303, 304, 307, 308):
        return False
    part = (
        request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"
    )
    kind = response.headers.get("content-type", "")
    return kind.startswith("text/html") and not part and request.method != "HEAD"
