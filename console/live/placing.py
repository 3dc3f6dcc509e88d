"""Calls that people ask for in the portal: an extension of theirs rings, and dials when it is picked up."""

import asyncio
from collections.abc import Callable
from itertools import count

from dialform.console.errors import Refused
from dialform.console.ground import Ground
from dialform.console.live.gist import Asked
from dialform.reconcile.desk.calling import NOT_ANSWERED, Placed, call
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import DeskError
from dialform.reconcile.desk.scope import Scope
from dialform.switch import SwitchError
from dialform.values import replace

PATIENCE = 60.0
"""Seconds for which is watched whether the far end answers."""

KEPT = 3
"""Calls that stay on the page of who asked for them."""

REFUSED = {
    "toll": "this extension may not make such calls", "no_route": "no route takes the number",
    "blocked": "the number is blocked", "limit": "the limit of calls is reached",
    "credit": "there is no credit left", "suspended": "the account is suspended",
    "do_not_call": "the number is on the do-not-call list", "cap": "too many calls are up",
    "not_found": "there is no such number", "not_allowed": "it is not allowed",
}  # fmt: skip
"""Why a call was refused, by the dialplan's own word for it."""


class Placing:
    """The calls that were asked for, by account; those of the last while, the newest first."""

    def __init__(self, ground: Ground, changed: Callable[[], None]) -> None:
        self._ground, self._changed = ground, changed
        self._asked: dict[int, tuple[Asked, ...]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ids = count(1)

    def of(self, account: int) -> tuple[Asked, ...]:
        """What somebody asked for."""
        return self._asked.get(account, ())

    def begin(
        self, account: int, customer: Customer, scope: Scope, caller: str, dialled: str
    ) -> None:
        """Ring `caller` and dial. Raises Refused while another call of this account is on its way."""
        if any(not one.over for one in self.of(account)):
            raise Refused(
                "A call that you asked for is still on its way. Wait for it, or give it up."
            )
        one = Asked(next(self._ids), caller, dialled, f"Ringing {caller}…", "accent", over=False)
        self._asked[account] = (one, *self.of(account))[:KEPT]
        task = asyncio.create_task(self._place(account, one, customer, scope))
        self._tasks[one.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(one.id, None))
        self._changed()

    def give_up(self, account: int, id_: int) -> None:
        """Stop ringing."""
        if any(one.id == id_ for one in self.of(account)) and id_ in self._tasks:
            self._tasks[id_].cancel()

    def close(self) -> None:
        """The server ends: whoever still rings stops."""
        for task in self._tasks.values():
            task.cancel()

    async def _place(self, account: int, one: Asked, customer: Customer, scope: Scope) -> None:
        def tell(text: str) -> None:
            said = text[:1].upper() + text[1:]
            self._say(account, replace(one, said=f"{said}…"))

        try:
            client = await self._ground.link.up(5.0)
            placed = await call(
                client, customer, scope, one.caller, one.dialled, tell=tell, patience=PATIENCE
            )
        except asyncio.CancelledError:
            self._say(account, replace(one, said="Given up.", kind="", over=True))
            raise
        except DeskError as error:
            self._say(account, replace(one, said=str(error), kind="bad", over=True))
        except SwitchError:
            said = "The phone system does not answer: try again in a minute."
            self._say(account, replace(one, said=said, kind="bad", over=True))
        else:
            said, kind = _outcome(one.dialled, placed)
            self._say(account, replace(one, said=said, kind=kind, over=True))

    def _say(self, account: int, now: Asked) -> None:
        self._asked[account] = tuple(now if one.id == now.id else one for one in self.of(account))
        self._changed()


def _outcome(dialled: str, placed: Placed) -> tuple[str, str]:
    if placed.outcome == "answered":
        return f"{dialled} answered.", "good"
    if placed.outcome == "dialling":
        return f"{dialled} has not answered yet.", "note"
    words = REFUSED if placed.outcome == "refused" else NOT_ANSWERED
    why = words.get(placed.reason, placed.reason.replace("_", " ").lower() or "nobody says why")
    return f"{dialled} was not reached: {why}.", "bad"
