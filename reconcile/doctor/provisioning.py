"""Whether phones can fetch their configuration, did, and what became of them then."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dialform.provisioning.errors import ProvisioningError
from dialform.provisioning.fetches import Fetch, last_fetches
from dialform.provisioning.index import FOLDER as INDEX
from dialform.reconcile.desk.devices import Device, devices
from dialform.reconcile.desk.phonelist import registered
from dialform.reconcile.desk.scope import WHOLE
from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.shown import certificate
from dialform.reconcile.doctor.visit import Visit
from dialform.switch.questions import registrations

_RENEW = "`systemctl restart dialform-provision` (or reload the proxy)"
_DAY = 86400.0
_NIGHT = 36 * 3600.0
"""Phones fetch at night: who did not within this many seconds after a change does not come by itself."""
_START = 600.0
"""Seconds that a phone may take from its fetch to its log-in."""
_FEW = 5


async def check(ground: Ground) -> list[Finding]:
    """The address that phones fetch from, then the phones of the host."""
    looked = "phones/service.json"
    if ground.folders is None:
        return [unknown("provisioning", looked, "Nothing is compiled here.")]
    service = _service(ground.folders.current)
    if service is None:
        return [ok("provisioning", looked, "No phone fetches its configuration from here.")]
    base = str(service.get("base_url", "")).rstrip("/") + "/"
    seen = await asyncio.to_thread(ground.machine.visit, f"{base}auth/doctor")
    found = list(_address(base, seen, ground.machine.now()))
    return found + await _phones(ground, ground.folders.current)


def _service(current: Path) -> Mapping[str, Any] | None:
    try:
        said = json.loads((current / "phones/service.json").read_bytes())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _address(base: str, seen: Visit, now: float) -> Iterator[Finding]:
    about, looked = "provisioning", base
    if seen.status is None:
        tell = problem if seen.refused else warning
        yield tell(
            about, looked, f"Nobody answers there from here: {seen.trouble}.",
            "The service does not run, the name leads elsewhere, or a firewall or a router stands between.",
            "`systemctl status dialform-provision`, then DNS, firewall and proxy: docs/provisioning.md.",
        )  # fmt: skip
        return
    if seen.status != 401 or "dialform" not in seen.asks:
        yield problem(
            about, looked, f"Something else answers there (status {seen.status}).",
            "The path is not passed on to the service, or another web server has the port.",
            "Let the proxy pass on all below this path as it came: docs/provisioning.md.",
        )  # fmt: skip
    else:
        yield ok(about, looked, "The service answers.")
    if not base.startswith("https:"):
        yield warning(
            about, looked, "Phones fetch without TLS.", "`base_url` begins with http:.",
            "Give it a certificate and make it https: passwords go over the wire in clear.",
        )  # fmt: skip
        return
    yield from certificate(about, looked, seen, now, "phones refuse it", _RENEW)


async def _phones(ground: Ground, current: Path) -> list[Finding]:
    try:
        known = [one for one in devices(current, WHOLE) if ground.tenant in ("", one.tenant)]
    except (OSError, ProvisioningError):
        return [unknown("phones", INDEX, "Their index cannot be read.")]
    if not known:
        return [ok("phones", INDEX, "There are none that fetch.")]
    fetches = _fetches(ground)
    if fetches is None:
        return [unknown("phones", INDEX, "The service's notes of fetches are not here to be read.")]
    now = ground.machine.now()
    found = list(_old(current, known, fetches, now))
    here = await ground.learn(registrations)
    if here is None:
        found.append(unknown("phones", "`show registrations`", f"Not asked: {ground.no_switch}."))
    else:
        users = {(one.user, one.domain.lower()) for one in here}
        found += _silent(known, fetches, users, now)
    return found or [ok("phones", "fetches.db", _count(known, fetches))]


def _fetches(ground: Ground) -> Mapping[str, Fetch] | None:
    """What the service of this host noted; None where it is not to be read."""
    folder = (ground.state or Path()) / "provisioning"
    if ground.state is None or not folder.is_dir():
        return None
    try:
        return last_fetches(folder)
    except ProvisioningError:
        return None


def _count(known: Sequence[Device], fetches: Mapping[str, Fetch]) -> str:
    came = sum(one.mac in fetches for one in known)
    return f"{came} of {len(known)} have fetched; none of them waits for anything."


def _old(
    current: Path, known: Sequence[Device], fetches: Mapping[str, Fetch], now: float
) -> Iterator[Finding]:
    """Phones that have an older configuration, long after it changed."""
    since = {slug: _changed(current, slug) for slug in {one.tenant for one in known}}
    old = [
        one
        for one in known
        if one.mac in fetches
        and fetches[one.mac].revision != one.revision
        and now - max(since[one.tenant], fetches[one.mac].at) > _NIGHT
    ]
    if old:
        yield warning(
            "phones", "fetches.db", f"{_named(old)} still with an older configuration.",
            "They were not told to fetch, do not check at night, or cannot reach the service any more.",
            "`dialform device resync MAC`; if that changes nothing, start the phone again.",
        )  # fmt: skip


def _silent(
    known: Sequence[Device], fetches: Mapping[str, Fetch], users: set[tuple[str, str]], now: float
) -> Iterator[Finding]:
    """Phones that fetched lately, and of which no line is registered."""
    silent = [
        one
        for one in known
        if one.lines
        and one.mac in fetches
        and _START < now - fetches[one.mac].at < _NIGHT
        and not registered(one, users)
    ]
    if silent:
        number, _ = silent[0].lines[0]
        yield warning(
            "phones", "fetches.db, `show registrations`",
            f"{_named(silent)} fetched and did not register.",
            "SIP does not get through from there, or the phone did not take what it fetched.",
            f"`dialform doctor {silent[0].tenant}/{number}` looks at one of them.",
        )  # fmt: skip


def _named(some: Sequence[Device]) -> str:
    """`2 phones (x, y)`, the first few by name."""
    names = ", ".join(f"{one.who} of {one.tenant}" for one in some[:_FEW])
    more = f" and {len(some) - _FEW} more" if len(some) > _FEW else ""
    return f"{len(some)} phone{'s' if len(some) > 1 else ''} ({names}{more})"


def _changed(current: Path, slug: str) -> float:
    """When anything of a tenant's phones changed last: what did not is the same file in each generation."""
    try:
        return (current / INDEX / f"{slug}.json").stat().st_mtime
    except OSError:
        return 0.0
