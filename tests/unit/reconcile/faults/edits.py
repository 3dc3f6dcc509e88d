"""Changes of the site that need different things of the switch, each of them and its way back."""

from __future__ import annotations

from collections.abc import Callable

from .repository import Files, provider, tenant

Edit = Callable[[Files], None]


def timeout(files: Files) -> None:
    """A dialplan alone: one reload."""
    group = files["tenants.d/alpha/pbx.yaml"]["ring_groups"]["600"]
    group["timeout"] = 30 if group["timeout"] == 20 else 20


def trunk_changed(files: Files) -> None:
    """A gateway that is killed, waited for and scanned again."""
    north = files["providers.d/north.yaml"]
    north["username"] = "200" if north["username"] == "100" else "100"


def trunk_added(files: Files) -> None:
    """A gateway that comes; one that goes."""
    if files.pop("providers.d/south.yaml", None) is None:
        files["providers.d/south.yaml"] = provider("south")


def queue(files: Files) -> None:
    """A queue with its agents, that comes or goes."""
    queues = files["tenants.d/beta/pbx.yaml"]["call_queues"]
    if queues.pop("801", None) is None:
        queues["801"] = {"name": "More", "agents": ["1002"], "strategy": "ring-all"}


def agents(files: Files) -> None:
    """Whose queue it is: agents and tiers that go."""
    help_ = files["tenants.d/alpha/pbx.yaml"]["call_queues"]["800"]
    help_["agents"] = ["1001"] if len(help_["agents"]) == 2 else ["1001", "1002"]


def music(files: Files) -> None:
    """A stream that comes or goes."""
    every = files["tenants.d/beta/pbx.yaml"]["music_on_hold"]
    if every.pop("lively", None) is None:
        every["lively"] = {"files": ["media/hold.wav"]}


def extension(files: Files) -> None:
    """A user who comes or goes; whose phone is logged in has to go too."""
    extensions = files["tenants.d/alpha/pbx.yaml"]["extensions"]
    if extensions.pop("1003", None) is None:
        extensions["1003"] = {"name": "Cy"}


def whole_tenant(files: Files) -> None:
    """A tenant that comes or goes with all that is its; that it goes has to be forced."""
    if "tenants.d/gamma/pbx.yaml" in files:
        for part in ("pbx", "account"):
            del files[f"tenants.d/gamma/{part}.yaml"]
    else:
        for part, data in tenant(5).items():
            files[f"tenants.d/gamma/{part}.yaml"] = data


def network(files: Files) -> None:
    """An ACL."""
    north = files["providers.d/north.yaml"]
    north["addresses"] = ["192.0.2.11"] if north["addresses"] == ["192.0.2.10"] else ["192.0.2.10"]


def phones(files: Files) -> None:
    """A phone that fetches its configuration: it comes, and from then on each time has another name and
    its extension another password.
    """
    alpha = files["tenants.d/alpha/pbx.yaml"]
    files["platform.yaml"]["provisioning"] = {"base_url": "https://pbx.example.com/provision/"}
    desk = alpha.setdefault("devices", {}).setdefault(
        "0015651a2b3c", {"vendor": "yealink", "model": "t46s", "lines": [{"extension": "1001"}]}
    )
    desk["label"] = "Desk" if desk.get("label") == "Door" else "Door"
    ann = alpha["extensions"]["1001"]
    ann["rotate"] = ann.get("rotate", 1) + 1


EDITS: tuple[Edit, ...] = (
    timeout, trunk_changed, trunk_added, queue, agents, music, extension, network, phones,
)  # fmt: skip


def broken(files: Files) -> None:
    """A tenant with an error: nothing of the commit can be applied, or all but that."""
    files["tenants.d/beta/pbx.yaml"]["ring_groups"]["600"]["members"] = ["nobody"]


def all_at_once(files: Files) -> None:
    """Every kind of step in one commit."""
    for edit in EDITS:
        edit(files)
