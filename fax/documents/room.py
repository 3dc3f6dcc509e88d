"""The temporary folder in which one file is converted, and the clock that runs while it is."""

import contextlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialform.fax.documents import tiff
from dialform.fax.documents.limits import DocumentError, Limits
from dialform.fax.sandbox import Bounds, Ran, SandboxError, run
from dialform.fax.sandbox.running import python
from dialform.values import replace

_LONGEST_REASON = 300


def temporary(work: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """A folder for one conversion, in `work`; nothing of what it holds can keep it from going."""
    return tempfile.TemporaryDirectory(prefix="dialform-fax-", dir=work, ignore_cleanup_errors=True)


class Room:
    """A folder of its own for one file, that people know as `name`."""

    def __init__(self, folder: Path, name: str, limits: Limits) -> None:
        self.folder, self.name, self.limits = folder, name, limits
        self._end = time.monotonic() + limits.seconds

    def put(self, name: str, content: bytes) -> str:
        """A file for what runs in here."""
        (self.folder / name).write_bytes(content)
        return name

    def has(self, name: str) -> bool:
        """Whether a file was made."""
        with contextlib.suppress(OSError):
            return stat.S_ISREG(os.lstat(self.folder / name).st_mode)
        return False

    def take(self, name: str) -> bytes:
        """What was made in here. It follows no link, and reads no more than a fax may have."""
        nothing = DocumentError(f"{self.name} is broken: nothing came of it.")
        try:
            descriptor = os.open(self.folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            raise nothing from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise nothing
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(self.limits.result + 1)
        finally:
            os.close(descriptor)
        if len(content) > self.limits.result:
            raise self._too_large()
        return content

    def pages(self, name: str, down: int | None = None) -> list[tiff.Page]:
        """The pages of a TIFF that was made in here. With `down` (dots an inch) they are to be sent: all are
        as wide as a fax is. Raises DocumentError.
        """
        if not self.has(name):
            raise DocumentError(f"{self.name} has no pages: there is nothing to send.")
        try:
            found = tiff.read(self.take(name), self.limits.pages + 1)
        except tiff.TiffError as error:
            raise DocumentError(f"{self.name} cannot be made a fax: {error}.") from None
        if len(found) > self.limits.pages:
            raise self.too_many(None)
        if not found:
            raise DocumentError(f"{self.name} has no pages: there is nothing to send.")
        if down is None:
            return found
        if any(page.width != tiff.WIDTH for page in found):
            raise DocumentError(
                f"{self.name} cannot be made a fax: a page is not as wide as paper is."
            )
        return [replace(page, across=tiff.ACROSS, down=down) for page in found]

    def left(self) -> float:
        """Seconds that are left. Raises DocumentError where none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._too_slow()
        return left

    def run(self, argv: Sequence[str], **more: Any) -> Ran:
        """Run a program in here, in what is left of the time. Raises DocumentError."""
        bounds = Bounds(
            seconds=self.left(), memory=self.limits.memory, size=2 * self.limits.result,
            whole=8 * self.limits.result,
        )  # fmt: skip
        try:
            return run(argv, write=self.folder, limits=more.pop("limits", bounds), **more)
        except SandboxError as error:
            raise DocumentError(str(error)) from error

    def task(self, name: str, asked: Mapping[str, Any], **more: Any) -> Any:
        """Do a task of `inside`; its answer. Raises DocumentError."""
        begin, env, read = python()
        ran = self.run(
            [*begin, "-m", "dialform.fax.documents.inside", name],
            stdin=json.dumps(dict(asked)).encode(), env=env,
            read=[*read, *more.pop("read", ())], **more,
        )  # fmt: skip
        if (error := self.broke(ran)) is not None:
            raise error
        try:
            answer = json.loads(ran.out)
            wrong = answer.get("wrong")
        except (ValueError, AttributeError):
            last = self._sentence((ran.said.strip().splitlines() or ["no reason given"])[-1])
            raise DocumentError(f"{self.name} is broken: it cannot be read ({last}).") from None
        if wrong is not None:
            raise DocumentError(self._sentence(str(wrong)))
        return answer

    def broke(self, ran: Ran) -> DocumentError | None:
        """What ended a program that did not end by itself; None where it did."""
        if ran.late:
            return self._too_slow()
        if ran.too_large:
            return self._too_large()
        if ran.code < 0:
            return DocumentError(
                f"{self.name} cannot be converted: it is broken, or takes more than "
                f"{self.limits.memory >> 20} MB of memory."
            )
        return None

    def too_many(self, pages: int | None) -> DocumentError:
        """It has more pages than a fax may have; how many, where that is known."""
        most = self.limits.pages
        many = f"{pages} pages, more than the {most}" if pages else f"more than the {most} pages"
        return DocumentError(f"{self.name} has {many} that a fax may have: send it in parts.")

    def _too_slow(self) -> DocumentError:
        return DocumentError(
            f"{self.name} takes longer than {self.limits.seconds:.0f} seconds to convert: save it in a "
            "simpler form, or send it in parts."
        )

    def _too_large(self) -> DocumentError:
        return DocumentError(
            f"{self.name} makes a fax of more than {self.limits.result >> 20} MB: send it in parts, or "
            "with plainer pictures."
        )

    def _sentence(self, text: str) -> str:
        """What a task said, which may be of a stranger's making: one line that can be printed."""
        said = text.replace("{name}", self.name)
        return "".join(one if one.isprintable() else " " for one in said)[:_LONGEST_REASON]
