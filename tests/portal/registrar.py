"""A switch as far as the phone in the header needs one to be looked at: it lets in, and it can ring."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, WebSocketRoute

END = "\r\n"
SOUND = END.join((
    "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
    "m=audio 20000 UDP/TLS/RTP/SAVPF 0", "a=rtpmap:0 PCMU/8000", "",
))  # fmt: skip


class Registrar:
    """Stands in for the switch in all windows of a browser. `got` is what phones sent, first lines and all."""

    def __init__(self, context: BrowserContext) -> None:
        self.got: list[str] = []
        self.sockets: list[tuple[WebSocketRoute, str]] = []
        self._numbers = itertools.count(1)
        context.route_web_socket(lambda url: ":5067" in url or url.startswith("wss:"), self._open)

    def _open(self, socket: WebSocketRoute) -> None:
        socket.on_message(lambda text: self._heard(socket, str(text)))

    def _heard(self, socket: WebSocketRoute, text: str) -> None:
        self.got.append(text)
        method = text.split(" ", 1)[0]
        if method == "REGISTER":
            contact = _line(text, "Contact").partition(":")[2].strip()
            self.sockets.append((socket, contact.partition(">")[0].strip("< ")))
            # As the switch does it: no Contact in the answer.
            socket.send(_answer(text, "200 OK"))
        elif method == "INVITE":
            socket.send(_answer(text, "180 Ringing"))
        elif method == "CANCEL":
            socket.send(_answer(text, "200 OK"))
            invite = next(one for one in reversed(self.got) if one.startswith("INVITE "))
            socket.send(_answer(invite, "487 Request Terminated"))

    def ring(self, number: str, name: str) -> None:
        """Somebody calls: all windows ring."""
        place = next(self._numbers)
        for socket, uri in self.sockets:
            lines = (
                f"INVITE {uri} SIP/2.0", f"Via: SIP/2.0/WSS pbx.invalid;branch=z9hG4bKr{place}",
                "Max-Forwards: 70", f'From: "{name}" <sip:{number}@acme.example.com>;tag=t{place}',
                "To: <sip:1003@acme.example.com>", f"Call-ID: call{place}", "CSeq: 1 INVITE",
                "Contact: <sip:pbx@pbx.invalid;transport=ws>", "Content-Type: application/sdp",
                f"Content-Length: {len(SOUND)}", "", SOUND,
            )  # fmt: skip
            socket.send(END.join(lines))

    def answers(self, status: str) -> int:
        """How many answers of a status phones gave to calls."""
        return sum(one.startswith(f"SIP/2.0 {status}") and " INVITE" in one for one in self.got)


def _line(text: str, name: str) -> str:
    return next((one for one in text.split(END) if one.startswith(f"{name}:")), "")


def _answer(request: str, status: str) -> str:
    kept = [_line(request, name) for name in ("Via", "From", "Call-ID", "CSeq")]
    to = _line(request, "To")
    tagged = to if ";tag=" in to else f"{to};tag=ours"
    return END.join((f"SIP/2.0 {status}", *kept, tagged, "Content-Length: 0", "", ""))
