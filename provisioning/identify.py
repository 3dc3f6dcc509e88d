"""Which phone a request is from, and what it may have: the one place where that is decided.

Whoever gets nothing has cost the same, whichever part was wrong: a token, a user, a MAC that is known or
not.
"""

import hashlib
import hmac

from dialform.provisioning.auth import LONGEST, NOBODY, Login, basic, digest
from dialform.provisioning.enrolment import Enrolments
from dialform.provisioning.index import Device, Index
from dialform.provisioning.nonces import Nonces
from dialform.provisioning.routes import Asked, macs_in
from dialform.values import dataclass

_NO_MAC = "0" * 12
_NO_FILE = ("", "")


@dataclass(frozen=True, slots=True)
class Request:
    """What a request says, beside its path. `target` is path and query as they came; `certificate` the vendor
    and MAC of a client certificate that was checked.
    """

    method: str
    target: str
    authorization: bytes
    agent: str
    tls: bool
    certificate: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Who it is and what it may have. `device` is None for whoever is not known; `file` is None where that
    phone has no such file. `by` is token, basic, digest, certificate or window.
    """

    device: Device | None = None
    name: str = ""
    file: tuple[str, str] | None = None
    by: str = ""
    challenge: bool = False
    """Whether credentials are asked for: below `auth/` and nowhere else."""
    stale: bool = False
    tried: bool = False
    """Whether a secret was given that is none, which counts as guessing."""
    knocked: str = ""
    """The MAC of one of our phones that the request named without being let in."""


class Identify:
    """Of one service."""

    def __init__(self, enrolments: Enrolments, nonces: Nonces) -> None:
        self._enrolments, self._nonces = enrolments, nonces

    def __call__(self, asked: Asked, request: Request, index: Index, now: float) -> Found:
        """Decide. `now` is in seconds since 1970. Nothing is consumed by it."""
        token = hashlib.sha256(asked.token.encode("ascii")).hexdigest()
        by_token = index.by_token.get(token)
        login = self._login(request, index, asked.auth)
        if asked.auth:
            return _result(login.device, asked.name, login.by, login, challenge=True)
        if by_token is not None:
            return _result(by_token, asked.name, "token", login)
        named = index.by_mac.get(asked.mac) if asked.mac else None
        for device, by in ((login.device, login.by), (_certified(request, index), "certificate")):
            if device is not None and (not asked.mac or device is named):
                return _result(device, asked.plain, by, login)
        return self._in_window(asked, request, index, now, login)

    def _login(self, request: Request, index: Index, asked_for: bool) -> Login:
        header = request.authorization
        if not header or len(header) > LONGEST:
            return Login()
        scheme = header[:7].lower()
        if scheme[:6] == b"basic ":
            return basic(header, index.by_mac.get)
        if asked_for and scheme == b"digest ":
            method, target = request.method, request.target
            return digest(header, method, target, index.by_mac.get, self._nonces)
        return Login(tried=True)

    def _in_window(
        self, asked: Asked, request: Request, index: Index, now: float, login: Login
    ) -> Found:
        mac, device = _meant(asked, request, index)
        name = asked.plain or (device or NOBODY).first
        file, _ = (device or NOBODY).answers.get(name, _NO_FILE)
        open_now = self._enrolments.may(mac, file, now)
        if device is not None and open_now and request.tls:
            return _result(device, name, "window", login)
        return Found(tried=login.tried, knocked=device.mac if device else "")


def _result(
    device: Device | None, name: str, by: str, login: Login, challenge: bool = False
) -> Found:
    if device is None:
        return Found(challenge=challenge, stale=login.stale, tried=login.tried)
    name = name or device.first
    return Found(device, name, device.answers.get(name), by, challenge)


def _certified(request: Request, index: Index) -> Device | None:
    """The phone that its vendor's certificate names: of that vendor, or it is another's word."""
    if request.certificate is None:
        return None
    vendor, mac = request.certificate
    found = index.by_mac.get(mac)
    return found if found is not None and hmac.compare_digest(found.vendor, vendor) else None


def _meant(asked: Asked, request: Request, index: Index) -> tuple[str, Device | None]:
    """The MAC that a request without a secret means, and its phone: by the path, else by User-Agent.

    All of them are looked at, whichever is known.
    """
    texts = (asked.mac,) if asked.mac else (asked.plain, request.agent)
    macs = [mac for text in texts for mac in macs_in(text)]
    devices = [index.by_mac.get(mac) for mac in macs]
    fitting = [one for one in devices if _has(one, asked.plain)]
    found = fitting[0] if fitting else None
    return (found.mac if found else macs[0] if macs else _NO_MAC), found


def _has(device: Device | None, name: str) -> bool:
    return (not name or name in (device or NOBODY).answers) and device is not None
