"""One call of a phone, in either direction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from .dialog import Dialog
from .rtp import Rtp
from .sdp import Audio
from .sip import Address, Header, Message, SipError, token

if TYPE_CHECKING:
    from .phone import Phone

LONGEST = 180.0  # seconds an INVITE may ring


class Call:
    """What happens to one INVITE. `status` is the last answer to it, 0 before any.

    `invite` is the first one of an incoming call, the last one sent (with credentials) of an
    outgoing call; `answers` holds all answers to it, `requests` what arrived inside the dialog.
    """

    def __init__(self, phone: Phone, dialog: Dialog, invite: Message, peer: Address | None) -> None:
        self.phone = phone
        self.dialog = dialog
        self.invite = invite
        self.outgoing = peer is None
        self.peer = peer or phone.proxy
        self.media = Rtp()
        self.answers: list[Message] = []
        self.requests: list[Message] = []
        self.status = 0
        self.up = self.over = False
        self.cause = ""
        self._ours = Audio(("", 0))
        self._theirs: Audio | None = None
        self._changed = asyncio.Event()
        self._branch = ""

    def __repr__(self) -> str:
        way = "to" if self.outgoing else "from"
        other = self.invite.get("To" if self.outgoing else "From")
        state = "over" if self.over else "up" if self.up else "early"
        return f"<call of {self.phone.user} {way} {other}: {state}, status {self.status}>"

    # What a test waits for.

    async def ringing(self, within: float = 5.0) -> Message:
        """Waits for 180 or 183, and returns it."""
        await self._until(lambda: self.status > 100 or self.over, within, "ringing")
        rings = [answer for answer in self.answers if 100 < answer.status < 200]
        assert rings, f"never rang: {self}"
        return rings[-1]

    async def answered(self, within: float = 5.0) -> Message:
        """Waits until the call is up, and returns the 200."""
        await self._until(lambda: self.up or self.over, within, "answered")
        assert self.answers and self.answers[-1].status == 200, f"not answered: {self}"
        return self.answers[-1]

    async def refused(self, within: float = 5.0) -> int:
        """Waits for the refusal of an INVITE, and returns its status."""
        await self._until(lambda: self.up or self.over, within, "refused")
        assert not self.up, f"answered instead of refused: {self}"
        return self.status

    async def ended(self, within: float = 5.0) -> str:
        """Waits until the call is over, and returns the Reason header, as far as there was one."""
        await self._until(lambda: self.over, within, "ended")
        return self.cause

    async def requested(self, method: str, within: float = 5.0) -> Message:
        """Waits for a request inside the dialog, and returns the last of that method."""
        found: list[Message] = []

        def met() -> bool:
            found[:] = [r for r in self.requests if r.method == method]
            return bool(found)

        await self._until(met, within, method)
        return found[-1]

    async def _until(self, met: Callable[[], bool], within: float, what: str) -> None:
        try:
            async with asyncio.timeout(within):
                while not met():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"not {what} within {within} s: {self}") from None

    # What a calling phone does.

    async def dial(self, headers: Iterable[Header], audio: Audio | None) -> None:
        """Sends the INVITE, once more with credentials where asked, and follows the answers."""
        body = audio.encode() if audio else b""
        extra = list(headers)
        tried = False
        try:
            while True:
                answer = await self._invite(extra, body)
                # A nonce that has grown stale is no refusal (RFC 7616, 3.3).
                again = not tried or "stale=true" in answer.get("Proxy-Authenticate")
                if not again or answer.status not in (401, 407) or not self.phone.password:
                    break
                tried, extra = True, [*headers, self.phone.credentials(answer, self.invite)]
        except SipError:
            self._finish(408)
            raise
        if answer.status < 300:
            self.up = True
            self._changed.set()
        else:
            self._finish(answer.status, answer.get("Reason"))

    async def _invite(self, headers: list[Header], body: bytes) -> Message:
        request = self.dialog.request("INVITE", headers, body)
        self._branch = f"z9hG4bK{token()}"
        transaction = self.phone.endpoint.request(request, self.peer, self._branch)
        self.invite = transaction.request
        while True:
            answer = await transaction.next(LONGEST)
            self.answers.append(answer)
            self.status = answer.status
            if 100 < answer.status < 300:
                self.dialog.learn(answer)
                self._hear(answer)
            if answer.status >= 200:
                break
            self._changed.set()
        if answer.status < 300:
            # Who has not offered must answer here what the other side offered.
            reply = b"" if body else self._agreed().encode()
            ack = self.dialog.request("ACK", body=reply, cseq=self.invite.cseq)
            transaction.ack = self.phone.endpoint.stamped(ack)
            transaction.to = self.dialog.next_hop(self.peer)
            self.phone.endpoint.send(transaction.ack, transaction.to)
        return answer

    async def cancel(self) -> None:
        """Gives up before the answer, and waits until the other side agrees."""
        await self._until(lambda: bool(self.answers) or self.over, 5.0, "proceeding")
        if not self.over and not self.up:
            uri = self.invite.start.split(" ")[1]
            keep = ("from", "to", "call-id", "max-forwards", "route")
            headers = [(k, v) for k, v in self.invite.headers if k.lower() in keep]
            headers.append(("CSeq", f"{self.invite.cseq} CANCEL"))
            cancel = Message.request("CANCEL", uri, headers)
            await self.phone.endpoint.request(cancel, self.peer, self._branch).final(5.0)
        await self.ended()

    # What a called phone does.

    def ring(self, status: int = 180) -> None:
        """Rings."""
        self._respond(status)

    def progress(self, hertz: float = 0.0) -> None:
        """Early media (183) with that tone, as carriers send announcements."""
        self._respond(183, self._agree())
        self.media.play(hertz)

    def answer(self) -> None:
        """Takes the call."""
        self._respond(200, self._agree())
        self.up = True
        self._changed.set()

    def reject(self, status: int, reason: str = "", headers: Iterable[Header] = ()) -> None:
        """Refuses with any final status: 486 busy, 603 declined, 503 and so on."""
        self._respond(status, reason=reason, headers=headers)
        self._finish(status)

    def _agree(self) -> bytes:
        # An INVITE without an offer gets ours, and the ACK brings the answer.
        if not self.invite.body:
            return self._ours.encode()
        theirs = Audio.parse(self.invite.body)
        agreed = theirs.answered_by(self._ours)
        self._theirs = theirs
        self.media.connect(theirs, agreed)
        return agreed.encode()

    def _respond(
        self, status: int, body: bytes = b"", reason: str = "", headers: Iterable[Header] = ()
    ) -> None:
        response = self.invite.response(status, reason, self.dialog.local_tag)
        response.headers += [*headers]
        # A redirection names another one.
        if not response.has("Contact"):
            response.headers.append(("Contact", self.dialog.contact))
        if body:
            response.headers.append(("Content-Type", "application/sdp"))
            response.body = body
        self.status = status
        self.answers.append(response)
        self.phone.endpoint.respond(self.invite, response, self.peer)

    # What both do.

    async def request(
        self, method: str, headers: Iterable[Header] = (), body: bytes = b""
    ) -> Message:
        """Sends a request inside the dialog and returns the final answer."""
        request = self.dialog.request(method, headers, body)
        hop = self.dialog.next_hop(self.peer)
        answer = await self.phone.endpoint.request(request, hop).final(10.0)
        if answer.status in (401, 407) and self.phone.password:
            known = [*headers, self.phone.credentials(answer, request)]
            request = self.dialog.request(method, known, body)
            answer = await self.phone.endpoint.request(request, hop).final(10.0)
        return answer

    async def hangup(self) -> None:
        """Ends the call in whatever way its state asks for."""
        if self.over:
            return
        if self.up:
            self._finish(self.status)
            await self.request("BYE")
        elif self.outgoing:
            await self.cancel()
        else:
            self.reject(603)

    async def press(self, digits: str, milliseconds: int = 100) -> None:
        """Sends DTMF as RFC 2833 events."""
        await self.media.press(digits, milliseconds)

    async def refer(self, target: str, replaces: Call | None = None) -> Message:
        """Transfers the other side: blind, or attended to the other end of a second call."""
        uri = self.phone.uri_of(target)
        if replaces is not None:
            other = replaces.dialog
            value = f"{other.call_id};to-tag={other.remote_tag};from-tag={other.local_tag}"
            uri += f"?Replaces={quote(value, safe='')}"
        return await self.request(
            "REFER", [("Refer-To", f"<{uri}>"), ("Referred-By", f"<{self.phone.aor}>")]
        )

    async def hold(self, direction: str = "sendonly") -> Message:
        """Offers another direction by a re-INVITE: `sendonly` holds, `sendrecv` takes back."""
        codecs = self._theirs.codecs if self._theirs else self._ours.codecs
        offer = Audio(self._ours.address, codecs, self._ours.event, direction)
        request = self.dialog.request("INVITE", body=offer.encode(self.dialog.cseq + 2))
        hop = self.dialog.next_hop(self.peer)
        transaction = self.phone.endpoint.request(request, hop)
        answer = await transaction.final(10.0)
        if answer.status < 300:
            ack = self.dialog.request("ACK", cseq=self.dialog.cseq)
            transaction.ack = self.phone.endpoint.stamped(ack)
            self.phone.endpoint.send(transaction.ack, hop)
            self._hear(answer)
        return answer

    async def open_media(self, audio: Audio) -> Audio:
        """Takes an RTP port; `audio` says the codecs of this phone."""
        address = await self.media.open(self.phone.bind)
        self._ours = Audio(address, audio.codecs, audio.event, audio.direction)
        return self._ours

    def _agreed(self) -> Audio:
        return self._theirs.answered_by(self._ours) if self._theirs else self._ours

    def _hear(self, answer: Message) -> None:
        """Starts the audio that an answer to our offer describes."""
        if answer.body:
            self._theirs = Audio.parse(answer.body)
            self.media.connect(self._theirs, self._agreed())

    def _finish(self, status: int, cause: str = "") -> None:
        self.status, self.over, self.up = status, True, False
        self.cause = self.cause or cause
        self.media.close()
        self._changed.set()

    def received(self, request: Message, peer: Address) -> None:
        """A request of the other side inside this call."""
        self.requests.append(request)
        handler = {
            "ACK": self._on_ack,
            "BYE": self._on_bye,
            "CANCEL": self._on_cancel,
            "INVITE": self._on_offer,
            "UPDATE": self._on_offer,
        }.get(request.method, self._on_other)
        handler(request, peer)
        self._changed.set()

    def _on_ack(self, request: Message, peer: Address) -> None:
        self.phone.endpoint.acknowledged(self.invite)
        if request.body:
            self._hear(request)

    def _on_bye(self, request: Message, peer: Address) -> None:
        self.phone.endpoint.respond(request, request.response(200), peer)
        self._finish(self.status, request.get("Reason"))

    def _on_cancel(self, request: Message, peer: Address) -> None:
        self.phone.endpoint.respond(request, request.response(200), peer)
        if not self.up and not self.over:
            self._respond(487)
            self._finish(487, request.get("Reason"))

    def _on_offer(self, request: Message, peer: Address) -> None:
        """A re-INVITE or UPDATE: takes what is offered, and offers where nothing is.

        A fax machine that offers T.38 alone is refused, as by any phone (RFC 3261, 21.4.26).
        """
        if request.body and not Audio.offered(request.body):
            self._heed(request)
            response = request.response(488, tag=self.dialog.local_tag)
            self.phone.endpoint.respond(request, response, peer)
            return
        response = request.response(200, tag=self.dialog.local_tag)
        response.headers.append(("Contact", self.dialog.contact))
        if request.has("Contact"):
            self.dialog.target = str(request.addr("Contact").uri)
        if request.body:
            self._theirs = Audio.parse(request.body)
            agreed = self._theirs.answered_by(self._ours)
            self.media.connect(self._theirs, agreed)
            response.body = agreed.encode(2)
        elif request.method == "INVITE":
            response.body = self._ours.encode(2)
        if response.body:
            response.headers.append(("Content-Type", "application/sdp"))
        self._heed(request)
        self.phone.endpoint.respond(request, response, peer)

    def _heed(self, request: Message) -> None:
        """The ACK to come is for this INVITE."""
        if request.method == "INVITE":
            self.invite, first = request, self.invite
            self.phone.endpoint.acknowledged(first)

    def _on_other(self, request: Message, peer: Address) -> None:
        status = 202 if request.method == "REFER" else 200
        self.phone.endpoint.respond(request, request.response(status), peer)
