"""`make demo`: the main job on the demo site, as an operator would do it, step by step."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIALFORM = Path(sys.executable).parent / "dialform"


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


def main() -> None:
    """Validate, compile, look, and say what to do next."""
    secrets = sys.argv[1]
    site = ["--site", "."]
    step("Check the site: three tenants, two carriers", "validate", *site, "--secrets", secrets)
    step("Compile it for the switch", "compile", *site, "--secrets", secrets)
    step("Again: nothing changed", "compile", *site, "--secrets", secrets)
    folder = ROOT / "out" / "pbx1"
    summary(folder)
    step("What a phone of Acme's Alice registers with", "secret", "show", "acme/1001", *site,
         "--secrets", secrets)  # fmt: skip
    print("\n== What to do next")
    if shutil.which("freeswitch"):
        print("   start the switch with the command that compile printed above;")
        print("   `make live` boots it on loopback and makes real calls")
    else:
        print("   install FreeSWITCH, then start it with the command that compile printed above;")
        print("   `make live` then boots it on loopback and makes real calls")
    print("   change something in tenants.d/acme/pbx.yaml and run .venv/bin/dialform validate")
    print("   `.venv/bin/dialform init ~/my-site` makes a site of your own")


if __name__ == "__main__":
    main()
