"""The second factor: codes of an app on a phone (TOTP, RFC 6238), and codes on paper for when it is lost."""

import base64
import json
import unicodedata

import pyotp
from sqlalchemy import Connection, select, update

from dialform.billing.ledger.database import Database
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.keys import Keys
from dialform.console.accounts.tables import accounts

SECONDS = 30
"""Of one code."""
AROUND = 1
"""Codes before and after the present one that count: clocks of phones are not exact."""
PAPER = 10
"""Codes on paper."""

_PURPOSE = "totp"
_DIGITS = 6
_LONGEST = 40


def new_secret(keys: Keys) -> str:
    """A new secret, base32 of 160 bits (RFC 4226, section 4)."""
    return base64.b32encode(keys.chance(20)).decode()


def address(secret: str, login: str, portal: str) -> str:
    """The `otpauth:` address that apps read from a QR code."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(
        name=login, issuer_name=portal.replace(":", " ")
    )


def picture(address: str) -> str:
    """The QR code of an address, as the address of an image."""
    import segno

    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def step_of(secret: str, code: str, now: int) -> int | None:
    """The step that a code is of, if it is one of those around `now` (microseconds); else None."""
    typed = "".join(unicodedata.normalize("NFKC", code[:_LONGEST]).split())
    if len(typed) != _DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    present = now // 1_000_000 // SECONDS
    found = None
    for step in range(present - AROUND, present + AROUND + 1):
        # All are compared, whichever it is.
        if pyotp.TOTP(secret, interval=SECONDS).verify(typed, for_time=step * SECONDS):
            found = step
    return found


def enable(database: Database, keys: Keys, account: int, secret: str, step: int) -> list[str]:
    """Keep a secret of which a code was shown; gives the codes for paper, which are not kept."""
    codes = [_paper(keys) for _ in range(PAPER)]
    values = {
        "secret": keys.seal(_PURPOSE, secret), "step": step, "recovery": _digests(keys, account, codes),
    }  # fmt: skip
    _set(database, account, values)
    return codes


def renew(database: Database, keys: Keys, account: int) -> list[str]:
    """New codes for paper; those before can no longer be used."""
    codes = [_paper(keys) for _ in range(PAPER)]
    _set(database, account, {"recovery": _digests(keys, account, codes)})
    return codes


def disable(database: Database, account: int) -> None:
    """Without a second factor from now on."""
    _set(database, account, {"secret": "", "step": 0, "recovery": "[]"})


def left(account: Account) -> int:
    """How many codes on paper are left."""
    return len(json.loads(account.recovery))


def check(database: Database, keys: Keys, account: Account, code: str, now: int) -> str:
    """Take a code: `app`, `paper`, or "" where it is none. Each is taken once, of two at once one."""
    secret = keys.open(_PURPOSE, account.secret) if account.secret else None
    step = step_of(secret, code, now) if secret else None
    if step is not None:
        wanted = (
            update(accounts)
            .where(accounts.c.id == account.id, accounts.c.step < step)
            .values(step=step)
        )
        taken = database.write(lambda connection: connection.execute(wanted).rowcount) == 1
        return "app" if taken else ""
    digest = _digest(keys, account.id, code)

    def work(connection: Connection) -> bool:
        # A write that changes nothing keeps the row for us, on PostgreSQL too.
        mine = accounts.c.id == account.id
        connection.execute(update(accounts).where(mine).values(step=accounts.c.step))
        kept = json.loads(connection.scalar(select(accounts.c.recovery).where(mine)) or "[]")
        if digest not in kept:
            return False
        kept.remove(digest)
        connection.execute(update(accounts).where(mine).values(recovery=json.dumps(kept)))
        return True

    return "paper" if account.secret and database.write(work) else ""


def _paper(keys: Keys) -> str:
    """50 bits, in two groups that are easy to type."""
    text = base64.b32encode(keys.chance(7)).decode()[:10].lower()
    return f"{text[:5]}-{text[5:]}"


def _digest(keys: Keys, account: int, code: str) -> str:
    typed = "".join(c for c in code[:_LONGEST].lower() if c.isascii() and c.isalnum())
    return keys.sign("paper", str(account), typed)


def _digests(keys: Keys, account: int, codes: list[str]) -> str:
    return json.dumps([_digest(keys, account, code) for code in codes])


def _set(database: Database, account: int, values: dict[str, object]) -> None:
    wanted = update(accounts).where(accounts.c.id == account).values(**values)
    database.write(lambda connection: connection.execute(wanted))
