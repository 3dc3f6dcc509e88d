"""What the demo writes into Acme's files."""

import sys
from pathlib import Path

Edit = dict[str, str]

CHANGE: Edit = {
    # A new colleague, sales ring for longer, and key 9 leads to the queue instead of the mailbox.
    '  "1003": {name: Carol Poe': '  "1005": {name: Dave Lee}\n  "1003": {name: Carol Poe',
    "strategy: simultaneous, timeout: 25": "strategy: simultaneous, timeout: 30",
    '"9": {voicemail: "1999"}': '"9": {queue: "800"}',
}
CONTRACT: Edit = {
    # This month includes two minutes, so that the bill has something on it.
    "on_zero_credit: continue}": "on_zero_credit: continue,\n               overrides: {voice_minutes: 2}}",
}
MISTAKE: Edit = {'members: ["1001"': 'members: ["1009"'}


def edit(site: Path, change: Edit, file: str = "pbx.yaml") -> None:
    """Write what is new in the place of what was there, in a file of Acme's."""
    path = site / "tenants.d" / "acme" / file
    text = path.read_text("utf-8")
    for old, new in change.items():
        if old not in text:
            sys.exit(f"the prepared change does not fit {path}: it looks for {old!r}")
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
