"""What it costs to serve a phone its file, against a static file server with the same TLS in the same run.

`python -m tests.bench.phones_service` compiles a generated site, serves it with `dialform provision serve`
and, after that, the same files with Starlette's StaticFiles on the same uvicorn with the same certificate.
Phones come from many addresses, as they do; each asks for its own file, by its own address. Printed are
requests a second, the server's own processor time for a request (which other work on the machine does not
change), and the service's memory before and after very many requests.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialform.compiler.secrets import open_store
from tests.bench.generator import generate

DIALFORM = Path(sys.executable).parent / "dialform"
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""As the service's unit has it; the floor has it as well."""
OFFICES = 200
"""Addresses that phones come from: the service limits each."""


@dataclass(frozen=True)
class Phone:
    """Where a phone asks: at the service, and at a server of files."""

    own: str
    static: str


@dataclass(frozen=True)
class Figures:
    """Of one server, for one way of asking."""

    requests: int
    seconds: float
    cpu: float
    """Milliseconds of the server's processor time for a request."""

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def compiled(base: Path, tenants: int) -> list[Phone]:
    """A site below `base`, compiled to its `out`; its phones."""
    site, kept = base / "site", base / "secrets"
    generate(site, tenants=tenants)
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
    store = open_store(kept, {})
    found = []
    for path in sorted((base / "out/pbx1/phones/tenants").glob("*.json")):
        said = json.loads(path.read_text())
        for row in said["devices"]:
            name, (file, _) = next(iter(row["answers"].items()))
            token = store.derive(said["tenant"], row["mac"], "token", 1)
            found.append(Phone(f"/provision/{token}/{name}", f"/{row['mac']}/{file}"))
    return found


def certificate(base: Path) -> tuple[Path, Path]:
    """As small a certificate as public ones are: P-256."""
    cert, key = base / "cert.pem", base / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def serve_static(folder: str, port: int, cert: str, key: str) -> None:
    """The floor."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder))])
    uvicorn.run(
        app, host="127.0.0.1", port=port, http="h11", ws="none", lifespan="off", access_log=False,
        log_level="error", ssl_certfile=cert, ssl_keyfile=key,
    )  # fmt: skip


@contextmanager
def running(command: Sequence[str | Path], port: int, log: Path) -> Iterator[int]:
    """A server that listens; its process."""
    with log.open("w") as stream:
        process = subprocess.Popen(
            list(map(str, command)), stdout=stream, stderr=stream, env={**os.environ, **ENVIRONMENT}
        )
    try:
        end = time.monotonic() + 60
        while process.poll() is None and not _listens(port):
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        if process.poll() is not None:
            sys.exit(log.read_text()[-2000:])
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _client_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Crowd:
    """Phones that ask a server, so many at once, each from its own office."""

    def __init__(self, port: int, paths: Sequence[str]) -> None:
        self.port, self.paths = port, paths
        self._offices = [paths[at::OFFICES] for at in range(min(OFFICES, len(paths)))]
        self._tls, self._next = _client_tls(), 0

    async def ask(self, requests: int, at_once: int, each: int) -> float:
        """Seconds that so many requests took; `each` of them on one connection."""
        left = [requests]
        start = time.perf_counter()
        await asyncio.gather(*(self._phone(left, each) for _ in range(at_once)))
        return time.perf_counter() - start

    async def _phone(self, left: list[int], each: int) -> None:
        while left[0] > 0:
            self._next += 1
            office = self._next % len(self._offices)
            paths = self._offices[office]
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.port, ssl=self._tls, local_addr=(f"127.1.{office}.1", 0)
            )
            for _ in range(each):
                if left[0] <= 0:
                    break
                left[0] -= 1
                self._next += 1
                path = paths[self._next % len(paths)]
                writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                await _answer(reader, path)
            writer.transport.abort()


async def _answer(reader: asyncio.StreamReader, path: str) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path.rpartition('/')[2]}: {head[:60]!r}")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    assert length is not None
    await reader.readexactly(int(length[1]))


def cpu(pid: int) -> float:
    """Milliseconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """MB that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def measured(pid: int, crowd: Crowd, requests: int, at_once: int, each: int) -> Figures:
    """Requests in a row, after a few to warm up."""
    asyncio.run(crowd.ask(max(len(crowd.paths), requests // 20), at_once, each))
    before = cpu(pid)
    seconds = asyncio.run(crowd.ask(requests, at_once, each))
    return Figures(requests, seconds, (cpu(pid) - before) / requests)


WAYS = {"one connection, many requests": (32, 100), "a connection for each request": (16, 1)}
"""How phones ask → how many at once, and how many requests on a connection."""


def main() -> None:
    """Serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=20, help="with 50 phones each")
    parser.add_argument("--requests", type=int, default=4000, help="for each figure")
    parser.add_argument("--many", type=int, default=100_000, help="while memory is watched")
    parser.add_argument("--static", nargs=4, metavar=("DIR", "PORT", "CERT", "KEY"))
    options = parser.parse_args()
    if options.static:
        folder, port, cert, key = options.static
        serve_static(folder, int(port), cert, key)
        return
    with tempfile.TemporaryDirectory(prefix="dialform-bench-") as scratch:
        base = Path(scratch)
        _run(base, compiled(base, options.tenants), options)


def _run(base: Path, phones: list[Phone], options: argparse.Namespace) -> None:
    cert, key = certificate(base)
    host, port = base / "out/pbx1", free_port()
    own: Sequence[str | Path] = (
        DIALFORM, "provision", "serve", "--root", host, "--state", base / "state",
        "--listen", f"127.0.0.1:{port}", "--certificate", cert, "--key", key,
    )  # fmt: skip
    with running(own, port, base / "service.log") as pid:
        crowd = Crowd(port, [one.own for one in phones])
        ours = {name: measured(pid, crowd, options.requests, *way) for name, way in WAYS.items()}
        held, seconds = [memory(pid)], 0.0
        for _ in range(2):
            seconds += asyncio.run(crowd.ask(options.many // 2, *next(iter(WAYS.values()))))
            held.append(memory(pid))
    port = free_port()
    floor: Sequence[str | Path] = (
        sys.executable, "-m", "tests.bench.phones_service", "--static", host / "provisioning",
        str(port), cert, key,
    )  # fmt: skip
    with running(floor, port, base / "static.log") as pid:
        crowd = Crowd(port, [one.static for one in phones])
        static = {name: measured(pid, crowd, options.requests, *way) for name, way in WAYS.items()}
    print(f"{len(phones)} phones, {len(os.sched_getaffinity(0))} cores, TLS 1.3")
    for name in WAYS:
        print(name)
        for title, one in (
            ("static files", static[name]),
            ("dialform provision serve", ours[name]),
        ):
            print(f"  {title:26} {one.rate:7.0f} requests/s   {one.cpu:6.2f} ms of processor each")
        print(f"  {'':26} {ours[name].rate / static[name].rate:7.2f} x            "
              f"{ours[name].cpu / static[name].cpu:6.2f} x the floor")  # fmt: skip
    print(f"{options.many} requests in a row: {options.many / seconds:.0f} requests/s (at least 500); "
          f"memory {held[0]:.1f} MB before, {held[1]:.1f} half-way, {held[2]:.1f} after")  # fmt: skip


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found: int = taken.getsockname()[1]
        return found


if __name__ == "__main__":
    main()
