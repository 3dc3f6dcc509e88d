"""A small valid site as plain data, to be changed and written: JSON is YAML."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

from dialform.compiler.planning.plan import Item, Plan, make_plan
from dialform.compiler.secrets import open_store
from dialform.compiler.states.state import State, open_state

Site = dict[str, Any]

TOKENS = [
    "send_fax", "receive_fax", "contacts", "fpbx_extension", "devices", "ring_groups",
    "call_queues", "ivr_menus", "voicemails", "conferences", "music_on_hold", "follow_me",
    "inbound_routes",
]  # fmt: skip

_TENANT: Site = {
    "company": "Acme Corp",
    "permissions": TOKENS,
    "subscription": {"package": "business", "plan": "standard"},
    "numbers": {"+12125550199": {"provider": "main"}, "+12125550150": {"provider": "main"}},
    "users": {"alice": {"name": "Alice Doe", "role": "tenant_admin"}},
    "extensions": {
        "1001": {"name": "Alice Doe", "voicemail": {"pin": "7391"}, "password": "Hush1Hush2Hush3"},
        "1002": {"name": "Bob Roe"},
        "1003": {"name": "Carol Poe", "toll": "internal"},
    },
    "voicemails": {"1999": {"name": "General", "pin": {"secret": "acme-general"}}},
    "ring_groups": {
        "600": {"name": "Sales", "timeout": 20, "members": ["1001", {"number": "1002", "delay": 5}],
                "no_answer": {"voicemail": "1999"}},
    },
    "call_queues": {
        "800": {"name": "Support", "agents": ["1001", "1002"], "timeout": {"voicemail": "1999"}},
    },
    "conferences": {"900": {"name": "All hands", "pin": "4711"}},
    "inbound_routes": {"+12125550199": {"ring_group": "600"}, "+12125550150": {"queue": "800"}},
}  # fmt: skip

_SITE: Site = {
    "platform.yaml": {
        "platform": "demo",
        "domain": "pbx.example.com",
        "hosts": {"pbx1": {"address": "203.0.113.10", "paths": {"certs": "/etc/certs"}}},
        "emergency": {"caller_id": "+12125550101", "location": "Main street 1"},
        "safety": {
            "max_deletes": 5, "max_delete_percent": 50, "max_changes_percent": 90,
            "window": "Sun 02:00-04:00",
        },
    },
    "routes.yaml": {
        "routes": {
            "us": {"prefix": "+1", "providers": ["main", "backup"]},
            "emergency": {"exact": ["911"], "toll": "emergency", "providers": ["main", "backup"]},
        }
    },
    "billing.yaml": {
        "packages": {
            "business": {
                "slots": dict.fromkeys(
                    ("extensions", "devices", "ring_groups", "call_queues", "ivr_menus",
                     "voicemails", "conferences", "music_on_hold"), 50,
                )
            }
        },
        "rates": {"us": {"service": "voice", "prefix": "+1", "per_minute": "0.01"}},
        "plans": {"standard": {"rates": ["us"]}},
    },
    "providers.d/main.yaml": {
        "host": "198.51.100.1", "username": "u1", "password": "Trunk9Trunk9Trunk", "register": True,
    },
    "providers.d/backup.yaml": {
        "host": "198.51.100.2", "register": False, "addresses": ["198.51.100.2"],
    },
    "tenants.d/acme.yaml": _TENANT,
    "tenants.d/zeta.yaml": {
        **{key: value for key, value in _TENANT.items() if key not in ("numbers", "inbound_routes")},
        "company": "Zeta Ltd",
    },
}  # fmt: skip

SECRETS = ("7391", "Hush1Hush2Hush3", "4711", "Trunk9Trunk9Trunk")
"""What the site holds in plain text."""


def site() -> Site:
    """The site's data, for a test of its own to change."""
    # One by one: what two tenants share in the text above is each one's own here.
    return {path: copy.deepcopy(content) for path, content in _SITE.items()}


def write(root: Path, data: Site) -> Path:
    """Write a site: maps as YAML, bytes as they are. What is there and not in it is removed."""
    for old in [path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts]:
        if "out" not in old.parts:
            old.unlink()
    for name, content in data.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
        if not path.is_file() or path.read_bytes() != raw:
            path.write_bytes(raw)
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git in a repository of the test's own."""
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def repository(root: Path, data: Site | None = None) -> Path:
    """A site in a repository with one commit."""
    write(root, data or site())
    git(root, "init", "-q", "-b", "main")
    return commit(root)


def commit(root: Path, message: str = "a change") -> Path:
    """Commit everything."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return root


def states(tmp: Path, before: Site, after: Site) -> tuple[State, State]:
    """Two folders without git, as states."""
    old, new = write(_made(tmp / "old"), before), write(_made(tmp / "new"), after)
    return open_state(str(old), new), open_state("worktree", new)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def plan(tmp: Path, before: Site, after: Site, host: str = "") -> Plan:
    """The plan from one site to another. The other must be valid."""
    made = make_plan(*states(tmp, before, after), open_store(None, {}), host)
    assert not made.errors, made.errors
    return made


def item(made: Plan, name: str) -> Item:
    """The one item of an object."""
    return next(one for one in made.items if str(one.change.id) == name)


def commands(made: Plan, host: str = "pbx1") -> list[str]:
    """What is sent to a host, in order."""
    return [one.words for one in made.actions.get(host, [])]
