"""Call queues as they are written for mod_callcenter and the dialplan."""

import re

from dialform.compiler.resolved import Agent, QueueAgent
from dialform.renderers.freeswitch import render_tenant
from dialform.renderers.freeswitch.queues import PLACES, telling

from . import samples
from .samples import actions, context, first_match, settings, target

AGENTS = (Agent("1001", 20, 5, 2), Agent("1002", 25, 0, 45))
TIERS = (QueueAgent("1001", 0, 1), QueueAgent("1002", 1, 2))
CODES = (("agent_login", "*22"), ("agent_logout", "*23"))


def _files(**fields):
    known = {"agents": AGENTS, "call_queues": (samples.queue("800", *TIERS),)}
    return render_tenant(samples.tenant(**{**known, **fields}))


def _phones(**fields):
    return context(samples.xml(_files(**fields), "dialplan.xml"), "acme")


def _params(**fields):
    queue = samples.xml(_files(call_queues=(samples.queue("800", **fields),)), "queues.xml")[0]
    return settings(queue)


def test_names_begin_with_the_tenant():
    files = _files(feature_codes=CODES)
    (queue,) = samples.xml(files, "queues.xml")
    assert queue.get("name") == "acme.800"
    assert [a.get("number") for a in queue.iter("agent")] == ["1001", "1002"]
    inner = context(samples.xml(files, "dialplan.xml"), "acme.flow")
    ((_, said),) = actions(first_match(inner, "agent-1002"))
    assert said == "dialform_agent=25 0 45 30 acme.800:1:2 ."


def test_who_is_logged_in_is_never_said():
    assert "status" not in samples.content(_files(), "queues.xml")


def test_an_agent_rings_as_long_as_the_extension_and_rests_as_it_says():
    inner = context(samples.xml(_files(feature_codes=CODES), "dialplan.xml"), "acme.flow")
    ((_, said),) = actions(first_match(inner, "agent-1001"))
    assert said == "dialform_agent=20 5 2 10 acme.800:0:1 ."


def test_a_tenant_without_queues_has_none_of_it():
    files = _files(call_queues=(), agents=(), feature_codes=CODES)
    assert not [f.path for f in files if f.path.endswith("queues.xml")]
    assert "callcenter" not in samples.content(files, "dialplan.xml")


def test_music_or_the_ringing_of_the_country():
    assert _params()["moh-sound"] == "tone_stream://%(2000,4000,440,480);loops=-1"
    assert _params(music="jazz")["moh-sound"] == "local_stream://acme.jazz"


def test_only_what_is_asked_for_is_written():
    assert _params().keys() == {"strategy", "moh-sound"}
    assert _params(max_wait=60)["max-wait-time"] == "60"
    assert _params(level_wait=9)["tier-rule-wait-second"] == "9"
    assert "max-wait-time-with-no-agent" in _params(no_agent=target("hangup", "busy"))


def test_where_callers_go():
    away = samples.queue(
        "800", timeout=target("ring_group", "600"), no_agent=target("hangup", "busy")
    )
    plan = samples.xml(_files(call_queues=(away,)), "dialplan.xml")
    at_first = actions(first_match(context(plan, "acme"), "800"))
    assert at_first[0] == ("transfer", "busy XML ended")
    inner = context(plan, "acme.flow")
    for reason, goes in (
        ("NO_AGENT_TIMEOUT", "busy XML ended"),
        ("TIMEOUT", "600 XML acme"),
        ("", "600 XML acme"),
    ):
        assert actions(first_match(inner, f"left-800-{reason}")) == [("transfer", goes)]


def test_codes_are_only_there_where_they_are_set():
    assert first_match(_phones(feature_codes=CODES), "*22") is not None
    names = [e.get("name") for e in _phones(feature_codes=())]
    assert "agent logs in" not in names and "agent logs out" not in names


def test_only_agents_have_the_codes():
    (_, who) = first_match(_phones(feature_codes=CODES), "*22").findall("condition")
    assert (who.get("field"), who.get("expression")) == ("${user_name}", "^(1001|1002)$")


HEAD = "queue|instance_id|uuid|session_uuid|cid_number|cid_name|serving_system|state|score"


def _place(listed: list[tuple[str, str]], uuid: str) -> list[int]:
    """The places that the template's expressions find for a caller."""
    parts = telling()
    lines = [
        HEAD,
        *(f"acme.800|box|m|{who}|1001|Bob | X||{state}|12" for who, state in listed),
        "+OK",
    ]
    text = "\n".join(lines) + "\n"
    found = []
    for before in range(PLACES):
        pattern = (
            rf"^[^\n]*\n(?:{parts['past']}{parts['waits']}\n){{{before}}}"
            rf"{parts['past']}(?=[^\n]*\|{uuid}\|){parts['waits']}"
        )
        if re.search(pattern, text):
            found.append(before + 1)
    return found


def test_a_caller_has_one_place():
    line = [
        ("a", "Answered"),
        ("b", "Trying"),
        ("c", "Abandoned"),
        ("d", "Waiting"),
        ("e", "Waiting"),
    ]
    assert _place(line, "b") == [1]
    assert _place(line, "d") == [2]
    assert _place(line, "e") == [3]
    assert _place(line, "a") == [], "who is spoken to waits no more"
    assert _place(line, "z") == []
