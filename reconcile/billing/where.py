"""Where billing lies on a host: the ledger, the folder of call records, the mail server.

All of it stands in what was applied: the site's platform.yaml, of which a generation has its own copy, and
the files that the switch reads.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from dialform.billing.consequences.mailing import Sender
from dialform.billing.ledger.errors import LedgerError
from dialform.compiler.secret_errors import SecretError
from dialform.compiler.secrets import SecretStore
from dialform.compiler.stamp import SITE

VARIABLE = "DIALFORM_LEDGER"
"""The environment's word for the ledger."""
FILE = "ledger.db"
"""The ledger in a state folder, where nobody says another one."""

_RECORDS = "freeswitch/autoload_configs/json_cdr.conf.xml"
_LOGS = "/var/log/freeswitch"


def platform_of(folder: Path) -> Mapping[str, Any]:
    """platform.yaml of a compiled folder or a site, as plain data; empty where there is none."""
    from dialform.schema.reader import read

    for path in (folder / SITE / "platform.yaml", folder / "platform.yaml"):
        try:
            raw = path.read_bytes()
        except OSError:
            continue
        data = read("platform.yaml", raw)[0].data
        return data if isinstance(data, dict) else {}
    return {}


def ledger_url(
    given: str, environ: Mapping[str, str], platform: Mapping[str, Any], store: SecretStore, state: Path
) -> str:  # fmt: skip
    """The ledger's URL: what was given, else $DIALFORM_LEDGER, else the site's, else a file of the state.

    Raises LedgerError where the site's is a secret that cannot be had.
    """
    if named := given or environ.get(VARIABLE, ""):
        return named
    written = platform.get("ledger")
    if not written:
        return f"sqlite:///{state.absolute() / FILE}"
    try:
        found = store.resolve(written)
        if not store.placeholders:
            return found
        raise LedgerError(
            "Without the folder of secrets nobody knows which ledger platform.yaml means: name it with "
            "--secrets, or the ledger with --ledger."
        )
    except SecretError as error:
        raise LedgerError(
            f"The site's `ledger` cannot be had: {error.reason}{f' ({error.hint})' if error.hint else ''}."
        ) from None


def sender_of(platform: Mapping[str, Any], store: SecretStore) -> Sender | None:
    """How mail leaves, by platform.yaml; None where it says nothing of mail. Raises LedgerError."""
    mail = platform.get("mail")
    if not isinstance(mail, dict) or not mail.get("from"):
        return None
    server, user = str(mail.get("smtp") or "smtp://127.0.0.1:25"), str(mail.get("username") or "")
    if user:
        try:
            password = store.resolve(mail["password"]) if mail.get("password") else ""
        except SecretError as error:
            raise LedgerError(
                f"The mail server's password cannot be had: {error.reason}."
            ) from None
        url = urlsplit(server)
        place = url.netloc.rpartition("@")[2]
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"
        server = url._replace(netloc=login).geturl()
    return Sender(server, str(mail["from"]), str(platform.get("platform") or ""))


def spool_of(folder: Path, log: str = "") -> Path | None:
    """Where the switch of a compiled folder writes its call records; `log` is its folder of log files.

    None where the folder has no such setting.
    """
    try:
        root = ET.fromstring((folder / _RECORDS).read_bytes())  # noqa: S314 -- our own compiler wrote it
    except (OSError, ET.ParseError):
        return None
    found = [one.get("value", "") for one in root.iter("param") if one.get("name") == "log-dir"]
    if not found or not found[0]:
        return None
    return Path(found[0].replace("$${log_dir}", log or _log_of(folder)))


def _log_of(folder: Path) -> str:
    """What the manifest tells the switch by `-log`; else where it usually is."""
    import json

    try:
        boot = list(json.loads((folder / "manifest.json").read_bytes())["boot"])
        return str(boot[boot.index("-log") + 1])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return _LOGS
