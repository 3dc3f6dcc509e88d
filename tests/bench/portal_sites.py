"""The sites that the portal is measured on: one large tenant whose every extension has a user, many small ones."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.terms import Terms
from dialform.reconcile.sitefiles import SiteFiles
from tests.bench.booking import calls, prices
from tests.bench.generator import generate, slug
from tests.bench.phones_service import DIALFORM, free_port
from tests.bench.portal_crowd import Caller

TENANT = slug(0)
SECOND = 1_000_000


def made(base: Path, tenants: int, extensions: int, records: int = 0) -> None:
    """A compiled site below `base` with secrets, and a ledger with so many calls of the first tenant."""
    site, kept = base / "site", base / "secrets"
    generate(site, tenants=tenants, extensions=extensions, dids=2, phones=min(extensions, 50))
    platform = site / "platform.yaml"
    platform.write_text(platform.read_text().replace("port: 8021", f"port: {free_port()}"))
    if tenants == 1:
        _peopled(site / f"tenants.d/{TENANT}/pbx.yaml")
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
    with open_ledger(f"sqlite:///{base / 'ledger.db'}") as ledger:
        ledger.store_terms(
            "pbx1", prices(), [Terms(TENANT, "Bench", "", "UTC", "USD", "", "standard")], at=0
        )
        if records:
            ledger.book(list(_records(records)), now=time.time_ns() // 1000)


def _peopled(path: Path) -> None:
    """Every extension gets a user, who may watch its calls."""
    yaml = YAML(typ="safe")
    data = yaml.load(path.read_text("utf-8"))
    for at, (number, extension) in enumerate(data["extensions"].items()):
        name = extension.setdefault("user", f"u{number}")
        user = data["users"].setdefault(name, {"name": f"User {number}", "role": "user"})
        if user["role"] == "user":
            held = {*user.get("permissions", ()), "devices", "voicemails", "follow_me", "realtime"}
            user["permissions"] = sorted(held)
            user["slots"] = {"extensions": 1, "devices": int(at < 60), "voicemails": 1}
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)


def _records(count: int) -> Iterator[Fact]:
    """Calls of the last six days."""
    from dialform.values import replace

    now = time.time_ns() // 1000
    for at, one in enumerate(calls(count, 1)):
        moved = now - (at + 1) * (6 * 86_400 * SECOND // count) - one.ended
        yield replace(one, tenant=TENANT, started=one.started + moved, answered=one.answered + moved,
                      ended=one.ended + moved)  # fmt: skip


def users(base: Path) -> dict[str, list[str]]:
    """The subjects of the site's users by their role, each tenant's administrator among them."""
    files, found = SiteFiles(base / "site"), dict[str, list[str]]()
    for one in files.slugs:
        scope = files.tenant(one)
        assert scope is not None
        for name, user in scope.tenant.users.items():
            found.setdefault(str(user.role), []).append(f"{one}/{name}")
    return found


def callers(base: Path, most: int) -> list[Caller]:
    """Some extensions of each tenant, as the switch has them."""
    found = []
    for path in sorted((base / "out/pbx1/freeswitch/tenants").glob("*/directory.xml")):
        text = path.read_text("utf-8")
        domain = re.search(r'<domain name="([^"]+)"', text)
        assert domain is not None
        numbers = re.findall(r'<user id="(\d+)"', text)[:most]
        found += [Caller(path.parent.name, number, domain[1]) for number in numbers]
    return found
