"""The application: a request to what it gets.

Who it is and what it may have is `identify`'s; here are the limits, the file, the time that a refusal takes,
and the line in the log.
"""

import asyncio
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from dialform.provisioning.addresses import Client, Headers, address_of, client_of
from dialform.provisioning.answers import (
    CHALLENGE,
    NOT_FOUND,
    TOO_MANY,
    UNAVAILABLE,
    Answer,
    file_answer,
    not_modified,
    send_answer,
)  # fmt: skip
from dialform.provisioning.auth import challenges
from dialform.provisioning.errors import StateError
from dialform.provisioning.fetches import LONGEST_AGENT, Fetch
from dialform.provisioning.following import Generation
from dialform.provisioning.identify import Found, Request
from dialform.provisioning.index import Device
from dialform.provisioning.limits import network_of
from dialform.provisioning.log import clean
from dialform.provisioning.routes import NOTHING, asked
from dialform.provisioning.service import FLOOR, Service
from dialform.values import dataclass

_SLOW = frozenset({"refused", "challenged", "denied", "no_file", "fault"})
"""What takes FLOOR at least."""

_SELDOM = frozenset({"limited", "challenged"})
"""What an address can cause without end, and that says little the second time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended, for the log and the counts."""

    word: str
    answer: Answer
    found: Found = Found()

    @property
    def device(self) -> Device | None:
        """The phone that it is, if it is one."""
        return self.found.device


def build_app(service: Service) -> ASGIApp:
    """The application of a service."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _Request(service, scope).run(send)

    return app


class _Request:
    def __init__(self, service: Service, scope: Scope) -> None:
        self._service, self._scope = service, scope
        self._began = service.clocks.steady()
        self._headers: Headers = scope["headers"]
        self._client = Client("unknown", False)

    async def run(self, send: Send) -> None:
        """Answer."""
        service, scope = self._service, self._scope
        try:
            outcome = await self._outcome()
        except Exception as error:
            service.fault(error)
            outcome = Outcome("fault", NOT_FOUND)
        self._tell(outcome)
        if outcome.word in _SLOW:
            left = self._began + FLOOR - service.clocks.steady()
            await service.clocks.sleep(max(0.0, left))
        await send_answer(outcome.answer, send, scope["method"] == "HEAD")

    async def _outcome(self) -> Outcome:
        service, scope = self._service, self._scope
        peer = scope["client"][0] if scope.get("client") else "unknown"
        client = client_of(peer, scope["scheme"] == "https", self._headers, service.settings)
        self._client = client
        self._unbelieved(peer)
        request = Request(
            method=scope["method"],
            target=_target(scope),
            authorization=_one(self._headers, b"authorization"),
            agent=_one(self._headers, b"user-agent")[:1024].decode("latin-1"),
            tls=client.tls,
            certificate=scope.get("state", {}).get("certificate"),
        )
        generation = service.releases.current
        in_clear = client.plain and service.settings.secure
        path = NOTHING if in_clear else asked(scope["raw_path"], service.settings.prefixes)
        found = service.identify(path, request, generation.index, service.clocks.wall())
        if path is NOTHING:  # that is nobody's, whoever asks; to find out who costs the same
            found = Found(tried=found.tried, knocked=found.knocked)
        return await self._answer(found, request, generation)

    def _unbelieved(self, peer: str) -> None:
        """A proxy that nobody named: all phones are one address to us then, and no window opens."""
        service, address = self._service, address_of(peer)
        if service.settings.tls or not _one(self._headers, b"x-forwarded-proto"):
            return
        if address and not service.settings.trusts(address) and service.seldom(f"proxy {peer}"):
            trouble = (
                f"{address} asks for others (X-Forwarded-Proto) and is not among trusted_proxies: "
                "it is not believed, and no window opens for who comes by it"
            )
            service.say("proxy", "warning", trouble=trouble)

    async def _answer(self, found: Found, request: Request, generation: Generation) -> Outcome:
        limits, who = self._service.limits, network_of(self._client.address)
        device = found.device
        known = device is not None and limits.knows(who, device.mac)
        # Who has a secret, which nobody guesses, is not held up by what strangers elsewhere do.
        alone = device is not None and found.by != "window"
        if not limits.ask(who, known) or (not known and limits.suspect(who, alone=alone)):
            return Outcome("limited", TOO_MANY)
        if request.method not in ("GET", "HEAD") and (device or found.challenge):
            # Some phones would leave logs and call lists here: nobody guesses by that.
            return Outcome("no_file", NOT_FOUND, found)
        if device is None:
            if found.challenge:
                wrong = found.tried and not found.stale
                if wrong:
                    limits.wrong(who)
                headers = challenges(self._service.nonces, found.stale)
                word = "denied" if wrong else "challenged"
                return Outcome(word, CHALLENGE.more(headers), found)
            limits.wrong(who)
            return Outcome("refused", NOT_FOUND, found)
        if found.file is None:
            return Outcome("no_file", NOT_FOUND, found)
        return await self._file(device, found, found.file, request, generation)

    async def _file(
        self, device: Device, found: Found, file: tuple[str, str], request: Request, generation: Generation
    ) -> Outcome:  # fmt: skip
        service = self._service
        etag = f'"{device.revision}"'.encode()
        in_window = found.by == "window"
        if not in_window and etag in _one(self._headers, b"if-none-match"):
            service.limits.fetched(network_of(self._client.address), device.mac)
            return Outcome("current", not_modified(etag), found)
        content = await asyncio.to_thread(self._read, device, file, generation)
        if content is None:
            return Outcome("unavailable", UNAVAILABLE, found)
        if request.method == "HEAD":
            return Outcome("head", file_answer(content, file[1], etag), found)
        uses_up = in_window and file[0] not in device.open
        if uses_up and not await self._take(device, file[0]):
            return Outcome("refused", NOT_FOUND, Found(knocked=device.mac))
        service.limits.fetched(network_of(self._client.address), device.mac)
        word = "enrolled" if in_window else "fetched"
        return Outcome(word, file_answer(content, file[1], etag), found)

    def _read(self, device: Device, file: tuple[str, str], generation: Generation) -> bytes | None:
        """A file of the release that was asked, or of a newer one: the old one may be removed by now."""
        service = self._service
        try:
            return generation.read(device.mac, file[0])
        except OSError as error:
            why = error.strerror or str(error)
        service.follow()
        newer = service.releases.current
        known = newer.index.by_mac.get(device.mac)
        # Who had the right to the old one: the phone may be another's by now, or its token have leaked.
        if newer is not generation and known is not None and _same(known, device):
            try:
                return newer.read(device.mac, file[0])
            except OSError as error:
                why = error.strerror or str(error)
        service.say("file", "error", mac=device.mac, file=file[0], trouble=why)
        return None

    async def _take(self, device: Device, name: str) -> bool:
        service = self._service
        now = service.clocks.wall()
        try:
            return await asyncio.to_thread(service.state.enrolments.take, device.mac, name, now)
        except StateError as error:
            service.say("enrolment", "error", mac=device.mac, trouble=str(error))
            return False

    def _tell(self, outcome: Outcome) -> None:
        service, device = self._service, outcome.device
        now = service.clocks.wall()
        agent = clean(_one(self._headers, b"user-agent").decode("latin-1"), LONGEST_AGENT)
        fields: dict[str, object] = {
            "outcome": outcome.word,
            "status": outcome.answer.status,
            "address": self._client.address,
            "agent": agent,
        }
        if self._scope["method"] != "GET":
            fields["method"] = self._scope["method"]
        service.counts.request(outcome.word, device.vendor if device else "")
        if device is not None:
            fields |= _of(device, outcome.found)
            if outcome.word in ("fetched", "current", "enrolled"):
                name, file = outcome.found.name, device.revision
                fetch = Fetch(device.mac, now, name, file, self._client.address, agent)
                service.state.fetches.note(fetch)
        elif outcome.found.knocked:
            fields["knocked"] = outcome.found.knocked
        if outcome.word not in _SELDOM or service.seldom(f"{outcome.word} {self._client.address}"):
            service.lines.fetch(now, fields)


def _same(known: Device, device: Device) -> bool:
    """Whether it is the same phone still, with the same secrets."""
    return (known.tenant, known.token, known.ha1) == (device.tenant, device.token, device.ha1)


def _of(device: Device, found: Found) -> Mapping[str, object]:
    return {
        "tenant": device.tenant,
        "mac": device.mac,
        "vendor": device.vendor,
        "model": device.model,
        "file": found.name if found.file else "",
        "revision": device.revision,
        "by": found.by,
    }


def _one(headers: Headers, name: bytes) -> bytes:
    """A header; what is there twice is not there."""
    found = [value for key, value in headers if key == name]
    return found[0] if len(found) == 1 else b""


def _target(scope: Scope) -> str:
    query = scope["query_string"]
    raw: bytes = scope["raw_path"]
    return (raw + b"?" + query if query else raw).decode("latin-1")
