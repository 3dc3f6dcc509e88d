"""Whether the certificates for TLS and browsers are there, are certificates, and last for a while."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from dialform.reconcile.doctor.der import not_after
from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground

_SOON, _DAY = 21, 86400.0
NAMES = ("agent.pem", "wss.pem")
"""What the profiles load (sofia.c, tport_tls.c): certificate and key in one file."""


async def check(ground: Ground) -> list[Finding]:
    """Each PEM file in the switch's folder of certificates."""
    if not _wanted(ground):
        return [ok("certificates", "sip_profiles/", "No profile speaks TLS or WSS.")]
    folder = await ground.folder("certs_dir")
    return [_of(folder / name, ground.machine.now()) for name in NAMES]


def _wanted(ground: Ground) -> bool:
    """Whether any profile wants certificates; without compiled files it is assumed."""
    if ground.folders is None:
        return True
    files = ground.files("sip_profiles/*.xml")
    texts = [path.read_text("utf-8", "replace") for path in files]
    return any('name="tls"' in text or 'name="wss-binding"' in text for text in texts)


def _of(path: Path, now: float) -> Finding:
    about, looked = f"certificate {path.name}", str(path)
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return warning(
            about, looked, "It is not there.",
            "The switch makes one itself, self-signed: phones and browsers that check it refuse it.",
            "Put certificate, chain and key there in one file, then send `reloadcert`.",
        )  # fmt: skip
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        return unknown(about, looked, f"It cannot be read: {error.strerror}.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path, password=lambda: "")
        ends = not_after(text)
    except (ssl.SSLError, ValueError, OSError):
        return problem(
            about, looked, "It is no certificate with its key.",
            "The file is garbage, lacks one of the two, or they do not belong together. A profile "
            "that finds such a file closes all its ports at its next start.",
            "Put certificate, chain and key there in one file, before the switch is restarted.",
        )  # fmt: skip
    return _lasts(about, looked, ends, now)


def _lasts(about: str, looked: str, ends: float, now: float) -> Finding:
    when = datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%d")
    days = (ends - now) / _DAY
    if days < 0:
        return problem(
            about, looked, f"It ended on {when}.", "Nobody renewed it: phones refuse it.",
            "Renew it, put it there, and send `reloadcert`.",
        )  # fmt: skip
    if days < _SOON:
        return warning(
            about, looked, f"It ends on {when}, in {days:.0f} days.", "It was not renewed yet.",
            "Renew it, put it there, and send `reloadcert`.",
        )  # fmt: skip
    return ok(about, looked, f"It lasts until {when}.")
