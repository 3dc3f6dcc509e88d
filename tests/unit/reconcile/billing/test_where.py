"""Where billing lies: the ledger, the call records, the mail server; and no password is ever shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialform.billing.ledger.errors import LedgerError
from dialform.compiler.secrets import open_store
from dialform.reconcile.billing.place import place_of
from dialform.reconcile.billing.where import ledger_url, platform_of, sender_of, spool_of
from dialform.reconcile.settings import Settings

SITE = """
platform: demo
ledger: {secret: ledger}
mail: {smtp: "smtp://mail.example.com:587", from: pbx@example.com, username: "pbx@example.com", password: {secret: mail}}
"""
SECRET = "postgresql://dialform:hunter2@db.example.com/ledger"
RECORDS = '<include><param name="log-dir" value="{}"/></include>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A compiled folder, as much of it as is looked at."""
    (tmp_path / "out/site").mkdir(parents=True)
    (tmp_path / "out/site/platform.yaml").write_text(SITE)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/ledger").write_text(SECRET)
    (tmp_path / "secrets/mail").write_text("p@ss/word")
    (tmp_path / "secrets/master").write_text("x" * 32)
    return tmp_path / "out"


def url(folder: Path, given: str = "", **environ: str) -> str:
    store = open_store(folder.parent / "secrets", {})
    return ledger_url(given, environ, platform_of(folder), store, Path("/var/lib/dialform"))


def test_the_ledger_is_what_is_said_nearest(folder: Path) -> None:
    assert url(folder, "sqlite:////a", DIALFORM_LEDGER="sqlite:////b") == "sqlite:////a"
    assert url(folder, DIALFORM_LEDGER="sqlite:////b") == "sqlite:////b"
    assert url(folder) == SECRET
    (folder / "site/platform.yaml").write_text("platform: demo\n")
    assert url(folder) == "sqlite:////var/lib/dialform/ledger.db"
    (folder / "site/platform.yaml").unlink()
    assert url(folder) == "sqlite:////var/lib/dialform/ledger.db"


def test_a_secret_that_cannot_be_had_is_a_sentence(folder: Path) -> None:
    (folder.parent / "secrets/ledger").unlink()
    with pytest.raises(LedgerError, match="ledger"):
        url(folder)
    with pytest.raises(LedgerError, match="--secrets"):
        ledger_url("", {}, platform_of(folder), open_store(None, {}), folder)


def test_the_login_of_a_mail_server_stands_in_its_url(folder: Path) -> None:
    sender = sender_of(platform_of(folder), open_store(folder.parent / "secrets", {}))
    assert sender is not None
    assert sender.server == "smtp://pbx%40example.com:p%40ss%2Fword@mail.example.com:587"
    assert (sender.sender, sender.platform) == ("pbx@example.com", "demo")
    (folder / "site/platform.yaml").write_text("platform: demo\n")
    assert sender_of(platform_of(folder), open_store(None, {})) is None


def test_records_are_where_the_switch_was_told(folder: Path) -> None:
    assert spool_of(folder) is None
    file = folder / "freeswitch/autoload_configs/json_cdr.conf.xml"
    file.parent.mkdir(parents=True)
    file.write_text(RECORDS.format("/srv/cdr"))
    assert spool_of(folder) == Path("/srv/cdr")
    file.write_text(RECORDS.format("$${log_dir}/json_cdr"))
    assert spool_of(folder) == Path("/var/log/freeswitch/json_cdr")
    (folder / "manifest.json").write_text(json.dumps({"boot": ["freeswitch", "-log", "/srv/log"]}))
    assert spool_of(folder) == Path("/srv/log/json_cdr")
    assert spool_of(folder, "/own") == Path("/own/json_cdr")
    file.write_text("<include>")
    assert spool_of(folder) is None


def test_nothing_of_it_shows_a_password(folder: Path) -> None:
    settings = Settings(
        "x", "pbx1", folder.parent, secrets=folder.parent / "secrets", ledger=SECRET
    )
    place = place_of(settings, folder, {})
    assert place.url == SECRET
    for shown in (repr(place), repr(settings), repr(place.sender)):
        assert "hunter2" not in shown
        assert "word" not in shown
