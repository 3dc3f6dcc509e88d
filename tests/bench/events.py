"""How many events a second the event socket's client reads, against bare framing in the same run.

`python -m tests.bench.events`: a process of its own sends the events of a recorded call; the client
reads them as JSON and hands them to one stream. The floor reads the same bytes from the same sender,
finds each event's end, and does nothing with it. No test depends on these figures.
"""

import argparse
import asyncio
import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from dialform.switch import Client, Event, Limits
from dialform.switch.framing import Framing

GREETING = b"Content-Type: auth/request\n\n"
ACCEPTED = b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
NOTHING = b"Content-Type: api/response\nContent-Length: 0\n\n"
CALL = Path(__file__).parents[1] / "unit" / "switch" / "recorded" / "13-sip-call-tone-json.raw"
"""A SIP call with all its events, as a FreeSWITCH 1.10.12 sent them: 0.6 to 9 kB each."""


def events() -> list[bytes]:
    """The events of that call, as frames."""
    framing, found = Framing(Limits()), []
    framing.feed(CALL.read_bytes())
    while (frame := framing.take()) is not None:
        if frame.kind == "text/event-json":
            head = b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(frame.body)
            found.append(head + frame.body)
    return found


def send(listener: socket.socket, count: int) -> None:
    """The sender: lets everybody in, answers one command, and talks until all events are out."""
    block = b"".join(events())
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(GREETING)
            connection.recv(4096)
            connection.sendall(ACCEPTED)
            connection.recv(4096)
            connection.sendall(NOTHING)
            connection.recv(4096)  # a second command: whoever sends it is ready
            for _ in range(count // len(events())):
                connection.sendall(block)
            connection.sendall(NOTHING)
            connection.recv(4096)


def framed(address: tuple[str, int], count: int) -> float:
    """Seconds of bare framing."""
    with socket.create_connection(address) as connection:
        for word in (b"auth x\n\n", b"api x\n\n"):
            connection.recv(4096)
            connection.sendall(word)
        connection.recv(4096)
        start = time.perf_counter()
        connection.sendall(b"api x\n\n")
        buffer, seen = bytearray(), 0
        while seen < count:
            buffer += connection.recv(262144)
            at = 0
            while seen < count and (end := buffer.find(b"\n\n", at)) >= 0:
                length = int(buffer[at + 16 : buffer.index(b"\n", at)])
                if len(buffer) < end + 2 + length:
                    break
                at, seen = end + 2 + length, seen + 1
            del buffer[:at]
        return time.perf_counter() - start


def read(address: tuple[str, int], count: int) -> float:
    """Seconds of the client."""

    async def work() -> float:
        async with Client(address, "x") as client:
            events = client.events()
            start = time.perf_counter()
            reply = asyncio.create_task(client.api("x"))
            seen = 0
            while seen < count:
                found = await anext(events)
                assert isinstance(found, Event), f"{client.overflowed} events were given up"
                seen += 1
            seconds = time.perf_counter() - start
            await reply
            return seconds

    return asyncio.run(work())


def timed(
    work: Callable[[tuple[str, int], int], float], address: tuple[str, int], count: int, runs: int
) -> float:
    """The seconds of the run in the middle."""
    return statistics.median(work(address, count) for _ in range(runs))


def main() -> None:
    """Measure both and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    call = events()
    count = max(options.events // len(call), 1) * len(call)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sender = multiprocessing.Process(target=send, args=(listener, count), daemon=True)
        sender.start()
        address = listener.getsockname()
        floor = timed(framed, address, count, options.runs)
        client = timed(read, address, count, options.runs)
        sender.terminate()
    size = sum(map(len, call)) // len(call)
    print(f"{count} events of {size} bytes in the mean, {options.runs} runs, medians")
    print(f"bare framing         {count / floor:9,.0f} events/s")
    ratio = f"{client / floor:.2f} x floor   at least 12,000 a second"
    print(f"the client, as JSON  {count / client:9,.0f} events/s   {ratio}")


if __name__ == "__main__":
    main()
