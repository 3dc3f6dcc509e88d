"""What the portal costs: 200 browsers with live pages, the first page, long lists; beside a bare application.

`python -m tests.bench.portal` compiles two generated sites (one tenant of 1,000 extensions, each with a user;
200 small tenants), runs a simulated switch on which something happens each second, and the portal beside it.
Browsers watch the first page's numbers and the calls: all of one scope, each of another user's, each of
another tenant's. Printed are the server's own processor time for an event that a browser got, which other work
on the machine does not change, as a ratio to a server that sends the same bytes; its memory as they come,
after ten minutes' worth of rounds in half a minute, and when they have gone; and pages beside an answer of
the same size.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dialform.reconcile.endpoint import endpoint
from dialform.switch import Client
from tests.bench.phones_service import DIALFORM, cpu, free_port, running
from tests.bench.portal_crowd import Caller, Cost, Crowd, busy, watched
from tests.bench.portal_servers import HURRY
from tests.bench.portal_sites import TENANT, callers, made, users

VIEWS = "switch,now,calls"
STREAM = f"/live/stream?views={VIEWS}"


@contextmanager
def portal(base: Path, people: Sequence[Caller], name: str = "portal") -> Iterator[tuple[int, int]]:
    """A switch with some phones, and the portal beside it: its port and process."""
    port = free_port()
    phones = [word for one in people for word in ("--register", f"{one.number}@{one.domain}")]
    switch = [DIALFORM, "simulate", "--conf", base / "out/pbx1/freeswitch", *phones]
    beside = [sys.executable, "-m", "tests.bench.portal_servers", name, base, port]
    found = endpoint([base / "out/pbx1"])
    with (
        running(switch, found.address[1], base / "switch.log"),
        running(beside, port, base / f"{name}.log") as pid,
    ):
        yield port, pid


@contextmanager
def floor(base: Path, fragment: bytes) -> Iterator[tuple[int, int]]:
    """The bare application: its port and process."""
    port = free_port()
    (base / "fragment").write_bytes(fragment)
    command = [sys.executable, "-m", "tests.bench.portal_servers", "floor", base, port]
    with running(command, port, base / "floor.log") as pid:
        yield port, pid


async def load(
    base: Path, at: tuple[int, int], subjects: Sequence[str], people: Sequence[Caller],
    options: argparse.Namespace, pause: float = 1.0,
) -> tuple[Cost, Crowd]:  # fmt: skip
    """Browsers watch while calls come and go."""
    found = endpoint([base / "out/pbx1"])
    async with Client(found.address, found.passwords) as client:
        work = asyncio.create_task(busy(client, people, pause))
        crowd = Crowd(at[0], STREAM, subjects)
        cost = await watched(at[1], crowd, options.browsers, options.seconds)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    return cost, crowd


def loaded(
    what: str, base: Path, at: tuple[int, int], subjects: Sequence[str], people: Sequence[Caller],
    options: argparse.Namespace, bare: Cost | None = None,
) -> Cost:  # fmt: skip
    """The row of a crowd; and what the floor needs for the same bytes."""
    cost, crowd = asyncio.run(load(base, at, subjects, people, options))
    if bare is None:
        with floor(base, crowd.last or b"event: x\ndata: y\n\n") as (port, pid):
            bare = asyncio.run(watched(pid, Crowd(port, "/stream", "x"), options.browsers, 8.0))
    print(
        f"{what:34} {cost.rate:6.0f} events/s {cost.each:7.3f} ms each {cost.each / bare.each:6.2f} x bare"
        f"  {cost.share:5.1f} % of a core {cost.before:7.1f} MB", flush=True,
    )  # fmt: skip
    return bare


def flat(
    base: Path, people: Sequence[Caller], subjects: Sequence[str], options: argparse.Namespace
) -> None:
    """Memory over ten minutes' worth of rounds, and when all have gone."""
    with portal(base, people, "hurried") as at:
        first, _ = asyncio.run(load(base, at, subjects, people, options, 1 / HURRY))
        again, _ = asyncio.run(load(base, at, subjects, people, options, 1 / HURRY))
    rounds = int(options.seconds * HURRY)
    print(
        f"memory, twice {rounds} rounds           {first.before:7.1f} {first.after:7.1f} {again.after:7.1f} MB,"
        f" when all have gone {again.gone:7.1f} MB   flat   ({first.events + again.events} events,"
        f" {again.rate:.0f}/s)", flush=True,
    )  # fmt: skip


def timed(
    port: int, pid: int, path: str, subject: str, turns: int = 15
) -> tuple[float, float, int]:
    """Seconds of a page as a browser sees it, the least of some turns; milliseconds of the server's
    processor, in the middle; and its size."""
    import httpx

    spent, took, size = [], [], 0
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"x-as": subject}, timeout=120.0
    ) as client:
        for _ in range(turns):
            before, began = cpu(pid), time.perf_counter()
            found = client.get(path)
            took.append(time.perf_counter() - began)
            spent.append(cpu(pid) - before)
            assert found.status_code == 200, (path, found.status_code)
            size = len(found.content)
    return min(took), statistics.mean(sorted(spent)[: turns - 3]), size


def pages(base: Path, at: tuple[int, int], subject: str, count: str) -> None:
    """The first page, and long lists, beside answers of the same size."""
    rows = (
        ("first page", "/", "at most 1 s"),
        (f"{count} extensions", f"/t/{TENANT}/extensions", "at most 0.3 s"),
        (
            f"{count} extensions, searched",
            f"/t/{TENANT}/extensions?q=1&sort=-name",
            "at most 0.3 s",
        ),
        (f"{count} users", f"/t/{TENANT}/users", "at most 0.3 s"),
        (f"{count} call records", f"/t/{TENANT}/call-records", "at most 0.3 s"),
    )
    took = [(name, *timed(*at, path, subject), goal) for name, path, goal in rows]
    with floor(base, b"x") as bare:
        for name, seconds, spent, size, goal in took:
            _, least, _ = timed(*bare, f"/page?size={size}", "x", 60)
            print(
                f"{name:34} {seconds:8.3f} s  {spent:7.1f} ms of the processor "
                f"{spent / max(least, 0.1):6.1f} x bare  ({size // 1024} KiB)  {goal}", flush=True,
            )  # fmt: skip


def main() -> None:
    """All parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browsers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--extensions", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dialform-bench-") as folder:
        large, many = Path(folder) / "large", Path(folder) / "many"
        made(large, 1, options.extensions, options.extensions)
        known, people = users(large), callers(large, 50)
        chief, plain = known["tenant_admin"][:1], known["user"][: options.browsers]
        with portal(large, people) as at:
            pages(large, at, chief[0], f"{options.extensions:,}")
            print(
                f"{options.browsers} browsers, {options.seconds:g} s, a call comes or goes each second"
            )
            bare = loaded("all of one scope", large, at, chief, people, options)
            loaded(f"{len(plain)} users of one tenant", large, at, plain, people, options, bare)
        flat(large, people, plain, options)
        made(many, options.browsers, 4)
        chiefs, people = users(many)["tenant_admin"], callers(many, 1)
        with portal(many, people[:50]) as at:
            loaded(f"{len(chiefs)} tenants", many, at, chiefs, people[:50], options, bare)


if __name__ == "__main__":
    main()
