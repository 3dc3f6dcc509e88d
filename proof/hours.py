"""Which condition of a compiled entry an action stands in: a schedule's entry has one for each line."""

from functools import lru_cache
from pathlib import Path


class Hours:
    """Looks into the files of one configuration folder."""

    def __init__(self, conf: Path) -> None:
        self._conf = conf

    def condition(self, file: str, start: int, line: int) -> tuple[int, bool]:
        """The place of the condition that holds `line`, among those of the entry that begins at `start`.

        The first condition, over the number, is not counted. Second: whether it asks for no time, so
        that it is what is left over.
        """
        text = _lines(str(self._conf / file))[start - 1 : line]
        found = [one.strip() for one in text if one.lstrip().startswith("<condition")]
        last = bool(found) and found[-1].startswith("<condition>")
        return len(found) - 2, last


@lru_cache(maxsize=64)
def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []
