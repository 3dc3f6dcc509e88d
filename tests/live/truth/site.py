"""The live suite's site with all waits cut short: a scenario is over in a few seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import lab
from ..site import HOST, Site
from .doubles import copy_tenants

RING = 3
"""Seconds a phone rings. The switch counts whole seconds of the clock: they last between two and three."""


def brisk(folder: Path) -> Site:
    """The site, compiled. Only times differ from the suite's."""
    site = lab.demo(folder)
    with site.edit("platform.yaml") as platform:
        # No phone of these calls is behind a router.
        platform["defaults"]["ring_timeout"] = RING
        platform["hosts"][HOST]["nat"] = {"local_networks": ["127.0.0.0/24"]}
    copy_tenants(site.source / "tenants.d")
    for path in sorted((site.source / "tenants.d").rglob("*.yaml")):
        with site.edit(str(path.relative_to(site.source))) as tenant:
            _hurry(tenant)
    site.compile()
    return site


def _hurry(tenant: Any) -> None:
    """Shortens the times of one document. What rings in turn has time for each of its members."""
    for extension in tenant.get("extensions", {}).values():
        _put(extension, ring_timeout=RING)
    for group in tenant.get("ring_groups", {}).values():
        for member in group["members"]:
            _put(member, timeout=RING, delay=1)
        at_once = group.get("strategy", "simultaneous") in ("simultaneous", "enterprise")
        _put(group, timeout=RING + 2 if at_once else RING * len(group["members"]))
    for queue in tenant.get("call_queues", {}).values():
        # Over before an agent who did not answer is asked again.
        _put(queue, max_wait=4, level_wait=2)
    for menu in tenant.get("ivr_menus", {}).values():
        _put(menu, timeout=1)
    for followed in tenant.get("follow_me", {}).values():
        for place in followed["destinations"]:
            _put(place, timeout=RING)


def _put(entry: Any, **times: int) -> None:
    """Sets times that are said; what is not said stays unsaid."""
    if isinstance(entry, dict):
        entry.update({name: value for name, value in times.items() if name in entry})
