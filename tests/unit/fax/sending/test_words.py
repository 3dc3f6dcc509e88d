"""Each word for an outcome is explained."""

import re
from pathlib import Path

from dialform.fax.sending import causes, ladder, outcome, results

PAGE = Path(__file__).parents[4] / "docs" / "fax-sending.md"
OTHERS = {"sent", "trunk", "broken", "no_fax", "lost", "never", "file", "refused", "failed"}
"""Those that no table has (outcome.py, and the agent)."""


def test_the_page_has_every_outcome_and_no_other() -> None:
    known = {one.word for one in causes.CAUSES.values()}
    known |= {one.word for one in (*results.RESULTS.values(), results.UNKNOWN)}
    table = PAGE.read_text("utf-8").partition("| outcome | what it was |")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {word for row in rows for word in re.findall(r"`(\w+)`", row)} == known | OTHERS


def test_words_for_people_are_sentences() -> None:
    said = [one.words for one in causes.CAUSES.values()]
    said += [one.words for one in (*results.RESULTS.values(), results.UNKNOWN, results.BROKEN)]
    said.append(outcome.lost(0).words)
    assert all(words[0].isupper() and words.endswith(".") for words in said)


def test_a_rung_in_words() -> None:
    assert ladder.Rung(True, True, True).words == "T.38, up to 14400 bit/s, ECM"
    assert ladder.Rung(False, False, False).words == "sound, up to 9600 bit/s, no ECM"
