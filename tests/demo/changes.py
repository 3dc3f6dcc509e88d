"""What the demo writes into Acme's pbx.yaml."""

import sys
from pathlib import Path

Edit = dict[str, str]

CHANGE: Edit = {
    # A new colleague, sales ring for longer, and key 9 leads to the queue instead of the mailbox.
    '  "1003": {name: Carol Poe': '  "1005": {name: Dave Lee}\n  "1003": {name: Carol Poe',
    "strategy: simultaneous, timeout: 25": "strategy: simultaneous, timeout: 30",
    '"9": {voicemail: "1999"}': '"9": {queue: "800"}',
}
MISTAKE: Edit = {'members: ["1001"': 'members: ["1009"'}


def edit(site: Path, change: Edit) -> None:
    """Write what is new in the place of what was there."""
    pbx = site / "tenants.d" / "acme" / "pbx.yaml"
    text = pbx.read_text("utf-8")
    for old, new in change.items():
        if old not in text:
            sys.exit(f"the prepared change does not fit {pbx}: it looks for {old!r}")
        text = text.replace(old, new, 1)
    pbx.write_text(text, "utf-8")
