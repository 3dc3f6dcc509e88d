"""Connections of browsers: how long one may take to ask, how many there are, whose certificate they see."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from dialform.console.errors import SettingsError
from dialform.console.settings import Settings

HEAD = 15.0
"""Seconds that a connection has until the head of its first request is there."""

BODY = 120.0
"""Seconds that the body of a request has."""

MOST = 2000
"""Connections at most; who comes after is told to come later (503)."""


class Patient(H11Protocol):
    """HTTP, for a browser that asks within HEAD seconds; who does not is let go."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A connection, and its time begins."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD, self._silent)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._quiet()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """What came: with a whole head there is a cycle, and uvicorn's own limits hold from there on."""
        super().handle_events()
        if self.cycle is not None:
            self._quiet()

    def _silent(self) -> None:
        # The timer is off once there was a request: until then there is none.
        if not self.transport.is_closing():
            self.transport.close()

    def _quiet(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Certificate:
    """The portal's certificate: read again when its file changes, for the connections that come then."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError where it cannot be used."""
        assert settings.certificate is not None and settings.key is not None
        self._files = settings.certificate, settings.key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        self._seen = self._stamps()
        try:
            self._load(self.context)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"The certificate {settings.certificate} cannot be used with its key: {error}"
            ) from None

    def refresh(self) -> str:
        """Read it again if it changed. Why that did not go; "" where it did, or nothing changed."""
        stamps = self._stamps()
        if stamps == self._seen:
            return ""
        try:
            # First on trial: half of a pair must not replace the pair that works.
            self._load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
            self._load(self.context)
        except (OSError, ssl.SSLError) as error:
            return f"the renewed certificate cannot be used, the old one goes on: {error}"
        self._seen = stamps
        return ""

    def _load(self, context: ssl.SSLContext) -> None:
        certificate, key = self._files
        context.load_cert_chain(str(certificate), str(key))

    def _stamps(self) -> list[tuple[int, int]]:
        return [_stamp(path) for path in self._files]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
