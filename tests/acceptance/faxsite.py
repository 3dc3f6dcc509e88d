"""The demo site with its faxes: compiled, with a ledger, and an agent's part played by the test."""

import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dialform.billing.ledger.opening import open_ledger
from dialform.cli.entry import main
from dialform.compiler.agreed import terms_of
from dialform.compiler.platform import load_platform
from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.values import Attempt, Job, Limits, New, Next, Received, Sheets
from dialform.reconcile.sitefiles import SiteFiles
from dialform.values import replace

from .billedsite import here
from .conftest import Done, copy_of_the_demo

MICRO = 1_000_000
SHEETS = Sheets("d" * 64, "letter.pdf", 2, b"II*\0fine", b"II*\0standard")


@dataclass
class FaxSite:
    """Where everything lies."""

    site: Path
    out: Path
    url: str

    @contextmanager
    def queue(self) -> Iterator[Queue]:
        with open_ledger(self.url) as ledger:
            yield Queue(ledger.database)

    def put(self, tenant: str = "acme", account: str = "1050", *to: str, **more: Any) -> list[int]:
        """Faxes that are queued without a document of their own."""
        values: dict[str, Any] = {
            "by": "carol", "title": "Letter", "retries": 3, "coarse": False, "now": now(), "batch": "",
        }  # fmt: skip
        with self.queue() as queue:
            news = [New(one) for one in to or ("+12125550177",)]
            return queue.submit(SHEETS, tenant, account, news, **{**values, **more})

    def jobs(self) -> list[Job]:
        with self.queue() as queue:
            return queue.jobs(most=1000)

    def take(self, uuid: str, **more: Any) -> None:
        """A fax that came in."""
        values: dict[str, Any] = {
            "tenant": "acme", "account": "1050", "host": "pbx1", "at": now(), "caller": "+12125550177",
            "did": "+12125550150", "station_id": "City Dentist", "pages": 2, "ok": True, "result": "OK",
            "seconds": 61, "file": "", "size": 0, "mailed": 0, "mail": "", "tries": 0,
        }  # fmt: skip
        with open_ledger(self.url) as ledger:
            assert Inbox(ledger.database).take(Received(uuid=uuid, **{**values, **more}))

    def agree(self, **terms: Any) -> None:
        """What Acme agreed to, as the ledger keeps it: as in the site, but for these."""
        files = SiteFiles(self.site)
        scope = files.tenant("acme")
        assert scope is not None
        prices = load_platform(files.tree, files.tree.read).book.prices()
        with open_ledger(self.url) as ledger:
            ledger.store_terms(
                "pbx1", prices, [replace(terms_of(scope), **terms)], at=now() - MICRO
            )

    @contextmanager
    def agent(self, outcome: Callable[[Job], Next]) -> Iterator[None]:
        """Somebody who sends what is due, and says how it ended."""
        over = threading.Event()

        def run() -> None:
            with self.queue() as queue:
                count = 0
                while not over.is_set():
                    queue.beat("pbx1", now())
                    for job in queue.due(["acme"], now()):
                        if queue.claim(job.id, "pbx1", "mycarrier", Limits(), now()):
                            count += 1
                            _attempt(queue, job, f"leg-{time.time_ns()}-{count}", outcome(job))
                    time.sleep(0.02)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(20)


def sent(job: Job) -> Next:
    """It went through."""
    return Next("sent", "", 0, 0, job.pages, False)


def busy(job: Job) -> Next:
    """It failed for good."""
    return Next("failed", "The number is busy.", 0, 0, 0, False)


def _attempt(queue: Queue, job: Job, uuid: str, after: Next) -> None:
    began = Attempt(
        uuid, job.id, 0, "pbx1", "core", "mycarrier", job.step, job.confirmed, now(), 0, "", "", 0
    )
    assert queue.begin(began)
    word = "sent" if after.state == "sent" else "busy"
    assert queue.end(
        uuid, word, after.cause, after.confirmed, {"fax_result_code": "0"}, after, now()
    )


def now() -> int:
    return int(time.time() * MICRO)


def picture() -> bytes:
    """A page that needs no other program to be converted."""
    found = io.BytesIO()
    Image.new("1", (400, 300), 1).save(found, "PNG")
    return found.getvalue()


def fax_site(root: Path) -> FaxSite:
    """The demo, with an account more that has no number, a tenant that has none, and one way out: to +1."""
    site = copy_of_the_demo(root / "site")
    pbx = site / "tenants.d/acme/pbx.yaml"
    text = pbx.read_text()
    for old, new in (
        ('"1050": {name: Fax, type: fax}', '"1050": {name: Fax, type: fax}\n  "1051": {name: Mute, type: fax}'),
        ('accounts: {"1050": {', 'accounts: {"1051": {header: Mute, deliver_to: fax@acme.example}, "1050": {'),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    pbx.write_text(text)
    (site / "tenants.d/plain.yaml").write_text("company: Plain Inc\ncontact: it@plain.example\n")
    routes = site / "routes.yaml"
    lines = routes.read_text().splitlines(keepends=True)
    abroad = re.compile(r"\s*(?!us-fax)[\w-]+:.*service: fax")
    routes.write_text("".join(line for line in lines if not abroad.match(line)))
    assert main(["compile", "--site", str(site), "--out", str(root / "out")]) == 0
    url = f"sqlite:///{root / 'ledger.db'}"
    open_ledger(url).close()
    (root / "page.png").write_bytes(picture())
    return FaxSite(site, root / "out", url)


Fax = Callable[..., Done]


def fax_of(site: FaxSite, capfd: pytest.CaptureFixture[str]) -> Fax:
    """Runs `dialform fax` in this process."""

    def fax(*arguments: str) -> Done:
        where = ("--site", str(site.site), "--out", str(site.out), "--ledger", site.url)
        return here(capfd, "fax", *arguments, *where)

    return fax


def data(done: Done) -> Any:
    """What was printed as JSON."""
    assert done.status == 0, done.err
    return json.loads(done.out)
