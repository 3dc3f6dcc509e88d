"""The reference pages, from the schemas and the rules: python -m dialform.schema.reference DIR."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dialform.schema import rules as catalogue
from dialform.schema.export import DOCUMENTS, Document, schema_of
from dialform.schema.rule import Rule, rules

NOTE = "<!-- Written by `python -m dialform.schema.reference docs/reference`. Do not edit. -->"
"""The first line of every page."""

VALUES: dict[str, str] = {
    "text": "One line of up to 256 characters. `${`, `$${`, control characters and what FreeSWITCH's "
    "preprocessor acts on are refused. Typed scalars are taken as they were written.",
    "name": 'A text of up to 128 characters that phones show. `"`, `\\` and `$1` to `$9` are refused.',
    "slug": "1 to 63 of `a-z`, `0-9` and `-`, beginning with a letter or digit.",
    "mail address": "As in `office@acme.example`.",
    "domain name": "As in `pbx.example.com`, with at least one dot.",
    "host name or IP address": "As in `sip.carrier.example` or `203.0.113.7`.",
    "network or address": "As in `198.51.100.0/24` or `198.51.100.7`.",
    "time zone": "A name of the tz database, as in `Europe/Berlin`.",
    "country code": "Two upper-case letters (ISO 3166), as in `DE`.",
    "currency code": "Three upper-case letters (ISO 4217), as in `EUR`.",
    "language code": "As in `en` or `de-at`.",
    "extension number": "4 to 6 digits.",
    "internal number": "2 to 6 digits.",
    "feature code": "Up to two of `*` and `#`, then 1 to 6 digits, as in `*98`.",
    "number to dial": "Digits as people dial them, or E.164, as in `+12125550199`.",
    "phone number": "A number of the public network, best in E.164, as in `+12125550199`.",
    "number prefix": "`+` and up to 15 digits; `+` alone is every number.",
    "decimal amount": 'Up to 6 decimals, as in `"25.00"`; never read as a float.',
    "price": 'A decimal amount of 0 or more, as in `"0.0125"`; the sixth decimal is a micro-unit, the least.',
    "number prefix of a rate": "`+` and up to 15 digits, or a short number (at most 6 digits), as in `311`.",
    "date": "As in `2026-11-01`.",
    "path of a file": "From the site's root, as in `media/welcome.wav`.",
    "codec": "As in `OPUS`, `PCMU`, `PCMA`, `G722`, `G729`.",
    "secret": '`{secret: name}`: a file of the secrets folder. `{env: NAME}`: a variable. `{age: "..."}`: '
    "encrypted for the hosts. A plain text is a finding.",
    "open hours": 'Days and hours, as in `"Mon-Fri 09:00-17:00"` or `"22:00-06:00"`.',
    "moment": 'A day and a time of day, as in `2026-12-24T10:00`, `"2026-12-24 10:00:30"` or '
    "`2026-12-24T10:00+01:00`.",
    "caller": "An extension, an outside number in E.164, or `anonymous`.",
    "station id": "Up to 20 digits, letters (A to Z), blanks and `+`, `.`, `-`; as in `+1 212 555 0150`.",
    "closed day": 'A date, as in `2026-12-25`, or a day of every year, as in `"12-31"`.',
}
"""The kinds of values, by the titles that schema/types.py gives them."""

_PAGES = [name for name, document in DOCUMENTS.items() if not document.part]


def pages() -> Iterator[tuple[str, str]]:
    """The file name and the text of every page."""
    for name in _PAGES:
        yield f"{name}.md", _page(_document(DOCUMENTS[name]))
    yield "values.md", _page(_values())
    yield "findings.md", _page(_findings())


def _page(lines: Iterator[str]) -> str:
    return "\n".join([NOTE, "", *lines]).rstrip("\n") + "\n"


def _document(document: Document) -> Iterator[str]:
    schema = schema_of(document.name)
    files = ", ".join(f"`{pattern}`" for pattern in _files_of(document))
    yield f"# {document.title}"
    yield ""
    yield _paragraphs(schema["description"])
    yield ""
    yield f"Files: {files}. What the kinds of values are stands in [values](values.md)."
    yield ""
    yield from _keys(schema)
    for name, part in sorted(schema.get("definitions", {}).items()):
        yield ""
        yield f"## {name}"
        yield ""
        yield _paragraphs(part.get("description", ""))
        yield ""
        yield from _keys(part)


def _files_of(document: Document) -> Iterator[str]:
    for other in DOCUMENTS.values():
        if other.model is document.model:
            yield from other.files


def _keys(schema: dict[str, Any]) -> Iterator[str]:
    yield "| key | takes | default | meaning |"
    yield "|---|---|---|---|"
    required = schema.get("required", ())
    for key, node in schema.get("properties", {}).items():
        default = "required" if key in required else ""
        if "default" in node:
            default = f"`{_shown(node['default'])}`"
        cells = (f"`{key}`", takes(node), default, node.get("description", ""))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def takes(node: dict[str, Any]) -> str:
    """What a node of a schema takes, in words."""
    if "title" in node:
        return str(node["title"])
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "allOf" in node:
        return takes(node["allOf"][0])
    if "anyOf" in node:
        options = [takes(one) for one in node["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(options))
    if "enum" in node:
        return ", ".join(f"`{one}`" for one in node["enum"])
    if "const" in node:
        return f"`{_shown(node['const'])}`"
    kind = _TYPES.get(node.get("type", ""))
    return kind(node) if kind else "anything"


def _integer(node: dict[str, Any]) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    if low is None:
        return "whole number"
    return f"whole number, {low} to {high}" if high is not None else f"whole number from {low}"


def _list(node: dict[str, Any]) -> str:
    return f"list of {takes(node['items'])}" + (", not empty" if node.get("minItems") else "")


def _map(node: dict[str, Any]) -> str:
    inner = node.get("additionalProperties", {})
    names = takes(node["propertyNames"]) if "propertyNames" in node else "name"
    if inner is True or not inner:
        return "map"
    return f"map: {names} → {takes(inner)}"


_TYPES: dict[str, Callable[[dict[str, Any]], str]] = {
    "string": lambda _: "text",
    "boolean": lambda _: "`true` or `false`",
    "integer": _integer,
    "array": _list,
    "object": _map,
}


def _values() -> Iterator[str]:
    yield "# Values"
    yield ""
    yield "Only `true`, `false`, `null` and whole numbers without a leading zero are typed; all else is"
    yield "text as it stands, so `0012`, `+4420...` and `no` need no quotes. Where a text is taken, a typed"
    yield "scalar is taken as its text. Numbers of seconds and the like are whole numbers without quotes."
    yield ""
    yield "| kind | how it is written |"
    yield "|---|---|"
    for title, meaning in VALUES.items():
        yield f"| {title} | {meaning} |"


def _findings() -> Iterator[str]:
    yield "# Findings"
    yield ""
    yield "Errors stop a compile (exit 3). Warnings do with `--strict`. `dialform explain CODE` prints one."
    theme = ""
    for rule in rules():
        if not rule.__module__.startswith(catalogue.__name__):
            continue  # not of this package: tests register rules of their own
        module = sys.modules[rule.__module__]
        if rule.__module__ != theme:
            theme = rule.__module__
            yield ""
            yield f"## {(module.__doc__ or '').splitlines()[0].rstrip('.')}"
        yield ""
        yield from _finding(rule)


def _finding(rule: type[Rule]) -> Iterator[str]:
    yield f"### {rule.code} {rule.__name__}"
    yield ""
    yield f"*{rule.severity}*"
    yield ""
    yield _paragraphs(rule.explain())


def _paragraphs(text: str) -> str:
    """A docstring as Markdown: what is wrong and what is right become a list."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(("Wrong:", "Right:")):
            if lines and lines[-1] and not lines[-1].startswith("- "):
                lines.append("")
            line = f"- {line}"  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Write all pages into the folder that is named."""
    if len(arguments) != 1:
        print("usage: python -m dialform.schema.reference DIR", file=sys.stderr)
        return 64
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (folder / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
