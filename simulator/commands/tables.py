"""Tables as `show` prints them: comma-separated, XML, JSON (`show_callback` and its kin)."""

import json
from collections.abc import Mapping, Sequence

Row = Mapping[str, str]


def delimited(rows: Sequence[Row], delimiter: str = ",") -> str:
    """A title, a line each, the sum. An empty table has no title."""
    lines = [delimiter.join(rows[0])] if rows else []
    lines += [delimiter.join(row.values()) for row in rows]
    return "".join(f"{line}\n" for line in lines) + f"\n{len(rows)} total.\n"


def xml(rows: Sequence[Row]) -> str:
    """A `result` with a `row` each."""
    if not rows:
        return '<result row_count="0"/>\n'
    out = f'<result row_count="{len(rows)}">\n'
    for number, row in enumerate(rows, 1):
        fields = "".join(f"    <{name}>{_escape(value)}</{name}>\n" for name, value in row.items())
        out += f'  <row row_id="{number}">\n{fields}  </row>\n'
    return f"{out}</result>\n"


def as_json(rows: Sequence[Row]) -> str:
    """An object with `row_count` and `rows`; an empty table is written another way."""
    if not rows:
        return '{"row_count": 0}\n'
    found = {"row_count": len(rows), "rows": [dict(row) for row in rows]}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def counted(count: int, form: str) -> str:
    """What `show … count` says."""
    if form == "json":
        return f'{{"row_count":{count},"rows":[]}}'
    if form == "xml":
        return f'<result row_count="{count}"></result>\n'
    return f"\n{count} total.\n"


FORMS = {"delim": delimited, "csv": delimited, "xml": xml, "json": as_json}


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
