"""What an event says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.switch import Garbled, Limits
from dialform.switch.events import Event, parse
from dialform.switch.framing import Framing

from .bytes_recorded import raw


def events(name: str) -> list[Event]:
    framing, found = Framing(Limits()), []
    framing.feed(raw(name))
    while (frame := framing.take()) is not None:
        if frame.kind == "text/event-json":
            found.append(parse(frame.body))
    return found


@pytest.mark.parametrize("name", ["13-sip-call-tone-json", "08-originate-loopback-json"])
def test_the_events_of_a_call_are_read_with_all_their_headers(name: str) -> None:
    found = events(name)
    assert {"CHANNEL_CREATE", "CHANNEL_ANSWER", "CHANNEL_HANGUP_COMPLETE"} <= {
        event.name for event in found
    }
    answered = next(event for event in found if event.name == "CHANNEL_ANSWER")
    assert len(answered.headers) > 70
    assert answered.get("Unique-ID")


def test_a_custom_event_is_known_by_its_subclass() -> None:
    (gone,) = [
        each for each in events("06-sofia-killgw-json") if each.subclass.endswith("gateway_delete")
    ]
    assert (gone.name, gone.kind) == ("CUSTOM", "sofia::gateway_delete")
    assert (gone.get("Gateway"), gone.get("nonsense")) == ("gw3", "")


def test_a_body_stands_beside_the_headers() -> None:
    (job,) = events("07-bgapi-status-json")
    assert job.kind == "BACKGROUND_JOB"
    assert job.body.startswith("UP 0 years")
    assert "_body" not in job.headers


def test_a_header_of_many_values_reads_as_in_a_plain_event() -> None:
    found = parse(b'{"Event-Name":"X","variable_a":["1","2"]}')
    assert found.get("variable_a") == "ARRAY::1|:2"


def test_bytes_that_are_no_utf_8_do_not_end_the_conversation() -> None:
    assert parse(b'{"Event-Name":"X","Caller":"\xe9t\xe9"}').get("Caller") == "�t�"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"3", b"{}", b'{"Event-Name":""}', b'{"Event-Name":3}',
        b'{"Event-Name":"X","a":{"b":"c"}}', b'{"Event-Name":"X","a":["b",3]}', b"[" * 100_000,
        b'{"Event-Name":"X","a":' + b"9" * 5000 + b"}", b'{"Event-Name":["A","B"],"a":null}',
    ],
)  # fmt: skip
def test_what_is_no_event_is_garbage(body: bytes) -> None:
    with pytest.raises(Garbled):
        parse(body)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=8))
def test_every_value_arrives_as_it_was(headers: dict[str, str]) -> None:
    headers = {k: v for k, v in headers.items() if k not in ("_body", "Event-Name")}
    text = json.dumps({"Event-Name": "X", **headers}, ensure_ascii=True)
    assert parse(text.encode()).headers == {"Event-Name": "X", **headers}


@given(st.binary(max_size=80))
def test_any_bytes_are_an_event_or_garbage(body: bytes) -> None:
    try:
        parse(body)
    except Garbled:
        return
