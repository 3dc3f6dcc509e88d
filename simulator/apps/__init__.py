"""The dialplan applications that the simulator runs, a theme a module."""

from importlib import import_module

THEMES = (
    "basics", "variables", "sounds", "dialling", "transfers", "codes", "limits", "menus", "mailboxes",
    "queues", "rooms", "parking", "faxes",
)  # fmt: skip


def load() -> None:
    """Puts all applications into the table, and all kinds of far ends into theirs."""
    for theme in THEMES:
        import_module(f"{__name__}.{theme}")
    for module in ("sip", "users", "loopback"):
        import_module(f"dialform.simulator.dialling.{module}")
