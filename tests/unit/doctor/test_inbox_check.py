"""Whether received faxes get through: the switch's folder, the inbox, the mail server."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.stamp import SITE
from dialform.fax.queue import Inbox
from dialform.fax.queue.values import Received
from dialform.reconcile.doctor import faxinbox
from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground

from .conftest import NOW, Ask, levels

MICRO = 1_000_000
ROOT_ALONE = pytest.mark.skipif(
    os.geteuid() == 0, reason="ROOT MAY WRITE EVERYWHERE: MODES ARE NOT TRIED"
)


def receives(host: Path, slug: str, **said: Any) -> None:
    """The file of a tenant whose account receives."""
    account = {
        "number": "1050", "name": "Fax", "e164": "", "header": "", "station_id": "",
        "deliver_to": "fax@acme.example", "users": [], "cover": "", "retries": 3,
        "resolution": "fine", "t38": True, "ecm": True, "toll": "national", "sends": True,
        "receives": True, **said,
    }  # fmt: skip
    tenant = {
        "tenant": slug, "company": slug, "timezone": "Etc/UTC", "country": "US", "language": "en",
        "suspended": False, "plan": "", "cap": 0, "cap_backend": "hash", "concurrent_faxes": -1,
        "keep_days": 0, "home": "", "premium": "", "do_not_call": {"numbers": [], "prefixes": []},
        "accounts": [account], "documents": {}, "contacts": {},
    }  # fmt: skip
    file = host / "fax" / "tenants" / f"{slug}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(tenant))


def says(tmp_path: Path, about: object) -> None:
    """The agent's status, as far as it is of faxes."""
    status = {"host": "pbx1", "at": "2026-11-28T00:00:00Z", "conditions": [], "fax": about}
    (tmp_path / "status.json").write_text(json.dumps(status))


@pytest.fixture
def spool(ground: Ground, host: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The switch's folder, and a state folder whose agent is pbx1's."""
    shutil.rmtree(host / "fax", ignore_errors=True)  # those of the demo are others' matter
    receives(host, "acme")
    site = host / SITE
    site.mkdir(parents=True, exist_ok=True)
    (site / "platform.yaml").write_text("mail: {smtp: smtp://127.0.0.1, from: pbx@example.com}\n")
    folder = tmp_path / "storage_dir" / "fax"
    folder.mkdir(parents=True)
    folder.chmod(0o2770)
    ground.state = tmp_path
    says(tmp_path, {"receive_error": "No room."})
    open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}").close()
    monkeypatch.setattr(faxinbox, "_programs", lambda: iter(()))
    return folder


def fax(uuid: str, **said: Any) -> Received:
    found: dict[str, Any] = {
        "uuid": uuid, "tenant": "acme", "account": "1050", "host": "pbx1", "at": int(NOW * MICRO),
        "caller": "", "did": "", "station_id": "", "pages": 1, "ok": True, "result": "complete",
        "seconds": 60, "file": "/x.pdf", "size": 1, "mailed": 0, "mail": "", "tries": 0,
    }  # fmt: skip
    return Received(**{**found, **said})


def keep(tmp_path: Path, *faxes: Received) -> None:
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        for one in faxes:
            Inbox(ledger.database).take(one)


def lies(spool: Path, age: float, name: str = "a") -> Path:
    file = spool / "acme" / "1050" / f"{name}.tif"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"II*\0")
    os.utime(file, (NOW - age, NOW - age))
    return file


def wrong(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.level.word in ("problem", "warning")]


def test_nothing_is_wrong(ask: Ask, spool: Path, tmp_path: Path) -> None:
    lies(spool, 60)
    late = int((NOW - 5000) * MICRO)
    keep(tmp_path, fax("a", mailed=1, at=late), fax("b"), fax("c", at=late, due=-1),
         fax("d", at=late, host="pbx2"))  # fmt: skip
    found = ask("inbox")
    assert levels(found) == {"ok"}, wrong(found)


def test_nobody_receives(ask: Ask, spool: Path, host: Path) -> None:
    receives(host, "acme", receives=False)
    assert ask("inbox") == []


def test_the_folder_is_not_there(ask: Ask, spool: Path) -> None:
    spool.rmdir()
    (found,) = wrong(ask("inbox"))
    assert "not there yet" in found.found
    assert f"install -d -o freeswitch -g dialform -m 2770 {spool}" in found.way_out


def test_the_switch_may_not_write(ask: Ask, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.chmod(0o750)
    os.chown(spool.parents[1] / "log_dir", 12345, -1) if os.geteuid() == 0 else pytest.skip(
        "not root"
    )
    (found,) = wrong(ask("inbox"))
    assert "no fax is received" in found.found


@ROOT_ALONE
def test_folders_that_only_the_switch_may_write(ask: Ask, spool: Path) -> None:
    lies(spool, 60).parent.chmod(0o550)
    (found,) = wrong(ask("inbox"))
    assert "cannot be removed" in found.found
    spool.chmod(0o550)
    (found,) = wrong(ask("inbox"))
    assert "pile up" in found.found


def test_faxes_that_nobody_takes_up(ask: Ask, spool: Path, tmp_path: Path) -> None:
    lies(spool, 3000)
    lies(spool, 700, "b")
    (found,) = wrong(ask("inbox"))
    assert "2 lie there and are not taken up, the first for 50 minutes" in found.found
    assert found.cause == "No room."
    says(tmp_path, {"stuck": 2})
    assert wrong(ask("inbox")) == [], "those are taken up already"


def test_mails_that_no_server_takes(ask: Ask, spool: Path, tmp_path: Path) -> None:
    late = int((NOW - 5000) * MICRO)
    keep(tmp_path, fax("a", at=late, mail="mail.example answers 550 no"), fax("b", at=late))
    (found,) = wrong(ask("inbox"))
    assert found.found == "2 were not mailed yet."
    assert found.cause == "mail.example answers 550 no."


def test_what_the_switch_could_not_write(ask: Ask, spool: Path, tmp_path: Path) -> None:
    said = "TIFF/F file cannot be opened"
    keep(tmp_path, fax("a", ok=False, pages=0, file="", due=-1, result=said))
    (found,) = wrong(ask("inbox"))
    assert "could not be written by the switch" in found.found


def test_a_site_without_mail(ask: Ask, spool: Path, host: Path) -> None:
    (host / SITE / "platform.yaml").write_text("platform: demo\n")
    (found,) = wrong(ask("inbox"))
    assert "no mail leaves" in found.found


def test_what_this_machine_lacks(ask: Ask, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("dialform.fax.documents.missing", lambda: ["No `gs`: nothing can be sent."])
    found = list(faxinbox._programs())
    assert [(one.level.word, one.found, one.cause) for one in found] == [
        ("warning", "No `gs`.", "Nothing can be sent.")
    ]


def test_no_other_tenants_faxes_are_told(
    ask: Ask, ground: Ground, spool: Path, tmp_path: Path
) -> None:
    late = int((NOW - 5000) * MICRO)
    keep(tmp_path, fax("a", at=late, tenant="janes-bakery"))
    ground.tenant = "acme"
    assert wrong(ask("inbox")) == []
