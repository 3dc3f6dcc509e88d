"""What is given becomes the world around the call."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dialform.proof.call import Call, dial, scene
from dialform.proof.ground import Ground, owner_of, tenants_with
from dialform.proof.numbers import Numbers
from dialform.proof.sources import Sources
from dialform.schema.calltest import CallTest, Given
from dialform.schema.tree import scan
from dialform.simulator.scene import Scene

WHEN = datetime(2026, 12, 24, 15, tzinfo=UTC)
DIRECTORY = """<include>
<domain name="acme.example.com">
  <variables>
    <variable name="timezone" value="America/New_York"/>
  </variables>
  <groups><group name="all"><users>
    <user id="1001"><params/></user>
    <user id="1002"><params/></user>
    <user id="1999"><params><param name="sip-forbid-register" value="true"/></params></user>
  </users></group></groups>
</domain>
</include>
"""
QUEUES = (
    '<include><queue name="acme.800"><agent number="1001"/><agent number="1002"/></queue></include>'
)
PUBLIC = """<include>
<context name="did_121255501">
  <extension name="acme"><condition field="destination_number" expression="^121255501(50|99)$"><action application="execute_extension" data="did-121255501$1 XML acme.flow"/></condition></extension>
  <extension name="nobody"><condition><action application="hangup" data="INCOMING_CALL_BARRED"/></condition></extension>
</context>
<context name="did_21255501">
  <extension name="national"><condition field="destination_number" expression="^21255501(50|99)$"><action application="execute_extension" data="121255501$1 XML did_121255501"/></condition></extension>
</context>
</include>
"""


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    folder = tmp_path / "conf"
    (folder / "tenants/acme").mkdir(parents=True)
    (folder / "tenants/acme/directory.xml").write_text(DIRECTORY)
    (folder / "tenants/acme/queues.xml").write_text(QUEUES)
    (folder / "dialplan").mkdir()
    (folder / "dialplan/public.xml").write_text(PUBLIC)
    return folder


@pytest.fixture
def ground(conf: Path) -> Ground:
    return Ground(conf, "acme")


@pytest.fixture
def numbers(tmp_path: Path) -> Numbers:
    root = tmp_path / "site"
    (root / "providers.d").mkdir(parents=True)
    (root / "tenants.d").mkdir()
    (root / "platform.yaml").write_text("platform: p\ncountry: US\n")
    (root / "routes.yaml").write_text('routes:\n  sos: {exact: ["911"], toll: emergency}\n')
    (root / "tenants.d/acme.yaml").write_text("company: Acme\ncountry: DE\n")
    (root / "providers.d/plain.yaml").write_text("number_format: e164\n")
    (root / "providers.d/bare.yaml").write_text("number_format: digits\n")
    (root / "providers.d/local.yaml").write_text("number_format: national\n")
    return Numbers(Sources(scan(root)), "acme")


def made(ground: Ground, numbers: Numbers, answered_by: str = "", **given: Any) -> Scene:
    call = Call("acme", "1001", "1002", WHEN, "", Given.model_validate(given), answered_by)
    return scene(call, ground, numbers)


def test_the_ground_knows_the_tenant(conf: Path, ground: Ground) -> None:
    assert (ground.domain, ground.timezone) == ("acme.example.com", "America/New_York")
    assert ground.extensions == {"1001", "1002"}
    assert tenants_with(conf, "1001") == ["acme"]
    assert tenants_with(conf, "1999") == [], "a mailbox is no extension"
    assert tenants_with(conf, "100") == []


@pytest.mark.parametrize(
    ("number", "owner"),
    [("+12125550199", "acme"), ("12125550150", "acme"), ("2125550199", "acme"),
     ("+12125550151", ""), ("+442079460000", ""), ("1", ""), ("anonymous", "")],
)  # fmt: skip
def test_whose_number_it_is(conf: Path, number: str, owner: str) -> None:
    assert owner_of(conf, number) == owner


def test_nothing_given_is_a_quiet_day(ground: Ground, numbers: Numbers) -> None:
    call = Call("acme", "1001", "1002", WHEN)
    quiet = scene(call, ground, numbers)
    assert quiet.phones == {}
    assert quiet.beyond.answer_after is None, "nobody outside answers either"
    assert quiet.agents is None
    assert quiet.outside["911"].answer_after == 3.0, "but for help"
    assert made(ground, numbers) == quiet


def test_phones(ground: Ground, numbers: Numbers) -> None:
    got = made(ground, numbers, busy="1001", unregistered="1002", answers={"1003": 7})
    assert got.phones["1001@acme.example.com"].cause == "USER_BUSY"
    assert not got.phones["1002@acme.example.com"].registered
    assert got.phones["1003@acme.example.com"].answer_after == 7


def test_who_is_expected_to_answer_does(ground: Ground, numbers: Numbers) -> None:
    assert made(ground, numbers, "1002").phones["1002@acme.example.com"].answer_after == 3
    own = made(ground, numbers, "1002", answers={"1002": 9})
    assert own.phones["1002@acme.example.com"].answer_after == 9, "given goes before"


def test_outside_numbers_are_known_in_every_form_that_a_trunk_may_want(
    ground: Ground, numbers: Numbers
) -> None:
    got = made(ground, numbers, answers="+12125550123", busy="030 23125200".replace(" ", ""))
    assert got.outside["+12125550123"].answer_after == 3
    assert got.outside["2125550123"].press, "it takes the call where it is asked"
    assert got.outside["+493023125200"].cause == "USER_BUSY", "read as the tenant's people write it"


def test_what_people_set_by_phone_and_what_the_agent_sets(ground: Ground, numbers: Numbers) -> None:
    got = made(ground, numbers, forward={"1001": "+12125550123"}, dnd="1002", limit=True)
    assert got.db == {
        "acme-cfa": {"1001": "+12125550123"}, "acme-dnd": {"1002": "on"},
        "acme-block": {"outbound": "limit"},
    }  # fmt: skip
    assert made(ground, numbers, credit=True).db["acme-block"] == {"outbound": "credit"}


def test_trunks_agents_and_counts(ground: Ground, numbers: Numbers) -> None:
    got = made(
        ground, numbers, down="plain", logged_out="1001", calls={"": 5, "plain": 60, "1001": 1}
    )
    assert not got.gateways["plain"].up
    assert got.agents == {"acme.1002"}
    assert got.counts["tenant", "acme"] == 5
    assert got.counts["trunk", "plain"] == 60
    assert got.counts["extension", "acme.1001"] == 1
    assert got.counts["dialform", "dialform:tenant:acme"] == 5, "the same with Redis"


@pytest.mark.parametrize(
    ("caller", "dialled"),
    [("1001", "1001@acme.example.com"), ("+12125550123", "+12125550123"), ("anonymous", "anonymous"),
     ("03023125200", "+493023125200")],
)  # fmt: skip
def test_who_calls(ground: Ground, numbers: Numbers, caller: str, dialled: str) -> None:
    call = Call("acme", caller, "1002", WHEN, "2,,1#")
    assert dial(call, ground, numbers.e164).caller == dialled
    assert dial(call, ground, numbers.e164).press == ("2", "", "1#")


@pytest.mark.parametrize(
    ("trunk", "number", "e164"),
    [("plain", "+12125550199", "+12125550199"), ("bare", "12125550199", "+12125550199"),
     ("local", "2125550199", "+12125550199"), ("local", "011493023125200", "+493023125200"),
     ("bare", "911", "911"), ("plain", "anonymous", "anonymous")],
)  # fmt: skip
def test_caller_ids_are_read_in_the_carriers_form(
    numbers: Numbers, trunk: str, number: str, e164: str
) -> None:
    assert numbers.of_trunk(trunk, number) == e164


def test_every_field_of_a_test_is_looked_at() -> None:
    """A new field must be of one of these: it makes the call, its scene, or its verdict."""
    assert set(CallTest.model_fields) == {
        "name", "caller", "to", "at", "press", "tenant", "given", "expect"
    }  # fmt: skip
    assert set(Given.model_fields) == {
        "busy", "unregistered", "no_answer", "do_not_disturb", "forward", "gateway_down", "answers",
        "logged_out", "calls", "limit", "credit", "fax",
    }  # fmt: skip
