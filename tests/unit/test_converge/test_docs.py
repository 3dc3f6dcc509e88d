"""The page about what is sent has every kind of the table."""

from pathlib import Path

import pytest

from dialform.compiler.planning.actions import KINDS

PAGE = Path(__file__).resolve().parents[3] / "docs/what-is-sent.md"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_stands_in_the_docs(kind: str) -> None:
    assert f"`{kind}`" in PAGE.read_text("utf-8")
