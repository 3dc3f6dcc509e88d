"""A file of prices, row by row: up to 100,000, with a finding at each cell that is wrong."""

import csv
import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from dialform.compiler.collector import without_collector
from dialform.compiler.pricing.cells import COLUMNS, REQUIRED, CellError, is_prefix, shown
from dialform.compiler.pricing.days import Days
from dialform.compiler.pricing.sense import nonsense
from dialform.compiler.terms import Price
from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.rule import Rule
from dialform.schema.rules import billing as rules
from dialform.schema.rules import files as file_rules
from dialform.schema.rules import yaml as text_rules
from dialform.values import dataclass, field

MAX_ROWS = 100_000
MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 2 * MAX_ROWS
MAX_COLUMNS = 100
MAX_FINDINGS = 1_000

Key = tuple[str, str, str]
"""What a plan has one price for on a day: service, direction, prefix."""


_MORE = ("first", "next", "connect", "minimum", "free", "from", "until")


@dataclass(slots=True)
class Beside:
    """What stands beside a prefix: `more` is the rest of a `Price` in its order, `seen` the first row of each
    prefix of this service and direction. Few rows of a file have one for themselves.
    """

    service: str
    direction: str
    more: tuple[Any, ...]
    seen: dict[str, int]

    @property
    def days(self) -> Days:
        """The first and the last day on which it holds."""
        return self.more[-2], self.more[-1]


@dataclass(slots=True)
class RateFile:
    """What a file says. `rows` are its good rows, `numbers` the line of each; `seen` is the first row of each
    prefix, by service and direction; `twice` lists all rows of those that have more than one. `findings` are
    what is wrong with it.
    """

    path: str
    rows: list[tuple[str, Beside]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    seen: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    twice: dict[Key, list[int]] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    lines: list[str] = field(default_factory=list, repr=False)
    columns: list[str] = field(default_factory=list)

    def prices(self, rate: str) -> tuple[Price, ...]:
        """Its rows as the prices of a rate, by the number of each row."""
        with without_collector():
            return tuple(
                Price(f"{rate}:{number}", one.service, one.direction, prefix, *one.more)
                for number, (prefix, one) in enumerate(self.rows, 1)
            )

    def place(self, line: int, column: str = "") -> Place:
        """Where a cell of a line stands; without a column, the whole line."""
        text = self.lines[line - 1]
        if column in self.columns:
            spans = list(_spans(text))
            position = self.columns.index(column)
            if position < len(spans):
                start, end = spans[position]
                return Place(self.path, line, start + 1, max(end, start + 1) + 1)
        return Place(self.path, line, 1, max(len(text), 1) + 1)


def read_rates(path: str, raw: bytes) -> RateFile:
    """Read a file of prices. Never raises for what is in it."""
    work = _Reading(RateFile(path))
    with without_collector():
        work.read(raw)
    return work.made


def _fits(prefix: str, service: str) -> bool:
    """Whether a service is priced by such a prefix: all but conferences have one."""
    if service == "conference":
        return not prefix
    return is_prefix(prefix)


def _spans(line: str) -> Iterator[tuple[int, int]]:
    """Where each cell of a line begins and ends, quotes included."""
    start, quoted = 0, False
    for position, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            yield start, position
            start = position + 1
    yield start, len(line)


class _Reading:
    def __init__(self, made: RateFile) -> None:
        self.made = made
        self.untold = 0

    def tell(self, rule: type[Rule], place: Place, **values: str | int) -> None:
        """Note a finding; of very many of one file only the first are kept."""
        if len(self.made.findings) >= MAX_FINDINGS:
            self.untold += 1
            return
        self.made.findings.append(rule.at(place, hint=None, **values))

    def read(self, raw: bytes) -> None:
        made = self.made
        if raw.startswith(b"version https://git-lfs.github.com/spec/"):
            self.tell(file_rules.LfsPointer, Place(made.path))
            return
        if len(raw) > MAX_BYTES:
            what = f"the file has {len(raw)} bytes; at most {MAX_BYTES} are read"
            self.tell(
                rules.RateFileTooLong, Place(made.path), what=what, way="split it into two rates"
            )
            return
        if raw.count(b"\n") > MAX_LINES:
            self._too_many(MAX_ROWS + 1)
            return
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            byte = f"0x{raw[error.start]:02X}"
            self.tell(text_rules.NotUtf8, Place(made.path, line), byte=byte)
            return
        made.lines = [line.removesuffix("\r") for line in text.split("\n")]
        if self._header():
            self._rows()
        if self.untold:
            what = f"{self.untold} more mistakes of this file are not shown"
            way = "mend these first"
            made.findings.append(rules.RateFileTooLong.at(Place(made.path), what=what, way=way))

    def _header(self) -> bool:
        """Read the first line; whether the rows can be read by it."""
        made, line = self.made, self.made.lines[0]
        made.columns = [cell.strip().strip('"').strip() for cell in line.split(",")]
        known = ", ".join(COLUMNS)
        if not line.strip():
            way = f"write the names of the columns there: {', '.join(REQUIRED)}, per_minute"
            self.tell(rules.RateColumns, Place(made.path), what="the first line is empty", way=way)
            return False
        if len(made.columns) == 1 and any(odd in line for odd in ";\t|"):
            odd = next(odd for odd in ";\t|" if odd in line)
            what = f"the columns are divided by {odd!r}"
            self.tell(rules.RateColumns, made.place(1), what=what, way="divide them by commas")
            return False
        if len(made.columns) > MAX_COLUMNS:
            what, way = f"the first line names {len(made.columns):,} columns", f"known are {known}"
            self.tell(rules.RateColumns, Place(made.path), what=what, way=way)
            return False
        good = True
        for position, (name, (start, end)) in enumerate(
            zip(made.columns, _spans(line), strict=False)
        ):
            place = Place(made.path, 1, start + 1, max(end, start + 1) + 1)
            if name not in COLUMNS:
                close = difflib.get_close_matches(name[:64], COLUMNS, n=1, cutoff=0.6)
                way = f"did you mean '{close[0]}'?" if close else f"known are {known}"
                what = f"'{shown(name)}' is no column of a file of prices"
            elif name in made.columns[:position]:
                what, way = f"column '{name}' stands here twice", "remove one of them"
            else:
                continue
            good = False
            self.tell(rules.RateColumns, place, what=what, way=way)
        if not good:
            return False  # which of the others is missing, nobody knows before
        missing = [name for name in REQUIRED if name not in made.columns]
        if not {"per_minute", "per_page"} & set(made.columns):
            missing.append("per_minute")
        for name in missing:
            what, way = f"column '{name}' is missing", "name it in the first line"
            self.tell(rules.RateColumns, made.place(1), what=what, way=way)
        return not missing

    def _rows(self) -> None:
        """Every row: the prefix by itself, and what stands beside it, which few rows have for themselves."""
        made = self.made
        rows = csv.reader(self._whole(made.lines), strict=True)
        next(rows)
        width, place = len(made.columns), made.columns.index("prefix")
        beside: dict[tuple[str, ...], Beside | None] = {}
        count = 0
        while True:
            try:
                for row in rows:
                    if not row:
                        continue  # an empty line
                    count += 1
                    if count > MAX_ROWS:
                        self._too_many(rows.line_num)
                        return
                    if len(row) != width:
                        self._width(rows.line_num, len(row))
                        continue
                    prefix, row[place] = row[place].strip(), ""
                    cells = tuple(row)
                    if cells not in beside:
                        beside[cells] = self._beside(cells)
                    found = beside[cells]
                    if found is None or not _fits(prefix, found.service):
                        row[place] = prefix
                        self._wrong(rows.line_num, row)
                        continue
                    position = len(made.rows)
                    made.rows.append((prefix, found))
                    made.numbers.append(rows.line_num)
                    other = found.seen.setdefault(prefix, position)
                    if other != position:
                        key = (found.service, found.direction, prefix)
                        made.twice.setdefault(key, [other]).append(position)
                return
            except csv.Error as error:
                count += 1
                what = f"the row cannot be taken apart: {error}"
                where = made.place(min(rows.line_num, len(made.lines)))
                self.tell(rules.RateRow, where, what=what, way="write the cells without quotes")

    def _values(self, cells: Sequence[str]) -> dict[str, Any]:
        """What each column says in a row; what the file has no column for is as in an empty cell."""
        written = dict(zip(self.made.columns, cells, strict=True))
        return {name: parse(written.get(name, "")) for name, parse in COLUMNS.items()}

    def _beside(self, cells: Sequence[str]) -> Beside | None:
        """What stands beside a prefix; None where that is wrong."""
        try:
            values = self._values(cells)
        except CellError:
            return None
        prefix = "" if values["service"] == "conference" else "+"
        if nonsense({**values, "prefix": prefix}) is not None:
            return None
        price = values["per_page" if values["service"] == "fax" else "per_minute"] or 0
        more = tuple(values[name] for name in _MORE)
        group = (values["service"], values["direction"])
        return Beside(*group, (price, *more), self.made.seen.setdefault(group, {}))

    def _wrong(self, line: int, cells: Sequence[str]) -> None:
        """Every wrong cell of a row, or what is wrong between them."""
        made, good = self.made, True
        for name, cell in zip(made.columns, cells, strict=True):
            try:
                COLUMNS[name](cell)
            except CellError as error:
                good = False
                place = made.place(line, name)
                self.tell(rules.RateCell, place, what=error.what, way=error.way)
        problem = nonsense(self._values(cells)) if good else None
        if problem is not None:
            values = {"what": "this row", **problem.values}
            self.tell(problem.rule or rules.RateCell, made.place(line, problem.column), **values)

    def _whole(self, lines: list[str]) -> list[str]:
        """The lines, without those that a quote leads beyond their end."""
        if not any('"' in line for line in lines):
            return lines
        whole = []
        for number, line in enumerate(lines, 1):
            if line.count('"') % 2:
                what, way = "a quote is open at the end of the line", "a row is one line"
                self.tell(rules.RateRow, self.made.place(number), what=what, way=way)
                line = ""  # noqa: PLW2901
            whole.append(line)
        return whole

    def _too_many(self, line: int) -> None:
        what = f"the file has more than {MAX_ROWS:,} rows"
        way = "split it into two rates"
        self.tell(rules.RateFileTooLong, Place(self.made.path, line), what=what, way=way)

    def _width(self, line: int, count: int) -> None:
        columns = len(self.made.columns)
        what = f"the row has {count} cells, and there are {columns} columns"
        way = (
            "an empty cell still has its comma"
            if count < columns
            else "a price has a point, no comma"
        )
        self.tell(rules.RateRow, self.made.place(line), what=what, way=way)
