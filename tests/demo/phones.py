"""A part of the demo: a phone gets its configuration, and nobody else gets anything."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.demo.shell import DIALFORM, ROOT, headline, step

MAC = "aabbcc112233"
"""Bob's desk phone, a Yealink."""
AGENT = "Yealink SIP-T46S 66.86.0.15 80:5e:c0:aa:bb:cc"


@contextmanager
def service(state: Path) -> Iterator[str]:
    """The provisioning service over what the agent applied; its address on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    arguments = ["provision", "serve", "--root", str(state / "current"), "--listen", where,
                 "--state", str(state / "provisioning")]  # fmt: skip
    log = (state / "provisioning.log").open("wb")
    with log:
        process = subprocess.Popen([DIALFORM, *arguments], cwd=ROOT, stderr=log)
    try:
        _until_answers(where, process)
        yield f"http://{where}"
    finally:
        process.terminate()
        process.wait(30)


def _until_answers(where: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    host, _, port = where.partition(":")
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection((host, int(port)), 1):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("the provisioning service does not answer")


def fetch(service: str, path: str) -> None:
    """What a phone gets at a path, as much as may be seen."""
    shown = re.sub(r"/[1-9A-HJ-NP-Za-km-z]{24}/", "/<token>/", path)
    print(f"\n$ curl --user-agent '{AGENT[:16]}' {service}{shown}", flush=True)
    asked = urllib.request.Request(f"{service}{path}", headers={"User-Agent": AGENT})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
    except urllib.error.HTTPError as error:
        print(f"   {error.code} {error.reason}")
        return
    telling = [line for line in lines if re.match(r"account\.1\.|linekey\.[12]\.", line)]
    for line in telling[:10]:
        secret = re.match(r"(\S*password\S* = )", line)
        print(f"   {secret[1]}(a secret)" if secret else f"   {line}")
    print(f"   … {len(lines)} lines")


def demonstrate(site: Path, secrets: Path, here: Sequence[str]) -> None:
    """An address of its own for Bob's phone, a fetch, a guess, and who fetched what."""
    state = Path(here[here.index("--state") + 1])
    acme = ["--tenant", "acme"]
    headline("The service that phones fetch from, beside the agent")
    with service(state) as address:
        told = [
            DIALFORM,
            "device",
            "url",
            MAC,
            *acme,
            "--site",
            str(site),
            "--secrets",
            str(secrets),
        ]
        print(f"$ dialform device url {MAC} --tenant acme")
        done = subprocess.run(told, check=True, capture_output=True, text=True)
        token = re.search(r"https://\S+", done.stdout)
        assert token is not None
        path = urlsplit(token[0]).path
        print(done.stdout.replace(path, "/provision/<token>/").rstrip(), flush=True)
        headline("Bob's phone fetches from there")
        fetch(address, f"{path}{MAC}.cfg")
        headline("Whoever knows its MAC address alone gets what a MAC that is nobody's gets")
        fetch(address, f"/provision/{MAC}.cfg")
        fetch(address, "/provision/aabbcc112234.cfg")
        _until_written(state)
        step("Who fetched what: Bob's phone has what there is now", "device", "list", *acme, *here)


def _until_written(state: Path) -> None:
    """Fetches are noted a moment later, many at once."""
    deadline = time.monotonic() + 10
    listed = [DIALFORM, "device", "list", "--format", "json", "--state", str(state)]
    while time.monotonic() < deadline:
        done = subprocess.run(listed, capture_output=True, text=True, check=False, env=os.environ)
        rows = json.loads(done.stdout)["devices"] if done.returncode == 0 else []
        if any(row["mac"] == MAC and row["last_fetch"] for row in rows):
            return
        time.sleep(0.2)
