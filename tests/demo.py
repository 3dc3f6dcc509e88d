"""`make demo`: the main job on the demo site, as an operator would do it, step by step."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIALFORM = Path(sys.executable).parent / "dialform"
PARTS = (
    "platform.yaml",
    "routes.yaml",
    "billing.yaml",
    "providers.d",
    "tenants.d",
    "calls.d",
    "media",
    "rates",
)
CHANGED = ROOT / ".venv" / "demo-change"
CHANGE = {
    # A new colleague, sales ring for longer, and key 9 leads to the queue instead of the mailbox.
    '  "1003": {name: Carol Poe': '  "1005": {name: Dave Lee}\n  "1003": {name: Carol Poe',
    "strategy: simultaneous, timeout: 25": "strategy: simultaneous, timeout: 30",
    '"9": {voicemail: "1999"}': '"9": {queue: "800"}',
}
"""What the prepared change writes in the place of what in Acme's pbx.yaml."""


def step(title: str, *arguments: str) -> None:
    """Show a command, run it, and stop at the first that fails."""
    print(f"\n== {title}\n$ dialform {' '.join(arguments)}", flush=True)
    done = subprocess.run([DIALFORM, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"that failed with exit status {done.returncode}")


def summary(folder: Path) -> None:
    """Say what was made, from the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    owners: dict[str, int] = {}
    for entry in manifest["files"].values():
        owners[entry["owner"]] = owners.get(entry["owner"], 0) + 1
    print(f"\n== What was made: {folder.relative_to(ROOT)} (revision {manifest['revision']})")
    for owner, count in sorted(owners.items()):
        print(f"   {owner:14} {count:3} files")


def change() -> str:
    """Make a copy of the site with the prepared change, and return its folder for a command line."""
    shutil.rmtree(CHANGED, ignore_errors=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, CHANGED / part)
        else:
            CHANGED.mkdir(exist_ok=True)
            shutil.copy(ROOT / part, CHANGED / part)
    pbx = CHANGED / "tenants.d" / "acme" / "pbx.yaml"
    text = pbx.read_text("utf-8")
    for old, new in CHANGE.items():
        if old not in text:
            sys.exit(f"the prepared change does not fit {pbx}: it looks for {old!r}")
        text = text.replace(old, new, 1)
    pbx.write_text(text, "utf-8")
    return str(CHANGED.relative_to(ROOT))


def main() -> None:
    """Validate, compile, plan a change, follow a call, prove the call flow; say what to do next."""
    secrets = sys.argv[1]
    site = ["--site", "."]
    step("Check the site: three tenants, two carriers", "validate", *site, "--secrets", secrets)
    step("Compile it for the switch", "compile", *site, "--secrets", secrets)
    step("Again: nothing changed", "compile", *site, "--secrets", secrets)
    folder = ROOT / "out" / "pbx1"
    summary(folder)
    step("What a phone of Acme's Alice registers with", "secret", "show", "acme/1001", *site,
         "--secrets", secrets)  # fmt: skip
    step("What a prepared change does, to the switch and to calls", "plan", *site,
         "--base", ".", "--head", change())  # fmt: skip
    step("Where a call goes on Christmas Eve, who presses 1", "trace", *site,
         "--from", "+19175550100", "--to", "+12125550199",
         "--at", "2026-12-24T10:00", "--press", "1")  # fmt: skip
    step("Calls still go where they should: the call tests", "test", *site)
    print("\n== What to do next")
    if shutil.which("freeswitch"):
        print("   start the switch with the command that compile printed above;")
        print("   `make live` boots it on loopback and makes real calls")
    else:
        print("   install FreeSWITCH, then start it with the command that compile printed above;")
        print("   `make live` then boots it on loopback and makes real calls")
    print("   change something in tenants.d/acme/pbx.yaml and run .venv/bin/dialform plan")
    print("   `.venv/bin/dialform init ~/my-site` makes a site of your own")


if __name__ == "__main__":
    main()
