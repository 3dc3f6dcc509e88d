"""A form as a browser has it: the macro's HTML, and what pressing a button of it would send."""

from functools import cache
from html.parser import HTMLParser
from typing import Any

from jinja2 import Template
from starlette.datastructures import FormData

from dialform.console.forms import Form
from dialform.console.templating import environment


def html_of(form: Form, offers: dict[str, Any] | None = None) -> str:
    """The form as the macro draws it."""
    return _template().render(form=form, offers=offers or {})


@cache
def _template() -> Template:
    return environment().from_string(
        '{% import "forms/form.html" as forms %}<form>{{ forms.hidden("t") }}{{ forms.fields(form) }}'
        "{{ forms.suggestions(offers) }}</form>"
    )


class _Reader(HTMLParser):
    """Collects what a browser would send (HTML, "constructing the entry list")."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._fieldsets: list[bool] = []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        off = "disabled" in given or any(self._fieldsets)
        if tag == "fieldset":
            self._fieldsets.append("disabled" in given)
        elif tag == "input":
            kind, name = given.get("type", "text"), given.get("name", "")
            if off or not name or kind == "file" or (kind == "checkbox" and "checked" not in given):
                return
            self.sent.append((name, given.get("value", "")))
        elif tag == "select":
            self._select, self._options = (None if off else given["name"]), []
        elif tag == "option":
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area = (given["name"], []) if not off else ("", [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset":
            self._fieldsets.pop()
        elif tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._options if selected]
            self.sent.append((self._select, chosen[0] if chosen else self._options[0][0]))
            self._select = None
        elif tag == "textarea" and self._area is not None:
            name, parts = self._area
            if name:
                # A browser drops the first line break, and sends CR LF.
                self.sent.append((name, "".join(parts).removeprefix("\n").replace("\n", "\r\n")))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)


def sent_by(html: str, **changes: str) -> FormData:
    """What a browser sends of a page with this form; `changes` are fields that somebody filled."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    named = {name.replace("__", "."): value for name, value in changes.items()}
    pairs = [(name, value) for name, value in reader.sent if name not in named]
    return FormData([*pairs, *named.items()])
