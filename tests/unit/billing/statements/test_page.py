"""A statement as a page: what anybody wrote is text, nothing is loaded, nothing runs."""

import base64
import hashlib
import re
from html.parser import HTMLParser

from hypothesis import given, settings

from dialform.billing.statements.page import page
from dialform.billing.statements.statement import Day, Statement
from dialform.billing.statements.values import printable
from dialform.values import replace

from .drawn import statements
from .test_paper import BILL

OURS = {
    "html", "head", "meta", "title", "style", "body", "header", "section", "h1", "h2", "p", "bdi",
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "svg", "g", "path", "rect", "text",
}  # fmt: skip


class Read(HTMLParser):
    """What stands in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@settings(deadline=None)
@given(statements())
def test_what_anybody_wrote_is_text(statement: Statement) -> None:
    made = page(statement)
    read = Read(made)
    assert read.tags <= OURS
    assert not {
        one for one in read.attributes if one.startswith("on") or one in ("style", "href", "src")
    }
    for text in _texts(statement):
        assert not text or text in "\n".join(read.texts), text


def _texts(statement: Statement) -> list[str]:
    texts = [statement.party.company, *(one.note for one in statement.payments),
             *(one.peer for one in statement.calls or ())]  # fmt: skip
    return [printable(text) for text in texts]


def test_the_policy_of_the_page_lets_its_own_style_and_nothing_else() -> None:
    made = page(BILL)
    style = re.search(r"<style>(.*?)</style>", made, re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert "default-src &#39;none&#39;" in made
    assert f"sha256-{digest}" in made.replace("&#43;", "+")
    assert "http" not in made.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_the_page_has_the_bill_and_its_plot() -> None:
    made = page(BILL)
    for text in ("Acme Corp", "1,234.50", "765.40", "wire &lt;transfer&gt; &amp; co", "<svg "):
        assert text in made
    assert 'aria-label="Cost a day, USD, 2026-11"' in made


def test_a_month_that_cost_nothing_is_drawn_by_its_minutes() -> None:
    made = page(replace(BILL, days=(Day(3, "voice", 0, 600),)))
    assert 'aria-label="Minutes a day, 2026-11"' in made


def test_bars_are_as_high_as_what_they_cost() -> None:
    days = (Day(3, "voice", 2_000_000), Day(4, "voice", 1_000_000), Day(4, "fax", 1_000_000))
    heights = [
        float(one)
        for one in re.findall(
            r'width="(?:9|10)[^"]*" height="([\d.]+)"', page(replace(BILL, days=days))
        )
    ]
    assert len(heights) == 3
    assert abs(heights[0] - heights[1] * 2) < 0.02
    assert heights[1] == heights[2]


def test_a_page_says_that_something_has_no_price_yet() -> None:
    usage = (replace(BILL.usage[0], unrated=2),)
    assert "2 calls or faxes have no price yet" in page(replace(BILL, usage=usage))
    assert "no price yet" not in page(BILL)
