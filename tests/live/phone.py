"""A SIP phone for tests: small, scriptable, and honest about all that it received."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from . import digest
from .behaviour import Behaviour, answers, refuses, rings
from .call import Call
from .dialog import AGENT, ALLOW, Dialog
from .endpoint import Endpoint
from .sdp import Audio
from .sip import Address, Header, Message, SipError, in_uri, name_addr, token

__all__ = ["Behaviour", "Call", "Phone", "answers", "refuses", "rings"]


class Phone:
    """One user agent on an address of its own.

    `proxy` is where everything goes (the switch, or another phone); `behaviour` decides what
    an incoming call meets. `codecs` and `event` are what it offers. Use it as a context: leaving
    hangs up, closes its ports, and raises what went wrong in the background.
    """

    def __init__(
        self,
        user: str,
        domain: str,
        password: str = "",
        *,
        proxy: Address,
        bind: str = "127.0.0.1",
        port: int = 0,
        transport: str = "udp",
        name: str = "",
        login: str = "",
        behaviour: Behaviour | None = None,
        codecs: tuple[str, ...] = ("PCMU", "PCMA"),
        registrar: bool = False,
        tls: ssl.SSLContext | None = None,
        agent: str = AGENT,
    ) -> None:
        self.user, self.domain, self.password = user, domain, password
        self.proxy, self.bind, self.port = proxy, bind, port
        self.name, self.login = name, login or user
        self.agent = agent
        self.behaviour = behaviour or rings()
        self.codecs = codecs
        self.registrar = registrar
        self.calls: list[Call] = []
        self.endpoint = Endpoint(transport, self._received)
        self._tls = tls
        self._incoming: asyncio.Queue[Call] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._faults: list[BaseException] = []
        self._register_id, self._cseq = f"{token()}@live", 0
        self._tag = token(4)

    async def __aenter__(self) -> Self:
        await self.endpoint.open((self.bind, self.port), self.proxy, self._tls)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for call in self.calls:
            try:
                async with asyncio.timeout(2.0):
                    await call.hangup()
            except (TimeoutError, SipError, AssertionError):
                # The scene is over; a switch that is gone must not hide why it failed.
                call.media.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.endpoint.close()
        if error is None and self._faults:
            raise self._faults[0]

    # Who it is.

    @property
    def address(self) -> Address:
        """Where it can be reached."""
        return self.endpoint.local

    @property
    def aor(self) -> str:
        return f"sip:{self.user}@{self.domain}"

    @property
    def contact(self) -> str:
        host, port = self.address
        # Of both WebSockets the URI says `ws` (RFC 7118, 4).
        kind = self.endpoint.transport.replace("wss", "ws")
        return f"<sip:{self.user}@{in_uri(host)}:{port}{'' if kind == 'udp' else f';transport={kind}'}>"

    def uri_of(self, target: str) -> str:
        """A dialled number as a URI of this phone's domain; a URI as it is."""
        return target if target.startswith(("sip:", "sips:")) else f"sip:{target}@{self.domain}"

    @property
    def received(self) -> list[Message]:
        """All that came in, in order."""
        return [record.message for record in self.endpoint.records if not record.sent]

    @property
    def sent(self) -> list[Message]:
        """All that went out, retransmissions included."""
        return [record.message for record in self.endpoint.records if record.sent]

    def requests(self, method: str) -> list[Message]:
        """The received requests of a method."""
        return [m for m in self.received if m.is_request and m.method == method]

    # What it does.

    async def register(self, expires: int = 600, password: str | None = None) -> Message:
        """Registers and returns the final answer; `password` tries another than its own."""
        extra = [("Contact", self.contact), ("Expires", str(expires))]
        return await self.request("REGISTER", f"sip:{self.domain}", extra, password=password)

    async def unregister(self) -> Message:
        """Takes the registration back."""
        return await self.register(expires=0)

    async def request(
        self,
        method: str,
        uri: str,
        headers: Iterable[Header] = (),
        body: bytes = b"",
        *,
        password: str | None = None,
        to: str = "",
    ) -> Message:
        """A request outside of any dialog, with credentials where asked; the final answer."""
        secret = self.password if password is None else password
        known: list[Header] = list(headers)
        for attempt in range(3):
            self._cseq += 1
            base = [
                ("Max-Forwards", "70"),
                ("From", f"{name_addr(self.aor, self.name)};tag={self._tag}"),
                ("To", to or f"<{self.aor if method == 'REGISTER' else uri}>"),
                ("Call-ID", self._register_id),
                ("CSeq", f"{self._cseq} {method}"),
                ("User-Agent", self.agent),
                ("Allow", ALLOW),
            ]
            sent = Message.request(method, uri, [*base, *known], body)
            answer = await self.endpoint.request(sent, self.proxy).final()
            if answer.status not in (401, 407) or not secret:
                return answer
            asked = digest.Challenge.parse(answer.get(digest.CHALLENGES[answer.status][0]))
            if attempt and not asked.stale:
                return answer
            known = [*headers, self.credentials(answer, sent, secret)]
        return answer

    def credentials(self, refusal: Message, request: Message, password: str = "") -> Header:
        """The header that answers a challenge to a request."""
        method, uri, _ = request.start.split(" ")
        return digest.credentials(
            refusal,
            user=self.login,
            password=password or self.password,
            method=method,
            uri=uri,
        )

    async def call(
        self,
        target: str,
        *,
        params: str = "",
        name: str | None = None,
        from_: str = "",
        to: str = "",
        headers: Iterable[Header] = (),
        offer: bool = True,
    ) -> Call:
        """Sends an INVITE and returns at once; wait with the call's methods.

        `params` are put behind the Request-URI alone (`;gw=north`); `name` replaces the display
        name; `from_` and `to` replace whole header values (a tag is added to From).
        """
        uri = self.uri_of(target)
        mine = from_ or name_addr(self.aor, self.name if name is None else name)
        dialog = Dialog.calling(uri + params, mine, to or f"<{uri}>", self.contact)
        call = Call(self, dialog, Message.request("INVITE", uri, [("To", f"<{uri}>")]), None)
        self.calls.append(call)
        audio = await call.open_media(Audio(("", 0), self.codecs))
        self._spawn(call.dial(list(headers), audio if offer else None))
        return call

    async def rung(self, within: float = 5.0) -> Call:
        """The next incoming call that no one has taken yet."""
        try:
            return await asyncio.wait_for(self._incoming.get(), within)
        except TimeoutError:
            raise AssertionError(f"{self.user} not called within {within} s") from None

    async def stays_quiet(self, seconds: float = 1.0) -> bool:
        """Whether nobody calls for so long."""
        await asyncio.sleep(seconds)
        return self._incoming.empty()

    # What reaches it.

    def _received(self, request: Message, peer: Address) -> None:
        known = [c for c in self.calls if c.dialog.call_id == request.get("Call-ID")]
        if known:
            known[-1].received(request, peer)
        elif request.method == "INVITE":
            self._spawn(self._ring(request, peer))
        elif request.method != "ACK":
            self.endpoint.respond(request, self._answer(request), peer)

    async def _ring(self, invite: Message, peer: Address) -> None:
        call = Call(self, Dialog.called(invite, self.contact), invite, peer)
        # A CANCEL may come before the port is open: it must find the call.
        self.calls.append(call)
        await call.open_media(Audio(("", 0), self.codecs))
        self._incoming.put_nowait(call)
        await self.behaviour(call)

    def _answer(self, request: Message) -> Message:
        if request.method in ("BYE", "CANCEL", "UPDATE", "INFO"):
            return request.response(481, tag=token(4))
        response = request.response(200, tag=token(4))
        if request.method == "REGISTER":
            if not self.registrar:
                return request.response(405, tag=token(4))
            response.headers.append(("Expires", request.get("Expires", "3600")))
            response.headers += [("Contact", value) for value in request.all("Contact")]
        if request.method == "OPTIONS":
            response.headers.append(("Allow", ALLOW))
        return response

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            self._faults.append(fault)
