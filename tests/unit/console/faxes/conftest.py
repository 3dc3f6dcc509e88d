"""A portal with faxes: some that go out, one that came in."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dialform.fax.documents import as_pdf, pages_of, prepare
from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.values import New, Received, Sheets

from ..stage import Stage

NOW = 1_793_000_000_000_000
EVIL = "<script>alert(1)</script>=1+1"
UUID = "5f0c1e2a-0000-4000-8000-000000000001"


@pytest.fixture(scope="session")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    """A document of two pages."""
    path = tmp_path_factory.mktemp("documents") / "letter.tif"
    path.write_bytes(tiff())
    return prepare([path])


def tiff(pages: int = 2) -> bytes:
    """Pages as a scanner has them."""
    made = [Image.new("L", (850, 1100), 255 - 40 * number) for number in range(pages)]
    target = io.BytesIO()
    made[0].save(target, "TIFF", save_all=True, append_images=made[1:], dpi=(100, 100))
    return target.getvalue()


@pytest.fixture
def faxed(stage: Stage, sheets: Sheets, tmp_path: Path) -> Stage:
    """Fax 1 of Acme's account, 2 of an account that nobody of ours has, 3 of another tenant; one received."""
    queue = Queue(stage.ledger.database)
    common: dict[str, Any] = {"by": "carol", "retries": 3, "coarse": False, "now": NOW}
    news = [New("+12125550177", EVIL)]
    queue.submit(sheets, "acme", "1050", news, title=EVIL, batch="b1", **common)
    queue.submit(sheets, "acme", "1051", news, title="Gone", batch="b2", **common)
    queue.submit(sheets, "nordlicht", "2050", news, title="Theirs", batch="b3", **common)
    file = tmp_path / "in.pdf"
    file.write_bytes(as_pdf(pages_of(sheets)))
    take(stage, file=str(file), size=file.stat().st_size)
    return stage


def take(stage: Stage, **more: Any) -> None:
    """A fax that came in."""
    values: dict[str, Any] = {
        "uuid": UUID, "tenant": "acme", "account": "1050", "host": "pbx1", "at": NOW, "caller": "+12125550177",
        "did": "+12125550150", "station_id": EVIL, "pages": 2, "ok": True, "result": "OK", "seconds": 61,
        "file": "", "size": 0, "mailed": 0, "mail": "", "tries": 0,
    }  # fmt: skip
    assert Inbox(stage.ledger.database).take(Received(**{**values, **more}))
