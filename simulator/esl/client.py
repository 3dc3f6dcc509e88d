"""One client of the event socket: what it may say, and what it is told.

After mod_event_socket's `parse_command`: commands are known by how they begin, in any case, and
whatever is not known answers `-ERR command not found`. So do all commands before `auth`.
"""

import asyncio
from collections.abc import Awaitable, Callable

from dialform.simulator.esl.framing import Request
from dialform.simulator.esl.host import Host
from dialform.simulator.esl.serial import Stamped, answer, frame
from dialform.simulator.esl.subscription import Subscription
from dialform.simulator.events import Event, Source

FAREWELL = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
_API = Source("switch_loadable_module.c", "switch_api_execute", 2954)
_JOB = Source("mod_event_socket.c", "api_exec", 1572)
_LEVELS = ("console", "alert", "crit", "err", "warning", "notice", "info", "debug")
_NO_SESSION = "-ERR not controlling a session"


class Client:
    """The conversation with one client, without its socket: `send` takes what goes out."""

    def __init__(self, host: Host, send: Callable[[bytes], None]) -> None:
        self._host = host
        self._send = send
        self._authorised = False
        self._log = False
        self._busy = False
        self._waiting: list[Stamped] = []
        self._jobs: set[asyncio.Task[None]] = set()
        self.subscription = Subscription()
        self.running = True

    def greet(self) -> None:
        """The first word is the switch's."""
        self._send(answer("auth/request"))

    def part(self) -> None:
        """And the last."""
        self.running = False
        for job in self._jobs:
            job.cancel()
        self._send(answer("text/disconnect-notice", body=FAREWELL))

    def tell(self, event: Stamped) -> None:
        """An event, if the client wants it; after the reply, where a command is being answered."""
        if not self.running or not self.subscription.wants(event):
            return
        if self._busy:
            self._waiting.append(event)
        else:
            self._send(frame(event, self.subscription.form))

    async def take(self, request: Request) -> None:
        """Answers one request."""
        self._busy = True
        try:
            await self._obey(request)
        finally:
            self._busy = False
            waiting, self._waiting = self._waiting, []
            for event in waiting:
                self._send(frame(event, self.subscription.form))

    async def _obey(self, request: Request) -> None:
        command = request.command
        lowered = command.lower()
        if "mod_event_socket" in lowered and "load" in lowered:
            command = (
                "api bgapi " + ("un" if "unload" in lowered else "re") + "load mod_event_socket"
            )
            lowered = command
        if lowered.startswith(("exit", "...")):
            self.running = False
            self._reply("+OK bye")
        elif not self._authorised:
            self._reply(self._authorise(command))
        else:
            for start, handle in self._COMMANDS:
                if lowered.startswith(start):
                    await handle(self, command[len(start) :], request)
                    return
            self._reply("")

    def _reply(self, text: str) -> None:
        text = text or "-ERR command not found"
        self._send(answer("command/reply", [("Reply-Text", text)]))

    def _authorise(self, command: str) -> str:
        if not command.lower().startswith("auth "):
            return ""
        self._authorised = command[5:] == self._host.password
        self.running = self._authorised
        return "+OK accepted" if self._authorised else "-ERR invalid"

    # API commands.

    async def _api(self, text: str, request: Request) -> None:
        reply = await self._run(text)
        if reply is not None:
            self._send(answer("api/response", body=reply or "-ERR no reply\n"))

    async def _bgapi(self, text: str, request: Request) -> None:
        uuid = request.headers.get("job-uuid") or self._host.new_uuid()
        job = asyncio.create_task(self._work(text, uuid))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        headers = [("Reply-Text", f"+OK Job-UUID: {uuid}"), ("Job-UUID", uuid)]
        self._send(answer("command/reply", headers))

    async def _work(self, text: str, uuid: str) -> None:
        """A job, and the event that tells of its end."""
        reply = await self._run(text)
        if reply is None:
            return
        command, _, argument = text.partition(" ")
        headers = {"Job-UUID": uuid, "Job-Command": command}
        if argument:
            headers["Job-Command-Arg"] = argument
        self._host.events.fire(Event("BACKGROUND_JOB", headers, body=reply, source=_JOB))

    async def _run(self, text: str) -> str | None:
        """The reply to an API command; None where none shall be given."""
        faults = self._host.faults
        if (wrong := faults.reply(text)) is not None:
            return wrong
        if wait := faults.slowness(text):
            await asyncio.sleep(wait)
        name, _, argument = text.partition(" ")
        command, argument = name.strip(" \t\r\n\v"), argument.strip(" \t\r\n\v")
        headers = {"API-Command": command} if command else {}
        if argument:
            headers["API-Command-Argument"] = argument
        # Its number is from before the command, it is sent after what the command told.
        event = self._host.stamp(Event("API", headers, source=_API))
        reply = await self._host.api(command, argument)
        self._host.publish(event)
        if faults.swallows(text):
            return None
        return f"-ERR {name} Command not found!\n" if reply is None else reply

    # Events.

    async def _event(self, text: str, request: Request) -> None:
        _, space, words = text.partition(" ")
        self._reply(self.subscription.enable(words.split(" ") if space else []))

    async def _nixevent(self, text: str, request: Request) -> None:
        _, space, words = text.partition(" ")
        self._reply(self.subscription.nix(words.split(" ") if space else []))

    async def _noevents(self, text: str, request: Request) -> None:
        self._reply(self.subscription.silence())

    async def _filter(self, text: str, request: Request) -> None:
        self._reply(self.subscription.filter(text))

    async def _sendevent(self, text: str, request: Request) -> None:
        faults, command = self._host.faults, f"sendevent{text}"
        if (wrong := faults.reply(command)) is not None:
            self._reply(wrong)
            return
        await asyncio.sleep(faults.slowness(command))
        uuid = self._host.new_uuid()
        headers = {
            name: value for name, value in request.headers.items() if name != "event-subclass"
        }
        subclass = request.headers.get("event-subclass", "")
        name = text.strip().upper() or "COMMAND"
        body = request.body or None
        self._host.events.fire(Event(name, headers | {"Event-UUID": uuid}, subclass, body))
        if not faults.swallows(command):
            self._reply(f"+OK {uuid}")

    async def _sendmsg(self, text: str, request: Request) -> None:
        uuid = text.strip(" ") or request.headers.get("session-id", "")
        if uuid and self._host.message(uuid, request.headers):
            self._reply("+OK")
        else:
            self._reply(f"-ERR invalid session id [{uuid}]")

    # What needs a channel under control, and the log.

    async def _no_session(self, text: str, request: Request) -> None:
        self._reply(_NO_SESSION)

    async def _divert(self, text: str, request: Request) -> None:
        self._reply(f"{_NO_SESSION}.")

    async def _log_on(self, text: str, request: Request) -> None:
        level = text.strip(" ").split(" ")[0]
        number = _LEVELS.index(level.lower()) if level.lower() in _LEVELS else None
        if level.isdigit() and int(level) < len(_LEVELS):
            number = int(level)
        if number is None and level:
            self._reply("-ERR invalid log level")
            return
        self._log = True
        self._reply(f"+OK log level {level} [{len(_LEVELS) - 1 if number is None else number}]")

    async def _log_off(self, text: str, request: Request) -> None:
        self._reply("+OK no longer logging" if self._log else "-ERR not loging")
        self._log = False

    _COMMANDS: tuple[tuple[str, Callable[["Client", str, Request], Awaitable[None]]], ...] = (
        ("filter ", _filter),
        ("divert_events", _divert),
        ("sendmsg", _sendmsg),
        ("sendevent", _sendevent),
        ("api ", _api),
        ("bgapi ", _bgapi),
        ("log", _log_on),
        ("linger", _no_session),
        ("nolinger", _no_session),
        ("nolog", _log_off),
        ("event", _event),
        ("nixevent", _nixevent),
        ("noevents", _noevents),
    )
