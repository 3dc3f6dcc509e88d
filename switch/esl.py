"""The event socket of a switch, as a client of asyncio."""

import asyncio
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from dialform.switch import commands
from dialform.switch.connection import REPLY, RESPONSE, Connection
from dialform.switch.errors import (
    Dropped,
    JobTimeout,
    Refused,
    ReplyTimeout,
    SwitchError,
    UnexpectedReply,
    Unknown,
    Unreachable,
    Unsendable,
)
from dialform.switch.events import Event
from dialform.switch.framing import Frame
from dialform.switch.hub import Expectation, Hub, Match, Stream
from dialform.switch.limits import Limits

Address = tuple[str, int]
_FIRED = re.compile(r"\+OK ([0-9a-f-]{36})")


class Client:
    """One connection. What is sent on it is sent once; when it is gone, it stays gone (see Link).

    ```python
    async with Client(("127.0.0.1", 8021), "ClueCon") as client:
        print(await client.api("status"))
    ```
    """

    def __init__(
        self,
        address: Address,
        passwords: str | Sequence[str],
        *,
        timeout: float = 10.0,
        limits: Limits | None = None,
        hub: Hub | None = None,
    ) -> None:
        """`timeout`, in seconds, is for getting in and, unless said otherwise, for each reply.

        Several `passwords` are tried in their order. A `hub` that is given outlives the connection.
        """
        self.address = address
        self.password_index = -1
        """Which of the passwords was right."""
        self.core_uuid = ""
        """Of the running switch: after a restart it has another."""
        self._passwords = (passwords,) if isinstance(passwords, str) else tuple(passwords)
        self._timeout, self._limits = timeout, limits or Limits()
        self._own = hub is None
        self._hub = hub or Hub(self._limits)
        self._connection: Connection | None = None
        self._why = "not connected"
        self._subscribed: set[str] = set()
        self._jobs: dict[str, asyncio.Future[str]] = {}
        self._lost = asyncio.Event()

    # Its life.

    @property
    def connected(self) -> bool:
        """Whether commands can be sent."""
        return self._connection is not None and self._connection.ended is None

    @property
    def ended(self) -> SwitchError:
        """Why there is no connection."""
        return Unreachable(f"{self._place}: {self._why}")

    @property
    def overflowed(self) -> int:
        """Events that were given up because nobody read them."""
        return self._hub.overflowed

    @property
    def heard(self) -> int:
        """How many messages came so far."""
        return 0 if self._connection is None else self._connection.heard

    async def connect(self) -> None:
        """Gets in. Raises Unreachable, Refused, Garbled, and Unsendable for an impossible password."""
        if self._connection is not None:
            raise Unreachable("a client connects once")
        words = [self._word(password) for password in self._passwords]
        for index, word in enumerate(words):
            if await self._try(word):
                self.password_index = index
                break
        else:
            count = len(words)
            tried = "the password" if count == 1 else f"all {count} passwords"
            raise Refused(f"the switch at {self._place} refuses {tried}")
        try:
            self.core_uuid = (await self.api("global_getvar core_uuid")).strip()
        except BaseException:
            await self.close()
            raise

    def _word(self, password: str) -> bytes:
        try:
            return commands.line(f"auth {password}", self._limits)
        except Unsendable:
            raise Unsendable("the password cannot be sent") from None

    @property
    def _place(self) -> str:
        host, port = self.address
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def _try(self, word: bytes) -> bool:
        connection: Connection | None = None
        try:
            async with asyncio.timeout(self._timeout):
                connection = await self._open()
                greeting = await connection.greeting
                if greeting.kind == "text/rude-rejection":
                    raise Refused(f"the ACL of the switch at {self._place} denies our address")
                ask = connection.turns.ask(word + b"\n\n", REPLY, "auth", self._timeout)
                reply = _reply_text(await ask)
        except BaseException as error:
            if connection is not None:
                connection.fail(Dropped("gave up"))
            if isinstance(error, TimeoutError):
                late = f"the switch at {self._place} says nothing within {self._timeout:g} s"
                raise Unreachable(late) from None
            if isinstance(error, OSError):
                reason = error.strerror or str(error)
                raise Unreachable(f"no connection to {self._place}: {reason}") from None
            if isinstance(error, Dropped | ReplyTimeout):
                raise Unreachable(f"{self._place}: {error.why}") from None
            raise
        if reply == "+OK accepted":
            self._connection = connection
            return True
        connection.fail(Dropped("the wrong password"))
        if reply != "-ERR invalid":
            raise UnexpectedReply("auth", reply)
        return False

    async def _open(self) -> Connection:
        loop = asyncio.get_running_loop()
        connection = Connection(self._limits, self._tell, lambda why: self._ended(connection, why))
        await loop.create_connection(lambda: connection, *self.address)
        return connection

    async def close(self) -> None:
        """Ends the connection. A command on its way is Dropped."""
        if self._connection is not None:
            self._connection.fail(Dropped("closed by us"))
        await asyncio.sleep(0)

    async def lost(self) -> None:
        """Waits until the connection is gone."""
        await self._lost.wait()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def _ended(self, connection: Connection, why: Unknown) -> None:
        if connection is not self._connection:
            return  # it did not get in
        self._why = why.why
        for job in self._jobs.values():
            if not job.done():
                job.set_exception(type(why)(why.why))
        self._jobs.clear()
        self._hub.fail(why) if self._own else self._hub.fail_waits(why)
        self._lost.set()

    # Commands.

    async def api(self, command: str, *, timeout: float | None = None) -> str:
        """The reply to an API command, whatever it says; one runs after the other.

        Raises Unsendable, Unreachable (not sent), Unknown (sent, and then what?).
        """
        data = b"api " + commands.line(command, self._limits) + b"\n\n"
        frame = await self._ask(data, RESPONSE, command, timeout)
        return frame.body.decode("utf-8", "replace")

    async def bgapi(self, command: str, *, timeout: float | None = None) -> str:
        """The same in a thread of the switch's own: others are not held up by a long one.

        Raises as `api` does, and JobTimeout.
        """
        seconds = self._timeout if timeout is None else timeout
        line = commands.line(command, self._limits)
        await self.subscribe("BACKGROUND_JOB")
        job = str(uuid.uuid4())
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._jobs[job] = done
        try:
            async with asyncio.timeout(seconds):
                data = b"bgapi " + line + f"\nJob-UUID: {job}\n\n".encode()
                said = _reply_text(await self._ask(data, REPLY, command, None))
                if said != f"+OK Job-UUID: {job}":
                    raise UnexpectedReply(f"bgapi {command}", said)
                return await done
        except TimeoutError:
            raise JobTimeout(f"the job did not end within {seconds:g} s", command) from None
        except Unknown as error:
            error.command = error.command or command
            raise
        finally:
            self._jobs.pop(job, None)
            if done.done() and not done.cancelled():
                done.exception()  # where the command failed too, nobody else takes it

    async def send_event(self, name: str, headers: Mapping[str, str]) -> str:
        """Fires an event in the switch, with these headers; its UUID. Who takes it, nobody says.

        Raises as `api` does, and UnexpectedReply.
        """
        data = commands.event(name, headers, self._limits)
        command = f"sendevent {name}"
        said = _reply_text(await self._ask(data, REPLY, command, None))
        if (fired := _FIRED.fullmatch(said)) is None:
            raise UnexpectedReply(command, said)
        return fired[1]

    async def subscribe(self, *names: str) -> None:
        """Asks for events: `CHANNEL_ANSWER`, and by `sofia::gateway_delete` for CUSTOM ones.

        Raises as `api` does, UnexpectedReply where the switch does not give them.
        """
        wanted = set(names) - self._subscribed
        if not wanted:
            return
        command = commands.subscription(wanted)
        said = _reply_text(await self._ask(f"{command}\n\n".encode(), REPLY, command, None))
        if said != "+OK event listener enabled json":
            raise UnexpectedReply(command, said)
        self._subscribed |= wanted

    async def _ask(self, data: bytes, kind: str, command: str, seconds: float | None) -> Frame:
        if self._connection is None or self._connection.ended is not None:
            raise self.ended
        seconds = self._timeout if seconds is None else seconds
        return await self._connection.turns.ask(data, kind, command, seconds)

    # Events.

    def events(self, match: Match | None = None) -> Stream:
        """The events from now on; those that `match`, where it is given. Subscribe to them besides."""
        return self._hub.stream(match)

    def expect(self, match: Callable[[Event], bool]) -> Expectation:
        """Waits for what a command is going to provoke, however fast it comes.

        ```python
        await client.subscribe("sofia::gateway_delete")
        with client.expect(lambda event: event.get("Gateway") == "north") as gone:
            await client.api("sofia profile external killgw north")
            await gone.next(5.0)
        ```
        """
        return self._hub.expect(match)

    async def wait_for(self, match: Callable[[Event], bool], timeout: float) -> Event:
        """The next event that matches, from now on. Raises NotSeen, Dropped."""
        with self.expect(match) as seen:
            return await seen.next(timeout)

    def _tell(self, event: Event, size: int) -> None:
        if event.name == "BACKGROUND_JOB":
            job = self._jobs.get(event.get("Job-UUID"))
            if job is not None and not job.done():
                job.set_result(event.body)
        self._hub.publish(event, size)


def _reply_text(frame: Frame) -> str:
    return frame.headers.get("Reply-Text", "")
