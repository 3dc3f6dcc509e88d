"""Subscriptions of a phone: lamps (RFC 4235) and waiting messages (RFC 3842), and what an attacker makes
of them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from .phone import Phone
from .sip import Header, Message, token

NS = "{urn:ietf:params:xml:ns:dialog-info}"


@dataclass
class Watch:
    """What one phone asked to be told. Each has a Call-ID of its own."""

    phone: Phone
    target: str
    event: str = "dialog"
    from_: str = ""
    to: str = ""
    contact: str = ""
    call_id: str = field(default_factory=lambda: f"{token()}@watch")
    cseq: int = 0

    async def subscribe(self, expires: int = 600, headers: Iterable[Header] = ()) -> Message:
        """Sends it, with credentials where asked, and returns the final answer."""
        return await self.send(
            "SUBSCRIBE",
            [
                ("Event", self.event),
                ("Expires", str(expires)),
                ("Accept", "application/dialog-info+xml, application/simple-message-summary"),
                *headers,
            ],
        )

    async def send(self, method: str, headers: list[Header], body: bytes = b"") -> Message:
        """A request of this Call-ID, with credentials where asked; the final answer."""
        phone = self.phone
        known: list[Header] = list(headers)
        uri = phone.uri_of(self.target)
        for attempt in range(2):
            self.cseq += 1
            base = [
                ("Max-Forwards", "70"),
                ("From", f"{self.from_ or f'<{phone.aor}>'};tag=watch"),
                ("To", self.to or f"<{uri}>"),
                ("Call-ID", self.call_id),
                ("CSeq", f"{self.cseq} {method}"),
                ("Contact", self.contact or phone.contact),
            ]
            sent = Message.request(method, uri, [*base, *known], body)
            answer = await phone.endpoint.request(sent, phone.proxy).final()
            if attempt or answer.status not in (401, 407) or not phone.password:
                return answer
            known = [*headers, phone.credentials(answer, sent)]
        raise AssertionError("unreachable")

    @property
    def notifies(self) -> list[Message]:
        """What it was told."""
        return [m for m in self.phone.requests("NOTIFY") if m.get("Call-ID") == self.call_id]

    @property
    def lit(self) -> bool | None:
        """Whether the lamp is on; None before the first word. Raises where it is no XML."""
        told = [m for m in self.notifies if m.body]
        if not told:
            return None
        root = ElementTree.fromstring(told[-1].body)
        return any(state.text in ("early", "confirmed") for state in root.iter(f"{NS}state"))

    async def becomes(self, lit: bool, within: float = 8.0) -> None:
        """Waits until the lamp is on, or off."""
        deadline = time.monotonic() + within
        while self.lit is not lit:
            if time.monotonic() > deadline:
                said = [m.body.decode() for m in self.notifies]
                raise AssertionError(f"{self.target} is not {'lit' if lit else 'dark'}: {said}")
            await asyncio.sleep(0.05)

    async def told(self, count: int = 1, within: float = 8.0) -> Message:
        """Waits for so many NOTIFYs, and returns the last of them."""
        deadline = time.monotonic() + within
        while len(self.notifies) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"told {len(self.notifies)} times of {self.target}")
            await asyncio.sleep(0.05)
        return self.notifies[count - 1]


def as_itself(phone: Phone) -> Phone:
    """Makes a phone give its own password for its own realm, whatever realm it is asked for.

    The switch asks for the realm that From names, and checks the one that the answer names.
    """
    honest = phone.credentials

    def forged(refusal: Message, request: Message, password: str = "") -> Header:
        named = re.sub(r'realm="[^"]*"', f'realm="{phone.domain}"', refusal.encode().decode())
        return honest(Message.parse(named.encode()), request, password)

    phone.credentials = forged  # type: ignore[method-assign]
    return phone
