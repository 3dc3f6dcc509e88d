"""What the client talks to in these tests: a simulated switch, and one that does as it is told."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dialform.simulator.faults import Faults
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client

CONF = """<document type="freeswitch/xml">
<section name="configuration">
<configuration name="event_socket.conf"><settings>
<param name="listen-ip" value="127.0.0.1"/><param name="password" value="right"/>
</settings></configuration>
<configuration name="modules.conf"><modules>
MODULES
</modules></configuration>
<configuration name="sofia.conf"><profiles><profile name="external"><gateways>
<gateway name="north"><param name="proxy" value="north.example"/>
<param name="register" value="false"/></gateway>
</gateways><settings><param name="sip-ip" value="127.0.0.1"/></settings></profile></profiles>
</configuration>
</section>
<section name="dialplan"><context name="default"/></section>
<section name="directory"><domain name="d.example"><users><user id="1001"/></users></domain></section>
</document>
"""
MODULES = "event_socket sofia commands hash db expr callcenter local_stream voicemail"
GREETING = b"Content-Type: auth/request\n\n"
ACCEPTED = b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
UUID = "6f2a1e0c-9f0e-4a70-9f55-0c8d6a1b2c3d"


def response(text: str) -> bytes:
    """A reply to `api`."""
    return f"Content-Type: api/response\nContent-Length: {len(text.encode())}\n\n{text}".encode()


def said(text: str) -> bytes:
    """A reply to any other command."""
    return f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode()


def event(body: str) -> bytes:
    """An event, of this JSON."""
    data = body.encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(data), data)


@asynccontextmanager
async def simulated(folder: Path, **faults: Any) -> AsyncIterator[SimulatedSwitch]:
    """A switch with one profile and one gateway; its password is `right`."""
    modules = "\n".join(f'<load module="mod_{name}"/>' for name in MODULES.split())
    (folder / "freeswitch.xml").write_text(CONF.replace("MODULES", modules))
    async with SimulatedSwitch(folder, ("127.0.0.1", 0), faults=Faults(**faults), seed=1) as switch:
        yield switch


class Puppet:
    """A switch that lets everybody in and then answers each command with what `answer` says.

    `answer` gets the whole text of a command and gives the bytes to send; None ends the connection.
    """

    def __init__(self, answer: Callable[[str], bytes | None], greeting: bytes = GREETING) -> None:
        self._answer, self._greeting = answer, greeting
        self.heard: list[str] = []
        """The commands after `auth` and the question for the Core-UUID."""
        self.connections = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._talking = 0
        self.address = ("", 0)

    async def __aenter__(self) -> Puppet:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = self._server.sockets[0].getsockname()[:2]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        while self._talking:
            await asyncio.sleep(0)

    def send(self, data: bytes) -> None:
        """To all who are connected."""
        for writer in self._writers:
            writer.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._talking += 1
        self._writers.add(writer)
        writer.write(self._greeting)
        try:
            while command := (await reader.readuntil(b"\n\n")).decode().removesuffix("\n\n"):
                if command.startswith("auth "):
                    writer.write(ACCEPTED)
                elif command == "api global_getvar core_uuid":
                    writer.write(response(UUID))
                else:
                    self.heard.append(command)
                    data = self._answer(command)
                    if data is None:
                        break
                    writer.write(data)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self._talking -= 1


@asynccontextmanager
async def puppet(
    answer: Callable[[str], bytes | None], **given: Any
) -> AsyncIterator[tuple[Client, Puppet]]:
    """A client that is let in by a puppet."""
    async with Puppet(answer) as server:
        given.setdefault("timeout", 5.0)
        async with Client(server.address, "any", **given) as client:
            yield client, server


def run(work: Callable[[], Awaitable[None]]) -> None:
    """A test with an end: what hangs fails."""

    forgotten: list[dict[str, Any]] = []

    async def bounded() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: forgotten.append(told))
        async with asyncio.timeout(20):
            await work()

    asyncio.run(bounded())
    gc.collect()  # an error that nobody took is told of when it is collected
    assert forgotten == []
