"""SIP transactions over one socket: answers matched, losses repeated, all of it kept."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .sip import Address, Message, SipError, in_uri, token
from .wire import Wire, open_wire

T1, T2 = 0.5, 4.0  # seconds: first and longest interval of retransmission (RFC 3261, 17.1)
PATIENCE = 32.0  # seconds until a transaction without answer fails


@dataclass(frozen=True)
class Record:
    """A message that crossed the socket. Time in seconds of the monotonic clock."""

    at: float
    sent: bool
    message: Message
    peer: Address


@dataclass
class Transaction:
    """A request of ours with the answers to it."""

    request: Message
    to: Address
    responses: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    last: Message | None = None
    # Sent again for each repeated final answer (RFC 3261, 13.2.2.4 and 17.1.1.2).
    ack: Message | None = None

    async def next(self, timeout: float = PATIENCE) -> Message:
        """The next answer, provisional or final."""
        try:
            return await asyncio.wait_for(self.responses.get(), timeout)
        except TimeoutError:
            asked = f"{self.request.start!r} to {self.to[0]}:{self.to[1]}"
            raise SipError(f"no answer within {timeout} s: {asked}") from None

    async def final(self, timeout: float = PATIENCE) -> Message:
        """The final answer."""
        while (answer := await self.next(timeout)).status < 200:
            pass
        return answer


class Endpoint:
    """A socket that speaks SIP. `handler` gets each new request once."""

    def __init__(self, transport: str, handler: Callable[[Message, Address], None]) -> None:
        self.transport = transport
        self.records: list[Record] = []
        self._handler = handler
        self._wire: Wire | None = None
        self._ours: dict[tuple[str, str], Transaction] = {}
        self._theirs: dict[tuple[str, str], Message | None] = {}
        self._repeats: dict[tuple[str, str], asyncio.TimerHandle] = {}

    async def open(self, local: Address, peer: Address, tls: ssl.SSLContext | None = None) -> None:
        self._wire = await open_wire(self.transport, local, peer, self._received, tls)

    @property
    def local(self) -> Address:
        return self._live.local

    @property
    def _live(self) -> Wire:
        if self._wire is None:
            raise SipError("the endpoint is not open")
        return self._wire

    def send(self, message: Message, to: Address) -> None:
        """One message, once."""
        self.records.append(Record(time.monotonic(), True, message, to))
        self._live.send(message.encode(), to)

    def stamped(self, request: Message, branch: str = "") -> Message:
        """The request with our Via on top."""
        host, port = self.local
        via = f"SIP/2.0/{self.transport.upper()} {in_uri(host)}:{port};rport;branch="
        via += branch or f"z9hG4bK{token()}"
        return Message(request.start, [("Via", via), *request.headers], request.body)

    def request(self, request: Message, to: Address, branch: str = "") -> Transaction:
        """Sends a request and repeats it until something answers."""
        stamped = self.stamped(request, branch)
        transaction = Transaction(stamped, to)
        key = (stamped.branch, stamped.method)
        self._ours[key] = transaction
        self.send(stamped, to)
        if not self._live.reliable:
            self._repeat(key, stamped, to, T1)
        return transaction

    def respond(self, request: Message, response: Message, to: Address) -> None:
        """Answers a request; a final answer to an INVITE repeats until the ACK."""
        key = (request.branch, request.method)
        self._theirs[key] = response
        self.send(response, to)
        if response.status >= 200 and request.method == "INVITE" and not self._live.reliable:
            self._repeat(key, response, to, T1)

    def close(self) -> None:
        for timer in self._repeats.values():
            timer.cancel()
        if self._wire is not None:
            self._wire.close()

    def _repeat(self, key: tuple[str, str], message: Message, to: Address, wait: float) -> None:
        def again() -> None:
            self.send(message, to)
            self._repeat(key, message, to, min(wait * 2, T2))

        self._quiet(key)
        self._repeats[key] = asyncio.get_running_loop().call_later(wait, again)

    def _quiet(self, key: tuple[str, str]) -> None:
        if timer := self._repeats.pop(key, None):
            timer.cancel()

    def _received(self, message: Message, peer: Address) -> None:
        self.records.append(Record(time.monotonic(), False, message, peer))
        if message.is_request:
            self._received_request(message, peer)
        else:
            self._received_response(message, peer)

    def _received_request(self, request: Message, peer: Address) -> None:
        key = (request.branch, request.method)
        if request.method == "ACK":
            # To a refusal it comes with the INVITE's branch, to a 200 with one of its own.
            self._quiet((request.branch, "INVITE"))
        elif key in self._theirs:
            if answer := self._theirs[key]:
                self.send(answer, peer)
            return
        else:
            self._theirs[key] = None
        self._handler(request, peer)

    def acknowledged(self, invite: Message) -> None:
        """Stops repeating the 200 to an INVITE: its ACK has come."""
        self._quiet((invite.branch, "INVITE"))

    def _received_response(self, response: Message, peer: Address) -> None:
        key = (response.branch, response.method)
        transaction = self._ours.get(key)
        if transaction is None:
            return
        if response.status >= 200 or response.method == "INVITE":
            self._quiet(key)
        if transaction.last is not None and transaction.last.status >= 200:
            if transaction.ack is not None:
                self.send(transaction.ack, transaction.to)
            return
        transaction.last = response
        if response.status >= 300 and response.method == "INVITE":
            transaction.ack = self._refusal_ack(transaction.request, response)
            self.send(transaction.ack, transaction.to)
        transaction.responses.put_nowait(response)

    @staticmethod
    def _refusal_ack(invite: Message, response: Message) -> Message:
        # Same branch and Request-URI as the INVITE, the To of the answer (RFC 3261, 17.1.1.3).
        headers = [
            ("Via", invite.get("Via")),
            ("Max-Forwards", "70"),
            ("From", invite.get("From")),
            ("To", response.get("To")),
            ("Call-ID", invite.get("Call-ID")),
            ("CSeq", f"{invite.cseq} ACK"),
        ]
        return Message(f"ACK {invite.start.split(' ')[1]} SIP/2.0", headers)
