"""`dialform prompts` from outside: what can be played, and what is missing on this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIALFORM = Path(sys.executable).with_name("dialform")


def prompts(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "CREDENTIALS_DIRECTORY"}
    return subprocess.run(
        [DIALFORM, "prompts", "--site", ROOT, *arguments],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip


def test_every_prompt_is_missing_where_there_are_no_sounds(tmp_path: Path) -> None:
    done = prompts("--sounds", tmp_path)
    assert done.returncode == 0
    assert "pbx1  missing  en/us/callie/voicemail/vm-hello.wav" in done.stdout
    assert f"looked in {tmp_path}" in done.stdout


def test_a_prompt_is_there_at_any_rate(tmp_path: Path) -> None:
    folder = tmp_path / "en/us/callie/voicemail/16000"
    folder.mkdir(parents=True)
    (folder / "vm-hello.wav").write_bytes(b"")
    rows = json.loads(prompts("--sounds", tmp_path, "--format", "json").stdout)["prompts"]
    there = [row["prompt"] for row in rows if not row["missing"]]
    assert there == ["en/us/callie/voicemail/vm-hello.wav"]
    only = json.loads(prompts("--sounds", tmp_path, "--missing", "--format", "json").stdout)
    assert len(only["prompts"]) == len(rows) - 1


def test_an_unknown_host_is_a_usage_error() -> None:
    done = prompts("--host", "pbx9")
    assert done.returncode == 64
    assert "pbx1" in done.stderr


def test_a_broken_site_is_told_and_lists_nothing(tmp_path: Path) -> None:
    (tmp_path / "platform.yaml").write_text("platform: x\n")
    done = subprocess.run(
        [DIALFORM, "prompts", "--site", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "DF0302" in done.stderr
    assert done.stdout == ""
