"""Changing one number in a YAML file and nothing else: comments, order and layout stay."""

from typing import Any

from ruamel.yaml.events import ScalarEvent

from dialform.schema.reader import Source, read
from dialform.schema.rule import Path

_BLOCK_STYLES = ("|", ">")


class EditError(Exception):
    """The file is written in a way that cannot be changed without reading it anew."""


def with_key(source: Source, path: Path, key: str, value: int) -> str:
    """The text of a file in which the map at `path` has `key: value`.

    `true` at the path is taken for an empty map. Raises EditError where the outcome would not be
    exactly that.
    """
    text = _insert(source, path, key, value)
    again, findings = read(source.file, text.encode())
    if findings or again.data != _expected(source.data, path, key, value):
        raise EditError
    return text


def _insert(source: Source, path: Path, key: str, value: int) -> str:
    holder = source.data
    for step in path[:-1]:
        holder = holder[step]
    event = source.marks[id(holder)][path[-1]][1]
    node, text, added = holder[path[-1]], source.text, f"{key}: {value}"
    if not isinstance(node, dict):
        return _put(text, event.start_mark.index, event.end_mark.index, f"{{{added}}}")
    entries = source.marks[id(node)]
    if key in entries:
        old = entries[key][1]
        return _put(text, old.start_mark.index, old.end_mark.index, str(value))
    # Behind the last plain value there is always room; a map's own end is not known.
    plain = [one for _, one in entries.values() if _is_plain(one)]
    if event.flow_style:
        if plain:
            end = plain[-1].end_mark.index
            return _put(text, end, end, f", {added}")
        start = event.start_mark.index + 1
        return _put(text, start, start, f"{added}, " if node else added)
    if not plain:
        raise EditError
    end = text.find("\n", plain[-1].end_mark.index)
    end = len(text) if end < 0 else end
    newline = "\r\n" if text[:end].endswith("\r") else "\n"
    return _put(text, end, end, "\n" + " " * event.start_mark.column + added + newline[:-1])


def _is_plain(event: Any) -> bool:
    """Whether a value is a scalar that ends where it is written (a block text ends a line later)."""
    if type(event) is not ScalarEvent or event.style in _BLOCK_STYLES:
        return False
    return bool(event.end_mark.index > event.start_mark.index)


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _expected(data: Any, path: Path, key: str, value: int) -> Any:
    if not path:
        return {**(data if isinstance(data, dict) else {}), key: value}
    if isinstance(data, list):
        return [
            _expected(v, path[1:], key, value) if i == path[0] else v for i, v in enumerate(data)
        ]
    return {k: _expected(v, path[1:], key, value) if k == path[0] else v for k, v in data.items()}
