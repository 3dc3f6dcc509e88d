"""What live pages cost: 200 browsers on one portal, against a bare application that sends the same bytes.

`python -m tests.bench.portal` compiles generated sites, runs a simulated switch on which something happens
each second, and the portal beside it with so many browsers, which watch the first page's numbers and the
calls. Printed are the server's own processor time for an event that a browser got (which other work on the
machine does not change), the portal's memory as they watch, what the switch is asked, and how long the first
page and the list of 1,000 extensions take, beside an answer of the same size.
"""

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialform.reconcile.endpoint import endpoint
from dialform.switch import Client
from tests.bench.generator import generate, slug
from tests.bench.phones_service import DIALFORM, cpu, free_port, memory, running

VIEWS = "switch,now,calls"
TENANT = slug(0)


@dataclass
class Crowd:
    """Browsers that watch, and what they got."""

    port: int
    path: str
    subject: str
    events: int = 0
    bytes: int = 0
    last: bytes = b""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def come(self, count: int) -> None:
        """So many more."""
        self._tasks += [asyncio.create_task(self._one(at)) for at in range(count)]

    async def go(self) -> None:
        """All leave."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _one(self, account: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (
            f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"X-As: {self.subject}",
            f"X-Account: {account}", "", "",
        )  # fmt: skip
        writer.write("\r\n".join(lines).encode())
        try:
            said = await reader.readuntil(b"\r\n\r\n")
            if not said.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{self.path}: {said[:80]!r}")
            while data := await reader.read(65536):
                self.events += data.count(b"event: ")
                self.bytes += len(data)
                self.last = data
        finally:
            writer.transport.abort()


@dataclass(frozen=True)
class Cost:
    """Of one server with its browsers. Times are milliseconds of its processor, sizes MB."""

    events: int
    each: float
    share: float
    before: float
    after: float


async def watched(pid: int, crowd: Crowd, browsers: int, seconds: float) -> Cost:
    """Browsers watch for a while; memory is taken when all are there, and at the end."""
    await crowd.come(browsers)
    await asyncio.sleep(5.0)
    before, events, used = memory(pid), crowd.events, cpu(pid)
    began = time.monotonic()
    await asyncio.sleep(seconds)
    passed, spent, got = time.monotonic() - began, cpu(pid) - used, crowd.events - events
    after = memory(pid)
    await crowd.go()
    return Cost(got, spent / max(got, 1), spent / 10 / passed, before, after)


async def busy(client: Client, domain: str, numbers: Sequence[str]) -> None:
    """Each second a call comes or goes; ten are up."""
    up: list[str] = []
    at = 0
    while True:
        number = numbers[at % len(numbers)]
        at += 1
        if len(up) < 10:
            said = await client.api(
                f"originate {{dialform_tenant={TENANT},dialform_extension={number}}}"
                f"user/{number}@{domain} &park"
            )
            up.append(said.removeprefix("+OK ").strip())
        else:
            await client.api(f"uuid_kill {up.pop(0)}")
        await asyncio.sleep(1.0)


async def load(base: Path, pid: int, ports: tuple[int, int], options: argparse.Namespace) -> None:
    """200 browsers on the portal, then as many on the floor."""
    conf = base / "out/pbx1"
    found = endpoint([conf])
    directory = (conf / f"freeswitch/tenants/{TENANT}/directory.xml").read_text()
    domain = re.search(r'<domain name="([^"]+)"', directory)
    assert domain is not None
    numbers = re.findall(r'<user id="(\d+)"', directory)[:20]
    async with Client(found.address, found.passwords) as client:
        work = asyncio.create_task(busy(client, domain[1], numbers))
        crowd = Crowd(ports[0], f"/live/stream?views={VIEWS}", f"{TENANT}/{options.user}")
        mine = await watched(pid, crowd, options.browsers, options.seconds)
        (base / "fragment").write_bytes(crowd.last or b"event: x\ndata: y\n\n")
        again = Crowd(ports[0], crowd.path, crowd.subject)
        late = await watched(pid, again, options.browsers, options.seconds)
        work.cancel()
    command = [sys.executable, "-m", "tests.bench.portal_servers", "floor", base, ports[1]]
    with running(command, ports[1], base / "floor.log") as bare:
        least = await watched(bare, Crowd(ports[1], "/stream", "x"), options.browsers, 10.0)
    print(
        f"{options.browsers} browsers, {options.seconds:g} s twice, a call comes or goes each second"
    )
    print(f"events to browsers             {mine.events + late.events:8}")
    print(
        f"processor for an event         {mine.each:8.3f} ms {mine.each / least.each:6.2f} x bare SSE"
    )
    print(f"processor, of one core         {mine.share:8.1f} %  (bare: {least.share:.1f} %)")
    print(f"memory as they come            {mine.before:8.1f} MB")
    print(f"after the first, second while  {mine.after:8.1f} MB {late.after:8.1f} MB   flat")


def timed(port: int, path: str, subject: str, turns: int = 15) -> tuple[float, int]:
    """Seconds of a page as a browser sees it, in the middle of some turns, and its size."""
    import httpx

    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"x-as": subject}, timeout=120.0
    ) as client:
        found = [client.get(path) for _ in range(turns)]
    assert all(one.status_code == 200 for one in found), (path, found[0].status_code)
    return statistics.median(one.elapsed.total_seconds() for one in found), len(found[0].content)


def pages(base: Path, port: int, spare: int, subject: str, listed: str) -> None:
    """The first page, and a long list, beside answers of the same size."""
    (base / "fragment").write_bytes(b"x")
    rows = [("first page", "/", "at most 1 s"), (f"list of {listed} extensions",
            f"/t/{TENANT}/extensions", "at most 0.3 s")]  # fmt: skip
    took = [(name, *timed(port, path, subject), goal) for name, path, goal in rows]
    command = [sys.executable, "-m", "tests.bench.portal_servers", "floor", base, spare]
    with running(command, spare, base / "floor.log"):
        for name, seconds, size, goal in took:
            least, _ = timed(spare, f"/page?size={size}", "x")
            print(
                f"{name:30} {seconds:8.3f} s  {seconds / least:6.1f} x bare  ({size // 1024} KiB)  {goal}"
            )


def made(base: Path, tenants: int, extensions: int) -> None:
    """A compiled site below `base`, with secrets."""
    site, kept = base / "site", base / "secrets"
    generate(site, tenants=tenants, extensions=extensions, phones=min(extensions, 50))
    platform = site / "platform.yaml"
    platform.write_text(platform.read_text().replace("port: 8021", f"port: {free_port()}"))
    kept.mkdir(mode=0o700)
    names = {"master"}
    for path in site.rglob("*.yaml"):
        names.update(re.findall(r"\bsecret: ([\w.-]+)", path.read_text("utf-8")))
    for name in names:
        (kept / name).write_text(f"{name}-{'4711' * 8}"[:40] + "\n")
    done = subprocess.run(
        [DIALFORM, "compile", "--site", site, "--secrets", kept, "--out", base / "out"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])


def admin(base: Path) -> str:
    """A user who manages the first tenant."""
    from dialform.reconcile.sitefiles import SiteFiles

    scope = SiteFiles(base / "site").tenant(TENANT)
    assert scope is not None
    return next(name for name, one in scope.tenant.users.items() if one.role == "tenant_admin")


def main() -> None:
    """Both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browsers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--extensions", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dialform-bench-") as folder:
        base = Path(folder)
        made(base, 1, options.extensions)
        options.user = admin(base)
        port, spare = free_port(), free_port()
        conf = base / "out/pbx1/freeswitch"
        domain = re.search(
            r'<domain name="([^"]+)"', (conf / f"tenants/{TENANT}/directory.xml").read_text()
        )
        assert domain is not None
        numbers = re.findall(
            r'<user id="(\d+)"', (conf / f"tenants/{TENANT}/directory.xml").read_text()
        )
        phones = [w for one in numbers[:50] for w in ("--register", f"{one}@{domain[1]}")]
        found = endpoint([base / "out/pbx1"])
        switch = [DIALFORM, "simulate", "--conf", conf, *phones]
        portal = [sys.executable, "-m", "tests.bench.portal_servers", "portal", base, port]
        with (
            running(switch, found.address[1], base / "switch.log"),
            running(portal, port, base / "portal.log") as pid,
        ):
            asyncio.run(load(base, pid, (port, spare), options))
            pages(base, port, free_port(), f"{TENANT}/{options.user}", f"{options.extensions:,}")


if __name__ == "__main__":
    main()
