"""baresip, a real softphone: configured from a file that it was given, told what to do at its start."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from .lab import write_tone
from .phones import tool

MODULES = Path("/usr/lib/baresip/modules")
TONE = 880
"""What it plays into a call, in hertz."""
_CONFIG = """\
module_path {modules}
module stdio.so
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module account.so
module menu.so
snd_path {folder}
audio_source aufile,{folder}/tone.wav
audio_player aubridge,heard
audio_alert aubridge,alert
ausrc_srate 8000
ausrc_channels 1
auplay_srate 8000
sip_listen {host}:0
"""


class Baresip:
    """One process. `accounts` is its file of accounts, `commands` what is typed into it one after the other."""

    def __init__(
        self, folder: Path, accounts: str, *commands: str, host: str = "127.0.0.1"
    ) -> None:
        self.folder, self._commands = folder, commands
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "accounts").write_text(accounts)
        (folder / "contacts").write_text("")
        write_tone(folder / "tone.wav", TONE, 60.0)
        config = _CONFIG.format(modules=MODULES, folder=folder, host=host)
        (folder / "config").write_text(config)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [
            tool("baresip", "NO REAL SOFTPHONE REGISTERED WITH WHAT WE WROTE"),
            "-f",
            str(self.folder),
        ]
        for one in self._commands:
            command += ["-e", one]
        with (self.folder / "said.txt").open("wb") as stream:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.PIPE, stdout=stream, stderr=stream
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def said(self) -> str:
        """All that it printed, without colours."""
        text = (self.folder / "said.txt").read_text("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;]*m", "", text)

    def says(self, pattern: str, within: float = 15.0) -> str:
        """Waits until it printed something."""
        deadline = time.monotonic() + within
        while (found := re.search(pattern, self.said)) is None:
            assert time.monotonic() < deadline, f"it never said {pattern!r}:\n{self.said[-3000:]}"
            time.sleep(0.05)
        return found[0]

    def heard(self) -> list[Path]:
        """What the other side of its calls said, as sound files."""
        return sorted(self.folder.glob("dump-*-dec.wav"))

    def types(self, text: str) -> None:
        """A line at its console."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{text}\n".encode())
        self._process.stdin.flush()
