"""A ledger of either kind, with two tenants who pay and call."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.terms import Paid, Price, Prices, Terms
from dialform.values import replace

MICRO = 1_000_000
NOON = int(datetime(2026, 11, 28, 12, 0, tzinfo=UTC).timestamp() * MICRO)
PRICES = Prices(
    {"us": (Price("us", "voice", "outbound", "+1", 10_000),)},
    {"standard": ("us",)},
    {"business": {}},
)
ACME = Terms(
    "acme", "Acme Corp", "it@acme.example", "America/New_York", "USD", "business", "standard"
)
OTHER = Terms(
    "janes-bakery", "Jane's Bakery", "jane@bakery.example", "Etc/UTC", "USD", "business", "standard"
)


class Books:
    """A ledger with what a test wants in it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.numbers = itertools.count()
        self.terms = {"acme": ACME, "janes-bakery": OTHER}
        self.store()

    def agree(self, slug: str = "acme", **changed: object) -> Terms:
        """Other terms from now on."""
        self.terms[slug] = replace(self.terms[slug], **changed)
        self.store()
        return self.terms[slug]

    def pay(self, amount: int, slug: str = "acme") -> None:
        paid = Paid(f"p{next(self.numbers)}", "2026-11-01", amount * MICRO)
        self.agree(slug, payments=(*self.terms[slug].payments, paid))

    def store(self) -> None:
        self.ledger.store_terms(
            "pbx1", PRICES, self.terms.values(), at=NOON - 10**12 + next(self.numbers)
        )

    def fact(self, slug: str = "acme", *, at: int = NOON, minutes: int = 1, **said: object) -> Fact:
        """An answered call to the outside."""
        made = Fact(
            f"uuid-{next(self.numbers)}", "call", "pbx1", slug, at, at, at + minutes * 60 * MICRO,
            "outbound", "north", number="+12125550177", extension="1001", core="core",
        )  # fmt: skip
        return replace(made, **said)

    def call(self, slug: str = "acme", **said: object) -> Fact:
        made = self.fact(slug, **said)  # type: ignore[arg-type]
        self.ledger.book([made], now=made.ended)
        return made


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty ledger's URL; in PostgreSQL, which others use too, it is a database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    import psycopg

    server = make_url(request.getfixturevalue("database"))
    name = f"ledger_{uuid.uuid4().hex}"
    with psycopg.connect(
        server.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def books(url: str) -> Iterator[Books]:
    with open_ledger(url) as ledger:
        yield Books(ledger)


@pytest.fixture
def sqlite_books(tmp_path: Path) -> Iterator[Books]:
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield Books(ledger)


@pytest.fixture(scope="session")
def certificate() -> Iterator[Path]:
    """A self-signed certificate of 127.0.0.1 with its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("NO openssl HERE: MAIL OVER TLS WAS NOT TRIED")
    with tempfile.TemporaryDirectory() as folder:
        both, key = Path(folder) / "both.pem", Path(folder) / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(both)],
            check=True, capture_output=True,
        )  # fmt: skip
        both.write_text(both.read_text() + key.read_text())
        yield both
