"""A fax that the agent dials takes the way that the dialplan gives to a fax machine's own call."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.fax.released import Refusal, Way, company, ways_of
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.run import simulate
from dialform.simulator.scene import Dial, Gateway, Phone, Scene
from tests.unit.test_build import compiled, demo, edit

ROUTES = """
  fax-cities: {service: fax, prefix: "+1212", toll: local, providers: [backup, mycarrier], plan: standard}
  fax-far:    {service: fax, prefix: "+44", toll: auto, providers: [backup], except: ["+4420"]}
  fax-german: {service: fax, pattern: '^\\+49(30|89)\\d+$', toll: international, providers: [german]}
"""
GERMAN = """
host: sip.german.example
caller_id: "+4930901820"
number_format: national
caller_id_in: pai
register: false
addresses: [198.51.100.30]
codecs: [PCMA]
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("ways")
    site = demo(base / "site")
    routes = site / "routes.yaml"
    routes.write_text(routes.read_text().replace("  us-fax:", f"{ROUTES}  us-fax:"))
    (site / "providers.d/german.yaml").write_text(GERMAN)
    edit(site, "tenants.d/acme/pbx.yaml", '"1050": {name: Fax, type: fax}',
         '"1050": {name: Fax, type: fax, toll: national}')  # fmt: skip
    outcome = compiled(site, base / "out")
    assert outcome.released, outcome.diagnostics
    return base / "out/pbx1"


@pytest.fixture(scope="module")
def dialplan(host: Path) -> Configuration:
    return Configuration.load(host / "freeswitch", {"local_ip_v4": "127.0.0.1"})


NUMBERS = st.one_of(
    st.from_regex(r"\+1212555[0-9]{4}", fullmatch=True),
    st.from_regex(r"\+1917555[0-9]{4}", fullmatch=True),
    st.from_regex(r"\+1900555[0-9]{4}", fullmatch=True),
    st.from_regex(r"\+44(20|161)[0-9]{8}", fullmatch=True),
    st.from_regex(r"\+49(30|89|40)[0-9]{7}", fullmatch=True),
    st.sampled_from(["+12125550111", "+33142685300"]),
)


@settings(max_examples=60, deadline=None)
@given(number=NUMBERS)
def test_the_agent_and_the_dialplan_send_a_fax_the_same_way(
    host: Path, dialplan: Configuration, number: str
) -> None:
    acme, ways = company(host, "acme"), ways_of(host)
    assert acme is not None
    way = ways.way(acme, acme.accounts["1050"], number)
    scene = Scene(
        beyond=Phone(cause="NORMAL_TEMPORARY_FAILURE"),
        gateways={"mycarrier": Gateway(), "backup": Gateway(), "german": Gateway()},
    )
    journey = simulate(dialplan, scene, Dial("1050@acme.example.com", number))
    trunks = [leg for leg in journey.legs if leg.kind == "trunk"]
    if isinstance(way, Refusal) and way.name == "no_route":
        # A machine that is a phone's neighbour may still call by a voice route; the agent sends no fax there.
        assert all(leg.marks["dialform_bill_route"] not in _fax_routes(ways) for leg in trunks)
        return
    if isinstance(way, Refusal):
        assert not trunks
        assert journey.end.name == way.name
        return
    assert isinstance(way, Way)
    assert [leg.to for leg in trunks] == list(way.providers)
    assert {leg.marks["dialform_bill_route"] for leg in trunks} == {way.name}
    assert {leg.marks.get("dialform_bill_plan", "") for leg in trunks} == {way.plan}
    assert [leg.number for leg in trunks] == [
        ways.written(ways.trunks[name], number) for name in way.providers
    ]


def _fax_routes(ways: object) -> set[str]:
    return {way.name for way in ways.routes}  # type: ignore[attr-defined]
