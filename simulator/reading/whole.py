"""The whole configuration at once, as `reloadxml` reads it."""

from collections.abc import Iterator

from dialform.simulator.reading.markup import MarkupError, Source, well_formed
from dialform.simulator.reading.preprocess import Preprocessor
from dialform.simulator.reading.switchxml import SwitchXmlError, read

Line = tuple[str, int, str]
"""File, line there, and what it says, with its line end where it has one."""


def check(preprocessor: Preprocessor, root: Source) -> None:
    """Reads every file. Raises MarkupError, whose `reason` is what `reloadxml` answers."""
    if all(well_formed(s, root=s is root) for s in _sources(preprocessor, root)):
        return
    lines: list[tuple[str, int]] = []
    written: list[str] = []
    for file, number, line in expanded(preprocessor, root):
        if not written or written[-1].endswith("\n"):
            lines.append((file, number))
        written.append(line)
    text = "".join(written)
    if not text:
        raise MarkupError(root.file, 1, "Cannot Open log directory or XML Root!")
    try:
        read(text, lines)
    except SwitchXmlError as error:
        raise MarkupError(*lines[min(error.line, len(lines)) - 1], str(error)) from None


def expanded(preprocessor: Preprocessor, source: Source) -> Iterator[Line]:
    """The lines of the text that the preprocessor writes, with where each comes from."""
    lines = source.data.decode("utf-8", "surrogateescape").split("\n")
    ends = [*(f"{line}\n" for line in lines[:-1]), lines[-1]]
    for number, line in enumerate(ends, 1):
        if number in source.dropped or not line:
            continue
        before, mark, after = line.partition("<?include ")
        if not mark:
            yield source.file, number, line
            continue
        if before:
            yield source.file, number, before
        for included in preprocessor.open(source.includes[int(after.partition("?>")[0])]):
            yield from expanded(preprocessor, included)


def _sources(preprocessor: Preprocessor, source: Source) -> Iterator[Source]:
    yield source
    for include in source.includes:
        for included in preprocessor.open(include):
            yield from _sources(preprocessor, included)
