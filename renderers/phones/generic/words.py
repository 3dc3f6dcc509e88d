"""What softphones call things: Linphone's configuration keys (liblinphone), baresip's `accounts` file."""

import hashlib
import re
from collections.abc import Iterator, Mapping

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.resolved import Phone, PhoneLine
from dialform.values import dataclass

USUAL_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
"""RFC 3261, section 19.1.2. Only without a port is a server looked up by its services (RFC 3263)."""

LINPHONE_CODECS = {
    "OPUS": ("opus", 48000, 2), "PCMU": ("PCMU", 8000, 1), "PCMA": ("PCMA", 8000, 1),
    "G722": ("G722", 8000, 1), "G729": ("G729", 8000, 1), "GSM": ("GSM", 8000, 1),
    "ILBC": ("iLBC", 8000, 1), "SPEEX": ("speex", 8000, 1), "L16": ("L16", 44100, 1),
    "AMR": ("AMR", 8000, 1), "AMR-WB": ("AMR-WB", 16000, 1),
}  # fmt: skip
LINPHONE_DTMF = {"rfc2833": (1, 0), "info": (0, 1), "inband": (0, 0), "auto": (1, 1)}
"""By RTP events, by INFO."""

BARESIP_CODECS = {
    "OPUS": "opus/48000/2", "PCMU": "pcmu/8000/1", "PCMA": "pcma/8000/1", "G722": "g722/16000/1",
    "GSM": "gsm/8000/1", "G726-32": "G726-32/8000/1", "AMR": "amr/8000/1", "L16": "l16/8000/1",
    "AMR-WB": "amr-wb/16000/1",
}  # fmt: skip
BARESIP_DTMF = {"rfc2833": "rtpevent", "info": "info", "auto": "auto"}
BARESIP_SRTP = {"optional": "srtp", "required": "srtp-mand"}

SRTP = {"off": "none", "optional": "SRTP if the other side can", "required": "SRTP always"}
DTMF = {"rfc2833": "RFC 2833 (RTP)", "info": "SIP INFO", "inband": "in the audio", "auto": "auto"}
KEYS = frozenset({"blf", "speed-dial", "park", "dnd", "forward", "voicemail", "page"})


@dataclass(frozen=True, slots=True)
class Account:
    """A line as apps take it. `route` is a SIP URI of where its packets go, empty for where its domain leads;
    `server` the same as host and port. `ha1` logs in at its domain as the password does (RFC 2617).
    """

    line: PhoneLine
    server: str
    route: str
    ha1: str
    baresip: str


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the templates need beside the phone."""
    first = phone.lines[0] if phone.lines else None
    rtp, info = LINPHONE_DTMF[phone.dtmf]
    return {
        "accounts": [_account(phone, line) for line in phone.lines],
        "numbers": [key for key in phone.keys[: model.keys] if key.kind in KEYS and key.dial],
        "linphone_codecs": [LINPHONE_CODECS[c] for c in phone.codecs if c in LINPHONE_CODECS],
        "rtp_dtmf": rtp,
        "info_dtmf": info,
        # Linphone has one setting for all accounts.
        "srtp": first.srtp if first else "off",
        "srtp_words": SRTP,
        "dtmf_words": DTMF,
    }


def _account(phone: Phone, line: PhoneLine) -> Account:
    host, port = line.server or line.domain, line.port
    usual = port == USUAL_PORTS[line.transport]
    server = host if usual else f"{host}:{port}"
    route = f"sip:{server};transport={line.transport}" if line.server or not usual else ""
    login = f"{line.extension}:{line.domain}:{line.password}".encode()
    return Account(
        line=line,
        server=server,
        route=route,
        ha1=hashlib.md5(login, usedforsecurity=False).hexdigest(),
        baresip=";".join(_parameters(phone, line, route)),
    )


def _parameters(phone: Phone, line: PhoneLine, route: str) -> Iterator[str]:
    """What stands behind the address of a line in baresip's `accounts` (its docs/examples/accounts)."""
    name = line.name.replace('"', "").replace("\\", "")
    yield f'"{name}" <sip:{line.extension}@{line.domain};transport={line.transport}>'
    yield f"auth_user={line.extension}"
    if route:
        yield f'outbound="{route}"'
    yield "regint=600"
    if codecs := [BARESIP_CODECS[codec] for codec in phone.codecs if codec in BARESIP_CODECS]:
        yield "audio_codecs=" + ",".join(codecs)
    if phone.dtmf in BARESIP_DTMF:
        yield f"dtmfmode={BARESIP_DTMF[phone.dtmf]}"
    if line.srtp in BARESIP_SRTP:
        yield f"mediaenc={BARESIP_SRTP[line.srtp]}"
    yield f"mwi={'yes' if line.voicemail else 'no'}"
    # The last one: a quote in a password would reach to the next one behind it.
    if (password := quoted(line.password)) is not None:
        yield f"auth_pass={password}"


def quoted(text: str) -> str | None:
    """A parameter of baresip's, which ends at a blank or `;` outside of quotes, and knows no escapes; None
    where neither way holds the text (tried with baresip 1.0).
    """
    if re.search(r"[;\s]", text):
        return None if '"' in text else f'"{text}"'
    return f'"{text}"' if text.startswith('"') else text
