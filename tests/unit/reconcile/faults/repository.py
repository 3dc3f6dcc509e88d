"""A small site in a git repository, edited as people edit: two tenants who must never notice each other."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

TENANTS = ("alpha", "beta")
HOST = "pbx1"
DOMAIN = "pbx.example.com"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Alice", "GIT_AUTHOR_EMAIL": "alice@example.com",
    "GIT_COMMITTER_NAME": "Alice", "GIT_COMMITTER_EMAIL": "alice@example.com",
    "GIT_AUTHOR_DATE": "2026-11-01T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-01T12:00:00Z",
}  # fmt: skip

Files = dict[str, Any]
"""Path → what the YAML says."""


def platform(esl: int) -> dict[str, Any]:
    return {
        "platform": "faults", "domain": DOMAIN, "country": "US", "timezone": "Etc/UTC",
        "currency": "USD", "emergency": {"caller_id": "+12125550101"}, "mail": {"smtp": "smtp://127.0.0.1:25", "from": f"pbx@{DOMAIN}"},
        "hosts": {
            HOST: {
                "address": "127.0.0.1",
                "ports": {"internal": 15060, "tls": 15061, "external": 15080, "wss": 15067,
                          "rtp": "16384-16484"},
                "esl": {"host": "127.0.0.1", "port": esl, "password": {"secret": "esl"}},
            }
        },
        "safety": {"max_deletes": 20, "max_delete_percent": 100, "max_changes_percent": 100},
    }  # fmt: skip


def provider(name: str, username: str = "100") -> dict[str, Any]:
    return {
        "host": f"{name}.example", "username": username, "password": {"secret": name},
        "register": True, "addresses": ["192.0.2.10"], "caller_id": "+12125550100",
    }  # fmt: skip


def tenant(number: int) -> dict[str, Any]:
    return {
        "account": {
            "company": f"Tenant {number}", "contact": "it@example.com",
            "permissions": ["fpbx_extension", "voicemails", "ring_groups", "call_queues",
                            "music_on_hold", "inbound_routes", "devices"],
            "subscription": {"package": "business", "plan": "standard", "since": "2026-11-01"},
            "numbers": {f"+1212555030{number}": {"provider": "north"}},
        },
        "pbx": {
            "extensions": {"1001": {"name": "Ann", "voicemail": True}, "1002": {"name": "Bo"}},
            "ring_groups": {"600": {"name": "Sales", "timeout": 20, "members": ["1001", "1002"]}},
            "call_queues": {"800": {"name": "Help", "agents": ["1001", "1002"], "music": "default"}},
            "music_on_hold": {"default": {"files": ["media/hold.wav"]}},
            "inbound_routes": {f"+1212555030{number}": {"ring_group": "600"}},
        },
    }  # fmt: skip


def site(esl: int) -> Files:
    """The first commit."""
    files: Files = {
        "platform.yaml": platform(esl),
        "providers.d/north.yaml": provider("north"),
        "routes.yaml": {
            "routes": {
                "us": {"service": "voice", "prefix": "+1", "providers": ["north"]},
                "emergency": {"service": "voice", "exact": ["911"], "toll": "emergency",
                              "providers": ["north"]},
            }
        },
        "billing.yaml": {
            "packages": {"business": {"slots": {
                "extensions": 50, "devices": 50, "ring_groups": 10, "call_queues": 5,
                "voicemails": 50, "music_on_hold": 5}}},
            "rates": {"us": {"service": "voice", "prefix": "+1", "per_minute": "0.01"}},
            "plans": {"standard": {"rates": ["us"]}},
        },
    }  # fmt: skip
    for number, slug in enumerate(TENANTS):
        for part, data in tenant(number).items():
            files[f"tenants.d/{slug}/{part}.yaml"] = data
    return files


class Repository:
    """The repository that people push to, and the files of its newest commit as data."""

    def __init__(self, folder: Path, esl: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.files = site(esl)
        media = folder / "media" / "hold.wav"
        media.parent.mkdir()
        shutil.copy(Path(__file__).parents[4] / "media" / "hold.wav", media)
        self.first = self.commit("the first")

    def git(self, *args: str, **more: str) -> str:
        ran = subprocess.run(
            ["git", *args], cwd=self.folder, env=ENVIRONMENT | more, capture_output=True, text=True
        )
        assert ran.returncode == 0, (args, ran.stderr)
        return ran.stdout.strip()

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def write(self) -> None:
        """The files as they are in `files`, and no others."""
        yaml = YAML()
        for old in [p for p in self.folder.rglob("*.yaml") if ".git" not in p.parts]:
            if str(old.relative_to(self.folder)) not in self.files:
                old.unlink()
        for name, data in self.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(data, str):
                path.write_text(data)
            else:
                with path.open("w") as stream:
                    yaml.dump(copy.deepcopy(data), stream)

    def commit(self, message: str = "an edit", *options: str, **environment: str) -> str:
        """Commits what `files` says, even if nothing changed."""
        self.write()
        self.git("add", "--all")
        self.git(
            "commit", "--quiet", "--allow-empty", "--message", message, *options, **environment
        )
        return self.head

    def pbx(self, slug: str) -> dict[str, Any]:
        """A tenant's PBX, to change."""
        found: dict[str, Any] = self.files[f"tenants.d/{slug}/pbx.yaml"]
        return found
