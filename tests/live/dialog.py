"""What two ends of a call must remember to send each other requests (RFC 3261, section 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .sip import Address, Header, Message, NameAddr, Uri, token

AGENT = "live-test phone"
ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE, MESSAGE"


@dataclass
class Dialog:
    """From, To and the rest, seen from our side. `target` is where the next request goes."""

    call_id: str
    local: str
    remote: str
    target: str
    contact: str
    cseq: int = 0
    routes: list[str] = field(default_factory=list)

    @classmethod
    def calling(cls, uri: str, local: str, remote: str, contact: str) -> Dialog:
        """Before an INVITE of ours."""
        return cls(f"{token()}@live", f"{local};tag={token(4)}", remote, uri, contact)

    @classmethod
    def called(cls, invite: Message, contact: str) -> Dialog:
        """From an INVITE of theirs."""
        return cls(
            invite.get("Call-ID"),
            f"{invite.get('To')};tag={token(4)}",
            invite.get("From"),
            str(invite.addr("Contact").uri),
            contact,
            routes=invite.all("Record-Route"),
        )

    @property
    def local_tag(self) -> str:
        return NameAddr.parse(self.local).param("tag") or ""

    @property
    def remote_tag(self) -> str:
        return NameAddr.parse(self.remote).param("tag") or ""

    def learn(self, answer: Message) -> None:
        """Takes the other side's tag, contact and route from an answer to our INVITE."""
        self.remote = answer.get("To")
        if answer.has("Contact"):
            self.target = str(answer.addr("Contact").uri)
        self.routes = answer.all("Record-Route")[::-1]

    def request(
        self, method: str, headers: Iterable[Header] = (), body: bytes = b"", cseq: int = 0
    ) -> Message:
        """The next request of ours; ACK and CANCEL name the number which they belong to."""
        if not cseq:
            self.cseq += 1
        base = [
            *(("Route", route) for route in self.routes),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq or self.cseq} {method}"),
            ("Contact", self.contact),
            ("User-Agent", AGENT),
            ("Allow", ALLOW),
        ]
        if body:
            base.append(("Content-Type", "application/sdp"))
        return Message.request(method, self.target, [*base, *headers], body)

    def next_hop(self, default: Address) -> Address:
        """Where that goes: the first route, else the target, where they are plain addresses."""
        uri = NameAddr.parse(self.routes[0]).uri if self.routes else Uri.parse(self.target)
        numeric = uri.host.replace(".", "").isdigit()
        return (uri.host, uri.port or 5060) if numeric else default
