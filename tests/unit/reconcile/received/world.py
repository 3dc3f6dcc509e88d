"""A host that receives faxes: what its switch wrote, what is kept, and agents that come and go."""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dialform.billing.consequences.mailing import Sender
from dialform.billing.ledger import database
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.values import Received
from dialform.fax.released import Account, Company, Contact
from dialform.reconcile import durable
from dialform.reconcile.fax.delivering import Delivery, Posted
from dialform.reconcile.fax.pruning import prune
from dialform.reconcile.fax.receiver import Receiver
from dialform.reconcile.fax.receiving import Receiving
from dialform.reconcile.times import Times
from dialform.switch import Event, Unreachable
from dialform.values import replace

NOON = 1_796_083_200.0
"""2026-12-01, 00:00 UTC; the tenant's evening before."""
MICRO = 1_000_000
MEMORY = Path("/dev/shm")
HEAD = b"II*\0\x08\0\0\0"


class Killed(BaseException):
    """kill -9."""


class BrokenError(Exception):
    """What the converter says of a TIFF that it cannot read."""


def account(number: str = "1050", **other: Any) -> Account:
    said: dict[str, Any] = {
        "number": number, "name": "Front desk", "e164": "+12125550150", "header": "Acme Corp",
        "station_id": "+12125550150", "deliver_to": "fax@acme.example", "users": (), "cover": "",
        "retries": 3, "resolution": "fine", "t38": True, "ecm": True, "toll": "national",
        "sends": True, "receives": True,
    }  # fmt: skip
    return Account(**{**said, **other})


def company(slug: str = "acme", *accounts: Account, **other: Any) -> Company:
    said: dict[str, Any] = {
        "slug": slug, "name": "Acme Corp", "timezone": "America/New_York", "country": "US",
        "language": "en", "suspended": False, "plan": "standard", "cap": 0, "cap_backend": "hash",
        "concurrent_faxes": -1, "keep_days": 0, "home": "", "premium": "",
        "barred": frozenset(), "barred_prefixes": (),
        "contacts": {"dentist": Contact("dentist", "City Dentist", "+12125550177", "", ())},
    }  # fmt: skip
    numbers = {one.number: one for one in accounts or (account(),)}
    return Company(**{**said, **other}, accounts=numbers)


def variables(
    leg: str, at: int, *, pages: int = 2, tenant: str = "acme", number: str = "1050", **said: str
) -> dict[str, str]:
    """What the switch says of a leg that ended then (microseconds since 1970)."""
    return {
        "uuid": leg, "dialform_tenant": tenant, "dialform_fax": number,
        "dialform_did": "+12125550150", "fax_success": "1", "fax_result_text": "OK",
        "fax_result_code": "0", "fax_document_transferred_pages": str(pages),
        "fax_remote_station_id": "CITY DENTIST", "start_uepoch": str(at - 62 * MICRO),
        "answer_uepoch": str(at - 60 * MICRO), "end_uepoch": str(at), **said,
    }  # fmt: skip


class Log:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def _say(self, event: str, **values: Any) -> None:
        self.lines.append(f"{event} {values}")

    debug = info = warning = exception = _say


class Line:
    """The link to a switch that knows which legs it has."""

    def __init__(self, storage: Path) -> None:
        self.connected, self.core_uuid, self.error = True, "core-1", None
        self.storage, self.legs = storage, set[str]()

    async def api(self, command: str, **_: Any) -> str:
        if not self.connected:
            raise Unreachable("connection refused")
        if command.startswith("uuid_exists "):
            return "true" if command.split()[1] in self.legs else "false"
        assert command == "global_getvar storage_dir"
        return str(self.storage)


class World:
    """All that outlives an agent, and the agent that is there now."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.steady = folder, NOON, 0.0
        self.storage, self.calls = folder / "storage", folder / "json_cdr"
        self.state = folder / "state"
        for one in (self.storage / "fax", self.calls, self.state):
            one.mkdir(parents=True)
        self.ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
        self.inbox, self.queue = Inbox(self.ledger.database), Queue(self.ledger.database)
        self.companies = {"acme": company()}
        self.line, self.log = Line(self.storage), Log()
        self.sender: Sender | None = None
        self.broken_until = 0
        self.restart()

    def restart(self) -> None:
        """Another agent takes the place of the one before."""
        durable.hook = database.hook = None
        times = Times(lambda: self.now, lambda: self.steady, asyncio.sleep, lambda: 0.5)
        receiver = Receiver(
            self.inbox, "pbx1", self.kept, self._convert, BrokenError, lambda: self.companies,
            self.log,
        )  # fmt: skip
        line: Any = self.line
        self.receiving = Receiving(
            receiver, self.ledger.database, line, times, lambda: self.companies, lambda: None,
            lambda: self.calls, self.log,
        )  # fmt: skip
        self.delivery = Delivery(self.inbox, "pbx1", self.log)

    @property
    def kept(self) -> Path:
        return self.state / "fax" / "in"

    @staticmethod
    def _convert(file: Path) -> tuple[bytes, int]:
        raw = file.read_bytes()
        if b"page" not in raw or not raw.startswith(HEAD):
            raise BrokenError("it is no TIFF")
        return b"%PDF-1.7 " + raw, raw.count(b"page")

    # What the switch does.

    def fax(
        self, *, pages: int = 2, content: bytes | None = None, record: bool = True, number: str = "1050",
        tenant: str = "acme", lives: bool = False, **said: str,
    ) -> str:  # fmt: skip
        """A fax that came in, with its call record."""
        leg = str(uuid.uuid4())
        file = self.tiff(leg, tenant, number)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(HEAD + b"page" * pages if content is None else content)
        os.utime(file, (self.now, self.now))
        if lives:
            self.line.legs.add(leg)
        elif record:
            self.record(leg, pages=pages, tenant=tenant, number=number, **said)
        return leg

    def tiff(self, leg: str, tenant: str = "acme", number: str = "1050") -> Path:
        return self.storage / "fax" / tenant / number / f"{leg}.tif"

    def record(
        self, leg: str, *, caller: str = "12125550177", shelf: str = "", **said: Any
    ) -> None:
        found = {
            "core-uuid": "core-1", "variables": variables(leg, int(self.now * MICRO), **said),
            "callflow": [{"caller_profile": {"caller_id_number": caller}}],
        }  # fmt: skip
        folder = self.calls / shelf
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{leg}.cdr.json").write_text(json.dumps(found) + "\n")

    def ends(self, leg: str, **said: Any) -> None:
        """The event of a fax's end."""
        self.line.legs.discard(leg)
        headers = {
            f"variable_{name}": value
            for name, value in variables(leg, int(self.now * MICRO), **said).items()
        }
        headers |= {
            "Unique-ID": leg, "Core-UUID": "core-1", "Caller-Caller-ID-Number": "12125550177",
            "Caller-Channel-Answered-Time": str(int((self.now - 60) * MICRO)),
            "Event-Date-Timestamp": str(int(self.now * MICRO)),
        }  # fmt: skip
        self.receiving.hear(Event("CUSTOM", "spandsp::rxfaxresult", headers))

    # What the agent does.

    def turn(self) -> None:
        asyncio.run(self.receiving._round())

    def post(self) -> Posted:
        return self.delivery.round(self.sender, self.companies, int(self.now * MICRO))

    def passes(self, seconds: float) -> None:
        self.now += seconds
        self.steady += seconds

    def prune(self) -> int:
        stuck = frozenset(path.rpartition("/")[2][:-4] for path in self.receiving.stuck)
        return prune(
            self.inbox, self.queue, "pbx1", self.kept, self.companies.values(), stuck,
            int(self.now * MICRO),
        )  # fmt: skip

    def agree(self, **changed: Any) -> None:
        """Another site is proven, with another account 1050."""
        self.companies = {"acme": company("acme", account(**changed))}

    def keep_days(self, days: int) -> None:
        self.companies = {
            slug: replace(one, keep_days=days) for slug, one in self.companies.items()
        }

    # What is there.

    def rows(self) -> list[Received]:
        return self.inbox.list(most=10_000)

    def row(self, leg: str) -> Received:
        found = self.inbox.one(leg)
        assert found is not None
        return found

    def close(self) -> None:
        durable.hook = database.hook = None
        self.ledger.close()


def hooked(hook: Callable[[str], None]) -> None:
    """Both places where a process may die, or a disk be full."""
    durable.hook = database.hook = hook
