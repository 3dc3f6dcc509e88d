"""How events look on the wire."""

import json
from urllib.parse import unquote
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.esl.serial import Stamped, as_json, encode, frame, plain, xml

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))


def test_values_are_encoded_as_the_switch_does() -> None:
    assert encode("sofia::register <a@b>,/(~)") == "sofia%3A%3Aregister%20%3Ca%40b%3E,/(~)"
    assert encode("Ærø") == "%C3%86r%C3%B8"


def test_what_looks_encoded_already_is_left_alone() -> None:
    assert encode("100%0A") == "100%0A"
    assert encode("100%0a 5%") == "100%250a%205%25"


@given(TEXT)
def test_an_encoded_value_never_ends_its_line(text: str) -> None:
    assert not set(encode(text)) & set("\r\n: ")
    if "%" not in text:
        assert unquote(encode(text)) == text


def test_an_empty_value_is_told_as_undefined() -> None:
    assert plain(Stamped((("Answer", ""),))) == "Answer: _undef_\n\n"


def test_the_length_stands_before_the_type_and_counts_bytes() -> None:
    event = Stamped((("Name", "Æ"),), "Ærø\n")
    head, _, body = frame(event, "json").partition(b"\n\n")
    assert head.decode().split("\n") == [
        f"Content-Length: {len(body)}",
        "Content-Type: text/event-json",
    ]
    assert json.loads(body) == {"Name": "Æ", "Content-Length": "6", "_body": "Ærø\n"}


def test_a_header_may_be_told_twice() -> None:
    event = Stamped((("Hangup-Cause", "USER_BUSY"), ("Hangup-Cause", "USER_BUSY")))
    assert as_json(event) == '{"Hangup-Cause":"USER_BUSY","Hangup-Cause":"USER_BUSY"}'


@given(st.lists(st.tuples(st.sampled_from(["A", "B-c", "d_e"]), TEXT), max_size=5), TEXT)
def test_every_form_can_be_read_back(headers: list[tuple[str, str]], body: str) -> None:
    event = Stamped(tuple(headers), body)
    read = json.loads(as_json(event))
    assert read["_body"] == body
    assert {name: read[name] for name, _ in headers} == dict(headers)
    if all(char.isprintable() for char in body):
        root = ElementTree.fromstring(xml(event))
        assert [child.tag for child in root.find("headers") or ()] == [n for n, _ in headers]
