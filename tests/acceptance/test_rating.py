"""`dialform billing rate` from outside: each example of the documentation, and what cannot be rated."""

import json
import re
import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.terms import Price, Prices, Terms
from dialform.proof.site import Site

from .conftest import ROOT, Done, Run

PAGE = (ROOT / "docs" / "rating.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```text\n\$ dialform (.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
Rate = Callable[..., Done]


@pytest.fixture
def rate(demo: Path, run: Run) -> Rate:
    """Ask about Acme of the demo site."""

    def rate(*words: str, site: Path = demo, tenant: str = "acme", status: int = 0) -> Done:
        done = run("billing", "rate", "--site", str(site), "--tenant", tenant, *words)
        assert done.status == status, done.out + done.err
        return done

    return rate


@pytest.fixture(scope="session")
def calls(demo: Path) -> Site:
    """The demo site, to be called."""
    return Site.open(demo)


def data(done: Done) -> dict[str, Any]:
    """What it said as JSON."""
    said: dict[str, Any] = json.loads(done.out)
    return said


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_the_documentation_shows_what_is_said(
    demo: Path, run: Run, command: str, output: str
) -> None:
    done = run(*shlex.split(command), "--site", str(demo))
    assert (done.status, done.out) == (0, output)


def test_machines_get_the_same_keys_always(rate: Rate) -> None:
    asked = ["--at", "2026-11-02T10:00", "--format", "json"]
    call = data(rate("--to", "+442079460000", "--seconds", "95", "--used", "999", *asked))
    steps = call.pop("steps")
    assert [one["step"] for one in steps] == ["plan", "rate", "units", "included", "price", "total"]
    assert call == {
        "tenant": "acme", "kind": "call", "direction": "outbound", "from": None,
        "to": "+442079460000", "at": "2026-11-02T10:00:00-05:00", "period": "2026-11",
        "seconds": 95, "pages": None, "status": "rated", "route": "world", "plan": "standard",
        "rate": "world:3", "prefix": "+44", "from_day": "2026-01-01", "until_day": None,
        "per_minute": "0.0150", "per_page": None, "first": 60, "next": 1, "connect": "0.0000",
        "minimum": "0.0000", "free_rate": False, "resource": "voice_minutes", "included": 60000,
        "used": 59940, "units": 95, "free": 60, "billed": 35, "amount": "0.00875",
        "currency": "USD",
    }  # fmt: skip
    for words in (
        ["--to", "911"], ["--to", "1002"], ["--conference"], ["--to", "+12125550199", "--inbound"],
        ["--to", "+12125550177", "--pages", "2"],
    ):  # fmt: skip
        said = data(rate(*words, *asked))
        assert said.keys() == call.keys() | {"steps"}
        assert said["steps"]


def test_a_number_is_read_as_the_tenants_people_dial_it(rate: Rate) -> None:
    for written in ("2125550177", "1 212 555 0177", "+1 (212) 555-0177", "5550177"):
        said = data(rate("--to", written, "--format", "json"))
        assert (said["to"], said["route"], said["plan"]) == ("+12125550177", "us-voice", "standard")
    german = data(rate("--to", "030 123456", "--format", "json", tenant="nordlicht"))
    assert german["to"] == "+4930123456"


@pytest.mark.parametrize(
    ("number", "tenant"),
    [("2125550177", "acme"), ("011442079460000", "acme"), ("5550177", "acme"), ("311", "acme"),
     ("911", "acme"), ("+491701234567", "acme"), ("116117", "acme"), ("030123456", "nordlicht")],
)  # fmt: skip
def test_a_call_would_take_the_same_route_at_the_same_price(
    calls: Site, rate: Rate, number: str, tenant: str
) -> None:
    caller = {"acme": "acme/1002", "nordlicht": "nordlicht/2001"}[tenant]
    trunks = [leg for leg in calls.call(caller, number).journey.legs if leg.kind == "trunk"]
    marks = trunks[0].marks
    said = data(rate("--to", number, "--format", "json", tenant=tenant))
    assert (said["to"], said["route"]) == (marks["dialform_to"], marks["dialform_bill_route"])
    story = calls.call(caller, number).trace
    assert said["status"] == "emergency" or f"rate {said['rate']})" in story


def test_the_route_and_the_plan_can_be_named(rate: Rate) -> None:
    home = data(rate("--to", "+4930123456", "--plan", "germany", "--format", "json"))
    assert (home["plan"], home["rate"], home["per_minute"]) == ("germany", "de", "0.0090")
    other = data(rate("--to", "+4930123456", "--route", "us-voice", "--format", "json"))
    assert (other["route"], other["plan"], other["rate"]) == ("us-voice", "standard", "to-de")


def test_a_moment_has_the_tenants_zone_or_its_own_offset(rate: Rate) -> None:
    when = ["--to", "+442079460000", "--format", "json", "--at"]
    assert data(rate(*when, "2026-11-30T22:00"))["at"] == "2026-11-30T22:00:00-05:00"
    assert data(rate(*when, "2026-12-01T04:00+00:00"))["period"] == "2026-11"
    assert data(rate(*when, "2025-12-31T12:00"))["status"] == "unrated"


def test_calls_inside_cost_nothing(rate: Rate) -> None:
    assert "That is extension 1002: calls inside cost nothing." in rate("--to", "1002").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "+442079460000", "--plan", "stndard"], "Did you mean 'standard'?"),
        (["--to", "+442079460000", "--route", "wrld"], "Did you mean 'world'?"),
        (["--to", "abc"], "'abc' is no number"),
        ([], "--to NUMBER"),
        (["--to", "+1", "--at", "yesterday"], "--at: "),
        (["--to", "+442079460000", "--at", "2026-13-01"], "--at: "),
        (["--to", "+442079460000", "--at", "0001-01-01"], "--at: "),
        (["--to", "+442079460000", "--seconds", "-1"], "--seconds"),
        (["--to", "+442079460000", "--pages", "1", "--seconds", "9"], "leave --seconds out"),
        (["--to", "+442079460000", "--pages", "1", "--conference"], "take one"),
        (["--to", "+442079460000", "--used", "1", "--booked"], "take one"),
        (["--to", "+442079460000", "--from", "+1"], "--inbound"),
        (["--to", "+442079460000", "--inbound"], "is no number of tenant 'acme'"),
        (["--to", "+12125550199", "--inbound", "--route", "world"], "leave --route out"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_sentence(rate: Rate, words: list[str], said: str) -> None:
    done = rate(*words, status=64)
    assert said in done.err and "Traceback" not in done.err and not done.out


def test_an_unknown_tenant_has_a_nearest_one(rate: Rate) -> None:
    assert "Did you mean 'acme'?" in rate("--to", "911", tenant="acmee", status=64).err


def test_a_site_with_errors_is_not_rated(rate: Rate, site: Path) -> None:
    file = site / "billing.yaml"
    file.write_text(file.read_text().replace('per_minute: "0.0100"', 'per_minute: "a cent"', 1))
    done = rate("--to", "+12125550177", site=site, status=3)
    assert "billing.yaml" in done.err and "mend them first" in done.err and not done.out


def test_a_tenant_without_a_plan_is_unrated(rate: Rate, site: Path) -> None:
    file = site / "tenants.d" / "acme" / "account.yaml"
    text = file.read_text()
    assert "plan: standard, " in text
    file.write_text(text.replace("plan: standard, ", ""))
    said = data(rate("--to", "+442079460000", "--format", "json", site=site))
    assert (said["status"], said["plan"], said["rate"]) == ("unrated", None, None)
    assert "names a plan" in said["steps"][0]["text"]
    routed = data(rate("--to", "+12125550177", "--format", "json", site=site))
    assert (routed["status"], routed["plan"]) == ("rated", "standard")


def test_what_is_used_is_looked_up_in_the_ledger(rate: Rate, tmp_path: Path) -> None:
    at = round(datetime.fromisoformat("2026-11-02T15:00+00:00").timestamp()) * 1_000_000
    prices = Prices(
        {"us": (Price("us", "voice", "outbound", "+1", 10_000),)},
        {"standard": ("us",)}, {"business": {"voice_minutes": 1000}},
    )  # fmt: skip
    terms = Terms("acme", "Acme", "", "America/New_York", "USD", "business", "standard")
    fact = Fact(
        uuid="u", kind="call", host="pbx1", tenant="acme", started=at, answered=at,
        ended=at + 999 * 60_000_000, direction="outbound", trunk="mycarrier", number="+12125550177",
    )  # fmt: skip
    url = f"sqlite:///{tmp_path}/ledger.db"
    with open_ledger(url) as ledger:
        ledger.store_terms("pbx1", prices, [terms], at=0)
        ledger.book([fact], now=at)
    asked = [
        "--to",
        "+442079460000",
        "--seconds",
        "95",
        "--format",
        "json",
        "--ledger",
        url,
        "--at",
    ]
    november = data(rate(*asked, "2026-11-02T10:00"))
    assert (november["used"], november["free"], november["billed"]) == (999 * 60, 60, 35)
    december = data(rate(*asked, "2026-12-02T10:00"))
    assert (december["used"], december["free"]) == (0, 95)
