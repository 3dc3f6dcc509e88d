"""Where the agent of this machine keeps what it applies: what a host runs is read there."""

from collections.abc import Mapping
from pathlib import Path

STATE = Path("/var/lib/dialform")
"""The agent's state folder, where nobody says another one."""

CURRENT = "current"
"""The link in it to what the switch runs."""


def default_state(environ: Mapping[str, str]) -> Path:
    """The agent's state folder: `$DIALFORM_STATE`, else what systemd made for it, else the usual one."""
    named = environ.get("DIALFORM_STATE") or environ.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(named or STATE)
