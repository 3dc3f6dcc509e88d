"""What all pages are built of: each part can be drawn, hides nothing from a screen reader, and escapes."""

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from dialform.console.listing import Listing
from dialform.console.templating import environment

HOSTILE = "<b onclick=x>\"'&"

PARTS = {
    "page": "{% call page.head(t, t, back=('/', t)) %}x{% endcall %}{{ page.head(t) }}"
    "{% call page.section(t, note=t, id='s') %}x{% endcall %}",
    "card": "{% call card.card(t, link=('/', t), id='c', kind='good') %}x{% endcall %}"
    "{{ card.figure(t, t, t, '/', 'bad') }}",
    "table": "{% call table.search(rows, t) %}x{% endcall %}{{ table.search(rows) }}"
    "{% call(row) table.listed(rows, t, [('name', t), ('', ''), ('n', t, 'num')]) %}<td>{{ row }}</td>{% endcall %}"
    "{% call(row) table.plain([t], t, [t, (t, 'num'), '']) %}<td>{{ row }}</td>{% endcall %}"
    "{% call(row) table.plain([], t, [t]) %}{% endcall %}",
    "field": "{{ field.csrf_field() }}{{ field.flaws([t]) }}"
    "{{ field.field('a', t, t, help=t, flaw=t, required=true, attrs={'placeholder': t, 'readonly': true}, suggest=[t]) }}"
    "{{ field.choice('b', t, [t, ('v', t), (t, [('w', t)])], 'v', help=t) }}{{ field.area('c', t, t, flaw=t) }}"
    "{{ field.tick('d', t, true, help=t) }}{{ field.upload('e', t, accept='.wav', many=true) }}"
    "{% call field.own('g', t, help=t) %}x{% endcall %}{{ field.buttons(t, cancel='/') }}",
    "dialog": "{{ dialog.opener('d', t) }}{% call dialog.dialog('d', t) %}x{% endcall %}"
    "{{ dialog.confirm('e', t, '/x', t, note=t, yes=t, values={'was': t}) }}{{ dialog.act(t, '/x', {'a': t}) }}",
    "tabs": "{{ tabs.tabs(t, [(t, '/', true), (t, '/b', false, 3)]) }}",
    "badge": "{{ badge.badge(t, 'good') }}{{ badge.state(false) }}",
    "empty": "{% call empty.empty(t, t) %}x{% endcall %}{{ empty.empty(t) }}",
    "progress": "{{ progress.bar(1, 2, t, text=t) }}{{ progress.bar(1, 0, t) }}{{ progress.running(t) }}",
    "facts": "{{ facts.facts([(t, t), (t, none)]) }}"
    "{% call facts.list() %}{% call facts.fact(t) %}x{% endcall %}{% endcall %}",
    "plot": "{{ plot.columns(t, [t, t], [(t, [1, 2]), (t, [0, 1.5], 'bad', [t, t])]) }}"
    "{{ plot.columns(t, [], []) }}",
}  # fmt: skip


class Elements(HTMLParser):
    """Each element that begins, with its attributes; and that what begins also ends."""

    VOID = ("input", "img", "br", "meta", "link", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"an attribute of <{tag}> twice: {attrs}"
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> ends what is not open"


def drawn(part: str) -> Elements:
    rows = Listing(
        "/t/acme/x", [HOSTILE], 120, HOSTILE, "name", False, frozenset({"name"}), 2, 3, 51
    )
    source = f"{{% import 'parts/{part}.html' as {part} with context %}}{PARTS[part]}"
    values: dict[str, Any] = {"t": HOSTILE, "rows": rows, "csrf": HOSTILE}
    text = environment().from_string(source).render(values)
    elements = Elements()
    elements.feed(text)
    elements.close()
    assert elements.open == []
    return elements


@pytest.mark.parametrize("part", PARTS)
def test_a_part_escapes_what_it_is_given(part: str) -> None:
    for tag, attributes in drawn(part).found:
        assert tag != "b"
        assert not any(name.startswith("on") or name == "style" for name in attributes)


@pytest.mark.parametrize("part", PARTS)
def test_what_one_may_fill_in_or_press_has_a_name(part: str) -> None:
    found = drawn(part).found
    labelled = {attributes["for"] for tag, attributes in found if tag == "label"}
    ids = [attributes["id"] for _, attributes in found if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in found:
        if tag in ("input", "select", "textarea") and attributes.get("type") != "hidden":
            assert attributes.get("id") in labelled or attributes.get("aria-label")
        for name in ("aria-describedby", "aria-labelledby", "popovertarget", "list"):
            for one in (attributes.get(name) or "").split():
                assert one in ids


def test_a_number_of_a_plot_stands_in_its_table_too() -> None:
    source = (
        "{% import 'parts/plot.html' as plot %}{{ plot.columns('Calls', ['Mon'], [('In', [7])]) }}"
    )
    text = environment().from_string(source).render(url=SimpleNamespace())
    assert '<th scope="row">Mon</th><td class="num">7</td>' in text
