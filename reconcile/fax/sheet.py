"""The TIFFs that the switch sends: a file an attempt, in the state folder, for as long as that
lasts.
"""

from collections.abc import Collection
from pathlib import Path

from dialform.fax.queue.values import Sheets
from dialform.reconcile import durable

MODE = 0o640
"""The switch's group reads it, as it reads a generation."""


class Out:
    """The folder `<state>/fax/out`. All of it blocks, and raises OSError."""

    def __init__(self, state: Path) -> None:
        self.folder = state.absolute() / "fax" / "out"

    def path(self, uuid: str) -> Path:
        """Where the document of an attempt lies."""
        return self.folder / f"{uuid}.tif"

    def write(self, uuid: str, sheets: Sheets, coarse: bool) -> Path:
        """Lay it there, whole."""
        durable.make_folder(self.folder.parent)
        durable.make_folder(self.folder)
        path = self.path(uuid)
        durable.write(path, sheets.standard if coarse else sheets.fine, MODE)
        return path

    def remove(self, uuid: str) -> None:
        """Take it away."""
        self.path(uuid).unlink(missing_ok=True)

    def sweep(self, lasting: Collection[str]) -> None:
        """Take away what attempts left that are over; `lasting` are those that are not."""
        if not self.folder.is_dir():
            return
        durable.sweep(self.folder)
        for file in self.folder.glob("*.tif"):
            if file.stem not in lasting:
                file.unlink(missing_ok=True)
