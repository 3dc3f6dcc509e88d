"""The demo site's ledger, with a month of calls that were booked."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.cli.entry import main
from dialform.compiler.agreed import terms_of
from dialform.compiler.platform import load_platform
from dialform.reconcile.sitefiles import SiteFiles

from .conftest import Done

SECOND = 1_000_000
NEW_YORK = "America/New_York"


def at(text: str, zone: str = NEW_YORK) -> int:
    """Microseconds of a time in a zone."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND


class Facts:
    """Makes facts of Acme, each a leg of its own."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, when: str, lasted: int, zone: str = NEW_YORK, **more: Any) -> Fact:
        self._count += 1
        uuid = f"00000000-0000-4000-8000-{self._count:012d}"
        answered = at(when, zone)
        values: dict[str, Any] = {
            "uuid": uuid, "kind": "call", "host": "pbx1", "tenant": "acme", "started": answered - 6 * SECOND,
            "answered": answered, "ended": answered + lasted * SECOND, "direction": "outbound",
            "trunk": "mycarrier", "route": "us-voice", "plan": "standard", "number": "+13105550123",
            "peer": "1001", "extension": "1001", "object": "extension 1001", "call": uuid, "cause": "NORMAL_CLEARING",
        }  # fmt: skip
        return Fact(**{**values, **more})


def month(fact: Facts) -> list[Fact]:
    """Acme's October 2026, and one call of another tenant."""
    abroad = {"number": "+442079460000", "route": "world", "plan": "", "extension": "1002", "peer": "1002",
              "object": "extension 1002"}  # fmt: skip
    return [
        fact("2026-10-02T10:00", 59_900),
        fact("2026-10-05T11:00", 95),
        fact("2026-10-06T12:00", 95, **abroad),
        fact("2026-10-07T09:30", 60, kind="fax", pages=7, total_pages=7, fax_ok=True, route="us-fax", plan="",
             extension="1050"),
        fact("2026-10-08T09:30", 60, direction="inbound", number="+12125550199", peer="=HYPERLINK(1)", extension="",
             object="number +12125550199", route="", plan=""),
        fact("2026-10-08T10:30", 0, answered=0, cause="USER_BUSY", ended=at("2026-10-08T10:30")),
        fact("2026-10-09T10:30", 30, number="911", emergency=True, route="emergency", plan=""),
        fact("2026-10-10T17:10", 300, kind="conference", trunk="", direction="internal", number="900", seconds=300,
             route="", plan=""),
        fact("2026-10-12T17:10", 300, "Europe/Berlin", tenant="nordlicht", extension="2001", number="+498912345",
             plan="germany", route="", peer="2001", object="extension 2001"),
    ]  # fmt: skip


def fill(ledger: Ledger, site: Path, facts: list[Fact]) -> None:
    """Store what the site agreed to from September on, and book facts."""
    files = SiteFiles(site)
    prices = load_platform(files.tree, files.tree.read).book.prices()
    agreed = [terms_of(scope) for slug in files.slugs if (scope := files.tenant(slug))]
    ledger.store_terms("pbx1", prices, agreed, at=at("2026-09-01T00:00"))
    ledger.book(facts, now=at("2026-11-01T00:00"))


def here(capfd: pytest.CaptureFixture[str], *arguments: str) -> Done:
    """Run a command in this process: what it wrote, as a pipe would have it."""
    capfd.readouterr()
    status = main(list(arguments))
    out, err = capfd.readouterr()
    return Done(int(status), out, err)


def bill(site: Path, database: Path) -> str:
    """A ledger beside a site; its URL."""
    # A package includes nothing before the subscription's first day: Acme's is moved ahead of October.
    account = site / "tenants.d/acme/account.yaml"
    account.write_text(account.read_text().replace("since: 2026-11-01", "since: 2026-09-01"))
    url = f"sqlite:///{database}"
    with open_ledger(url) as ledger:
        fill(ledger, site, month(Facts()))
    return url
