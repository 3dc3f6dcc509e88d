"""A carrier that brings calls back to the switch they come from, over a line that a test can spoil.

A back-to-back user agent: each leg is a dialog of its own; offers and answers go through, T.38 too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from .dialog import Dialog
from .endpoint import Endpoint, Transaction
from .relay import Port, Relay
from .sip import Address, Message, SipError, name_addr, token

PATIENCE = 180.0
"""Seconds that a number may ring."""


@dataclass
class Leg:
    """One of the two legs of a call."""

    dialog: Dialog
    peer: Address
    port: Port
    invite: Message
    """The last INVITE that came in on it, or that went out."""
    sent: Transaction | None = None
    up: bool = False
    over: bool = False


@dataclass
class Passing:
    """A call that goes through."""

    number: str
    relay: Relay
    legs: list[Leg] = field(default_factory=list)
    t38: bool = False
    """Whether it went over to T.38."""

    def other(self, leg: Leg) -> Leg:
        """The leg on the other side."""
        return next(one for one in self.legs if one is not leg)

    @property
    def over(self) -> bool:
        return all(leg.over for leg in self.legs)


class Loop:
    """Stands at a carrier's address; `to` is where the switch takes calls of carriers.

    What becomes of a number's calls: `refusals` says with which SIP status they are refused, `ways` to which
    other address they go, `losses` the share of their packets that is lost, `sound` where an offer of T.38
    is refused. `cut()` breaks what goes through.
    """

    def __init__(self, address: Address, to: Address) -> None:
        self.address, self.to = address, to
        self.refusals: dict[str, int] = {}
        self.ways: dict[str, Address] = {}
        self.losses: dict[str, float] = {}
        self.sound: set[str] = set()
        self.calls: list[Passing] = []
        self.invites: list[Message] = []
        self.endpoint = Endpoint("udp", self._received)
        self._tasks: set[asyncio.Task[None]] = set()
        self._faults: list[BaseException] = []

    async def __aenter__(self) -> Self:
        await self.endpoint.open(self.address, self.to)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in self.calls:
            call.relay.close()
        self.endpoint.close()
        if error is None and self._faults:
            raise self._faults[0]

    async def cut(self, number: str = "") -> None:
        """The line breaks, of a number or of all: both sides are hung up on."""
        calls = [call for call in self.calls if number in ("", call.number)]
        legs = [leg for call in calls for leg in call.legs if leg.up and not leg.over]
        await asyncio.gather(*(self._hang_up(leg) for leg in legs))

    def carried(self, number: str) -> list[Passing]:
        """The calls of a number, in order."""
        return [call for call in self.calls if call.number == number]

    # What comes in.

    def _received(self, request: Message, peer: Address) -> None:
        known = [
            (call, leg)
            for call in self.calls
            for leg in call.legs
            if leg.dialog.call_id == request.get("Call-ID")
        ]
        if known:
            self._inside(*known[-1], request, peer)
        elif request.method == "INVITE":
            self.invites.append(request)
            self._spawn(self._carry(request, peer))
        elif request.method != "ACK":
            status = 481 if request.method in ("BYE", "CANCEL") else 200
            answer = request.response(status, tag=token(4))
            if request.method == "REGISTER":
                answer.headers += [("Contact", value) for value in request.all("Contact")]
                answer.headers.append(("Expires", request.get("Expires", "3600")))
            self.endpoint.respond(request, answer, peer)

    def _inside(self, call: Passing, leg: Leg, request: Message, peer: Address) -> None:
        if request.method == "ACK":
            self.endpoint.acknowledged(leg.invite)
        elif request.method == "INVITE":
            self._spawn(self._offer(call, leg, request, peer))
        elif request.method == "CANCEL":
            self.endpoint.respond(request, request.response(200), peer)
            self._spawn(self._give_up(call, leg))
        else:
            self.endpoint.respond(request, request.response(200), peer)
            if request.method == "BYE":
                leg.over = True
                self._spawn(self._hang_up(call.other(leg)))

    # A call from its begin to its end.

    async def _carry(self, invite: Message, peer: Address) -> None:
        number, tag = invite.uri.user, token(4)
        if status := self.refusals.get(number):
            self.endpoint.respond(invite, invite.response(status, tag=tag), peer)
            return
        self.endpoint.respond(invite, invite.response(100), peer)
        relay = Relay(self.losses.get(number, 0.0))
        await relay.open(self.address[0])
        contact = f"<sip:{number}@{self.address[0]}:{self.address[1]}>"
        near = Leg(Dialog.called(invite, contact), peer, relay.near, invite)
        to = self.ways.get(number, self.to)
        uri = f"sip:{number}@{to[0]}:{to[1]}"
        caller = invite.addr("From").uri.user
        mine = name_addr(f"sip:{caller}@{self.address[0]}")
        dialog = Dialog.calling(uri, mine, f"<{uri}>", contact)
        far = Leg(dialog, to, relay.far, invite)
        call = Passing(number, relay, [near, far])
        self.calls.append(call)
        request = dialog.request("INVITE", body=far.port.described(invite.body))
        far.sent = self.endpoint.request(request, far.peer)
        far.invite = far.sent.request
        while True:
            answer = await far.sent.next(PATIENCE)
            if answer.status > 100 and not near.over:
                self._pass(near, near.invite, answer)
            if answer.status >= 200:
                break
        if answer.status >= 300:
            near.over = far.over = True
            return
        self._acknowledge(far, far.sent, answer)
        near.up = far.up = True
        if near.over:
            await self._hang_up(far)

    async def _offer(self, call: Passing, leg: Leg, request: Message, peer: Address) -> None:
        """A re-INVITE of one side goes on to the other, and its answer comes back."""
        leg.invite = request
        self.endpoint.respond(request, request.response(100), peer)
        image = b"m=image" in request.body
        if image and call.number in self.sound:
            refused = request.response(488, tag=leg.dialog.local_tag)
            self.endpoint.respond(request, refused, peer)
            return
        other = call.other(leg)
        offered = other.dialog.request("INVITE", body=other.port.described(request.body))
        transaction = self.endpoint.request(offered, other.peer)
        answer = await transaction.final()
        if answer.status < 300:
            self._acknowledge(other, transaction, answer)
            call.t38 = image
        self._pass(leg, request, answer)

    def _acknowledge(self, leg: Leg, transaction: Transaction, answer: Message) -> None:
        leg.dialog.learn(answer)
        ack = leg.dialog.request("ACK", cseq=transaction.request.cseq)
        transaction.ack = self.endpoint.stamped(ack)
        self.endpoint.send(transaction.ack, leg.peer)

    def _pass(self, leg: Leg, request: Message, answer: Message) -> None:
        """The answer of one side to the other."""
        passed = request.response(answer.status, answer.reason, leg.dialog.local_tag)
        passed.headers.append(("Contact", leg.dialog.contact))
        if answer.body:
            passed.headers.append(("Content-Type", "application/sdp"))
            passed.body = leg.port.described(answer.body)
        self.endpoint.respond(request, passed, leg.peer)

    async def _give_up(self, call: Passing, leg: Leg) -> None:
        """The caller hangs up before the answer."""
        if leg.up or leg.over:
            return
        leg.over = True
        refused = leg.invite.response(487, tag=leg.dialog.local_tag)
        self.endpoint.respond(leg.invite, refused, leg.peer)
        other = call.other(leg)
        if other.sent is not None and not other.up:
            keep = ("from", "to", "call-id", "max-forwards")
            headers = [(k, v) for k, v in other.invite.headers if k.lower() in keep]
            headers.append(("CSeq", f"{other.invite.cseq} CANCEL"))
            cancel = Message.request("CANCEL", other.invite.start.split(" ")[1], headers)
            await self.endpoint.request(cancel, other.peer, other.invite.branch).final(5.0)

    async def _hang_up(self, leg: Leg) -> None:
        if leg.over or not leg.up:
            return
        leg.over = True
        try:
            await self.endpoint.request(leg.dialog.request("BYE"), leg.peer).final(5.0)
        except SipError:
            return  # a switch that is gone says nothing any more

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        # A switch that was killed leaves transactions without an answer.
        if fault and not isinstance(fault, SipError):
            self._faults.append(fault)
