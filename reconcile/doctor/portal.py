"""Whether people can sign in to the portal: that it answers where the site says, with a good certificate."""

import asyncio
from collections.abc import Iterator

from dialform.reconcile.billing.where import platform_of
from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.shown import certificate
from dialform.reconcile.doctor.visit import Visit

HEALTH = "health"
"""What the portal answers to without anybody signed in."""
_RENEW = "nothing: the portal sees it by itself (a proxy is reloaded)"


async def check(ground: Ground) -> list[Finding]:
    """The address of the portal, where the site has one."""
    about, looked = "portal", "platform.yaml: console"
    if ground.folders is None:
        return [unknown(about, looked, "Nothing is compiled here.")]
    entry = platform_of(ground.folders.current).get("console")
    if not isinstance(entry, dict) or not entry.get("base_url"):
        return [ok(about, looked, "The site has no portal.")]
    base = str(entry["base_url"]).rstrip("/") + "/"
    seen = await asyncio.to_thread(ground.machine.visit, base + HEALTH)
    return list(_address(base, seen, ground.machine.now()))


def _address(base: str, seen: Visit, now: float) -> Iterator[Finding]:
    about, looked = "portal", base
    if seen.status is None:
        tell = problem if seen.refused else warning
        yield tell(
            about, looked, f"Nobody answers there from here: {seen.trouble}.",
            "The portal does not run, the name leads elsewhere, or a firewall stands between.",
            "`systemctl status dialform-console`, then DNS, firewall and proxy: docs/portal.md.",
        )  # fmt: skip
        return
    if seen.status != 200:
        yield problem(
            about, looked, f"Something else answers there (status {seen.status}).",
            "The path is not passed on to the portal, or another web server has the port.",
            "Let the proxy pass on all below this path as it came: docs/portal.md.",
        )  # fmt: skip
    else:
        yield ok(about, looked, "The portal answers.")
    if base.startswith("https:"):
        yield from certificate(about, looked, seen, now, "browsers refuse it", _RENEW)
