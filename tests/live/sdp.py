"""Session descriptions: one audio stream, G.711 and telephone-event (RFC 4566, RFC 3264)."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sip import Address, SipError

CODECS = {"PCMU": 0, "PCMA": 8}
EVENT = 101  # payload type of telephone-event in what we offer


@dataclass(frozen=True)
class Audio:
    """What one side says of its audio."""

    address: Address
    codecs: tuple[str, ...] = ("PCMU", "PCMA")
    event: int | None = EVENT
    direction: str = "sendrecv"
    payloads: tuple[int, ...] = field(default=(), compare=False)

    def encode(self, version: int = 1) -> bytes:
        host, port = self.address
        family = "IP6" if ":" in host else "IP4"
        types = [CODECS[name] for name in self.codecs]
        maps = [f"a=rtpmap:{CODECS[name]} {name}/8000" for name in self.codecs]
        if self.event is not None:
            types.append(self.event)
            maps += [f"a=rtpmap:{self.event} telephone-event/8000", f"a=fmtp:{self.event} 0-16"]
        listed = " ".join(str(number) for number in types)
        lines = [
            "v=0",
            f"o=phone {port} {version} IN {family} {host}",
            "s=call",
            f"c=IN {family} {host}",
            "t=0 0",
            f"m=audio {port} RTP/AVP {listed}",
            *maps,
            "a=ptime:20",
            f"a={self.direction}",
            "",
        ]
        return "\r\n".join(lines).encode()

    @staticmethod
    def offered(body: bytes) -> bool:
        """Whether there is audio in a session description at all."""
        return any(line.startswith(b"m=audio ") for line in body.splitlines())

    @classmethod
    def parse(cls, body: bytes) -> Audio:
        """The first audio stream of an offer or answer."""
        host, port, direction, section = "", 0, "sendrecv", "session"
        payloads: list[int] = []
        names = {number: name for name, number in CODECS.items()}
        for line in body.decode("utf-8", "replace").splitlines():
            kind, _, value = line.partition("=")
            if kind == "m":
                section = "other" if payloads or not value.startswith("audio ") else "audio"
            if section == "other":
                continue
            if kind == "c":
                host = value.split()[-1].partition("/")[0]
            elif kind == "m":
                fields = value.split()
                port, payloads = int(fields[1]), [int(number) for number in fields[3:]]
            elif value.startswith("rtpmap:"):
                number, _, name = value.removeprefix("rtpmap:").partition(" ")
                codec, _, rate = name.partition("/")
                # Events of another clock rate belong to a codec that this phone has not.
                if codec.lower() != "telephone-event" or rate == "8000":
                    names[int(number)] = codec.upper()
            elif value in ("sendrecv", "sendonly", "recvonly", "inactive"):
                direction = value
        if not payloads:
            raise SipError("no audio in the session description")
        events = [number for number in payloads if names.get(number) == "TELEPHONE-EVENT"]
        return cls(
            (host, port),
            tuple(names[n] for n in payloads if names.get(n) in CODECS),
            events[0] if events else None,
            direction,
            tuple(payloads),
        )

    def answered_by(self, ours: Audio) -> Audio:
        """Our answer to this offer: the first codec of theirs that is ours, their event number.

        Raises SipError where there is none (488 on the wire).
        """
        common = [name for name in self.codecs if name in ours.codecs]
        if not common:
            raise SipError(f"no codec in common: {self.codecs} and {ours.codecs}")
        mirrored = {"sendonly": "recvonly", "recvonly": "sendonly"}
        direction = mirrored.get(self.direction, self.direction)
        event = self.event if ours.event is not None else None
        return Audio(ours.address, (common[0],), event, direction)
