"""The site of the agent's tests, with phones that fetch their configuration."""

from __future__ import annotations

from collections.abc import Iterator

from dialform.simulator.state.notices import Notice

from ..faults.repository import Files
from ..faults.world import World

ANN, BO, HALL, CY = "0015651a2b3c", "0015651a2b3d", "0015651a2b3e", "0015651a2b40"
"""Alpha's phones: Ann's and Bo's of the profile `office`, the hall's of no profile; and beta's."""


def with_phones(files: Files) -> None:
    files["platform.yaml"]["provisioning"] = {"base_url": "https://pbx.example.com/provision/"}
    alpha, beta = (files[f"tenants.d/{slug}/pbx.yaml"] for slug in ("alpha", "beta"))
    alpha["extensions"]["1003"] = {"name": "Hall"}
    alpha["device_profiles"] = {"office": {"language": "en"}}
    alpha["devices"] = {
        ANN: phone("1001", "office"), BO: phone("1002", "office"), HALL: phone("1003"),
    }  # fmt: skip
    beta["devices"] = {CY: phone("1001")}


def phone(extension: str, profile: str | None = None) -> Files:
    made = {
        "label": "Desk", "vendor": "yealink", "model": "t46s", "lines": [{"extension": extension}],
    }  # fmt: skip
    return made | ({"profile": profile} if profile else {})


def office(files: Files, **changed: object) -> None:
    """Another setting of the profile that Ann's and Bo's phones have."""
    files["tenants.d/alpha/pbx.yaml"]["device_profiles"]["office"] |= changed


def rotated(files: Files, number: str = "1001") -> None:
    """Another SIP password for an extension of alpha."""
    entry = files["tenants.d/alpha/pbx.yaml"]["extensions"][number]
    entry["rotate"] = entry.get("rotate", 1) + 1


def registered(world: World, *addresses: str) -> None:
    """Alpha's phones log in: `1001`, …"""
    for one in addresses:
        world.switch.register(f"{one}@alpha.pbx.example.com", agent="Yealink SIP-T46S 66.86.0.15")


def told(world: World) -> list[Notice]:
    """What went out to phones so far, but for what they subscribed to."""
    return [one for one in world.switch.live.notices.sent if one.event.startswith("check-sync")]


def who(world: World) -> Iterator[str]:
    """Whom it went to: `1001.alpha`."""
    return (one.address.partition("@")[0] for one in told(world))
