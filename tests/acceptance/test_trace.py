"""`dialform trace` from outside: where a call goes, each line of it, and what cannot be followed."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import Done, Run

MAIN, CALLER = "+12125550199", "+19175550100"
OPEN, CHRISTMAS = "2026-12-24T10:00", "2026-12-25T10:00"


@pytest.fixture
def trace(demo: Path, run: Run) -> Any:
    def trace(*words: str, status: int = 0, **more: str) -> Done:
        done = run("trace", "--site", str(demo), *words, **more)
        assert done.status == status, done.out + done.err
        return done

    return trace


def facts(trace: Any, *words: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(trace(*words, "--format", "json").out)
    return data


def line_of(site: Path, file: str, text: str) -> int:
    """The line of a file on which a text stands first."""
    lines = (site / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


class TestTheStory:
    def test_each_line_has_its_compiled_and_its_written_place(self, demo: Path, trace: Any) -> None:
        data = facts(trace, "--from", CALLER, "--to", MAIN, "--at", OPEN, "--press", "1")
        pbx = "tenants.d/acme/pbx.yaml"
        written = {
            step["text"]: (step["yaml"]["file"], step["yaml"]["line"])
            for step in data["steps"] if step["yaml"]
        }  # fmt: skip
        assert written["number +12125550199"] == (
            pbx,
            line_of(demo, pbx, "{schedule: office, open"),
        )
        hours = next(text for text in written if text.startswith("schedule office: open"))
        assert written[hours] == (pbx, line_of(demo, pbx, "office: {open"))
        option = "key 1 → ring group 600 Sales Team"
        assert written[option] == (pbx, line_of(demo, pbx, 'options: {"1"'))
        group = written["ring group 600 Sales Team"]
        assert group == (pbx, line_of(demo, pbx, '"600": {name: Sales'))
        assert written["mailbox 1999 General Voicemail"][1] == line_of(demo, pbx, '"1999": {name')
        conf = Path(data["compiled"])
        for step in data["steps"]:
            if step["compiled"]:
                lines = (conf / step["compiled"]["file"]).read_text("utf-8").splitlines()
                assert lines[step["compiled"]["line"] - 1].strip().startswith("<"), step

    def test_legs_and_the_end(self, trace: Any) -> None:
        data = facts(trace, "--from", CALLER, "--to", MAIN, "--at", OPEN, "--press", "1")
        assert [leg["number"] for leg in data["legs"]] == ["1001", "1002"]
        assert all(leg["rang"] for leg in data["legs"])
        assert data["end"]["kind"] == "voicemail"
        assert data["call"]["at"] == "2026-12-24T10:00:00-05:00"

    def test_the_second_phone_joins_after_its_delay(self, trace: Any) -> None:
        data = facts(trace, "--from", CALLER, "--to", MAIN, "--at", OPEN, "--press", "1")
        first, second = (leg["at"] for leg in data["legs"])
        assert second - first == pytest.approx(5, abs=1)

    def test_a_closed_day_is_named(self, demo: Path, trace: Any) -> None:
        data = facts(trace, "--from", CALLER, "--to", MAIN, "--at", CHRISTMAS)
        closed = next(step for step in data["steps"] if step["text"].startswith("schedule"))
        assert closed["text"] == "schedule office: closed (2026-12-25)"
        assert "2026-12-25" in (demo / closed["yaml"]["file"]).read_text().splitlines()[
            closed["yaml"]["line"] - 1
        ]  # fmt: skip

    def test_a_call_out_has_its_route_trunk_caller_id_and_toll_class(self, trace: Any) -> None:
        data = facts(trace, "--from", "acme/1002", "--to", "+442079460000")
        data["outside"].pop("price")  # see TestPrices
        assert data["outside"] == {
            "trunk": "mycarrier", "caller_id": MAIN, "route": "world", "toll": "international",
            "toll_allowed": "international",
        }  # fmt: skip
        yaml = [step["yaml"]["file"] for step in data["steps"] if step["yaml"]]
        assert "routes.yaml" in yaml
        assert "providers.d/mycarrier.yaml" in yaml

    def test_a_caller_id_is_e164_whatever_the_carrier_wants(self, trace: Any) -> None:
        data = facts(
            trace, "--from", "acme/1001", "--to", "2125550177", "--given", "down=mycarrier"
        )
        assert data["outside"]["trunk"] == "backup"
        assert data["outside"]["caller_id"] == MAIN
        assert data["legs"][-1]["caller_number"] == MAIN.removeprefix("+"), (
            "as that carrier reads it"
        )

    def test_a_refusal_says_why_and_where_that_is_written(self, trace: Any) -> None:
        data = facts(trace, "--from", "acme/1003", "--to", "+442079460000")
        assert data["refused"] == "toll"
        assert data["end"]["sip"] == 403
        last = data["steps"][-1]
        assert "international" in last["text"]
        assert last["yaml"]["file"] == "platform.yaml", "1003 has no toll of its own"

    def test_what_is_given_holds(self, trace: Any) -> None:
        words = ("--from", "acme/1003", "--to", "1001")
        assert facts(trace, *words, "--given", "busy=1001")["legs"][0]["outcome"] == "USER_BUSY"
        assert facts(trace, *words, "--given", "answers=1001:7")["answered_by"] == ["1001"]
        forward = facts(trace, *words, "--given", "forward=1001:1002", "--given", "answers=1002")
        assert forward["answered_by"] == ["1002"]
        assert facts(trace, *words, "--given", "calls=20")["refused"] == "cap"

    def test_text_is_a_tree_with_a_sum(self, trace: Any) -> None:
        done = trace("--from", CALLER, "--to", MAIN, "--at", OPEN, "--press", "1")
        assert "\x1b" not in done.out, "no colour in a pipe"
        assert done.out.startswith(f"{CALLER} → {MAIN}, pressing 1")
        assert re.search(r"^ +2\.5 s  ring group 600 Sales Team +tenants/acme/dialplan.xml:\d+ "
                         r"+tenants.d/acme/pbx.yaml:\d+$", done.out, re.MULTILINE)  # fmt: skip
        assert "└─ rings 1002 Bob Roe" in done.out
        assert re.search(r"^ends +in mailbox 1999$", done.out, re.MULTILINE)
        more = trace("--from", CALLER, "--to", MAIN, "--at", OPEN, "--press", "1", "-v")
        assert len(more.out.splitlines()) > 3 * len(done.out.splitlines())
        assert "multiset " in more.out
        assert "multiset " not in done.out

    def test_colour_on_a_terminal(self, demo: Path, run_on_terminal: Run) -> None:
        words = ("trace", "--site", str(demo), "--from", "acme/1003", "--to", "1001")
        done = run_on_terminal(*words)
        assert "\x1b[1m" in done.out
        assert "\x1b" not in run_on_terminal(*words, NO_COLOR="1").out.replace("\x1b[?25h", "")

    def test_a_call_that_goes_round_ends(self, trace: Any) -> None:
        data = facts(trace, "--from", "acme/1003", "--to", "1001", "--given", "forward=1001:1002,1002:1001")  # fmt: skip
        assert data["end"]["kind"] in ("hangup", "refused", "voicemail")


class TestPrices:
    def test_a_trunks_leg_has_its_price_and_where_that_is_written(
        self, demo: Path, trace: Any
    ) -> None:
        data = facts(trace, "--from", "acme/1002", "--to", "+442079460000", "--at", OPEN)
        said = {
            "status": "rated", "plan": "standard", "rate": "world:3", "prefix": "+44",
            "per_minute": "0.0150", "minute": "0.0150", "currency": "USD",
        }  # fmt: skip
        assert data["outside"]["price"] == said
        assert [leg["price"] for leg in data["legs"]] == [said]
        step = data["steps"][-1]
        assert (step["kind"], step["depth"]) == ("price", 2)
        assert step["text"] == "costs 0.0150 a minute (plan standard, rate world:3)"
        line = line_of(demo, "rates/world.csv", "voice,+44,")
        assert (step["yaml"]["file"], step["yaml"]["line"]) == ("rates/world.csv", line)

    def test_the_sum_says_what_a_minute_costs(self, trace: Any) -> None:
        done = trace("--from", "acme/1002", "--to", "+81312345678")
        assert (
            "price      0.0410 a minute (plan standard, rate world:6): a call of a minute costs "
            "0.0510 USD, beyond what the month includes\n" in done.out
        )

    def test_only_a_trunk_that_took_the_call_costs_something(self, trace: Any) -> None:
        data = facts(
            trace, "--from", "acme/1001", "--to", "2125550177", "--given", "down=mycarrier"
        )
        assert sum(step["kind"] == "price" for step in data["steps"]) == 1
        assert data["outside"]["price"]["plan"] == "standard", "by the route"

    def test_an_emergency_call_costs_nothing(self, trace: Any) -> None:
        data = facts(trace, "--from", "acme/1001", "--to", "911")
        assert data["outside"]["price"]["status"] == "emergency"
        assert data["steps"][-1]["text"] == "costs nothing, as a call for help"

    def test_phones_and_calls_in_have_no_price(self, trace: Any) -> None:
        data = facts(trace, "--from", CALLER, "--to", MAIN, "--at", OPEN, "--press", "1")
        assert [leg["price"] for leg in data["legs"]] == [None, None]
        assert data["outside"]["price"] is None and data["inbound"] == {"price": None}

    def test_where_a_plan_is_missing_nobody_knows_the_price(self, site: Path, run: Run) -> None:
        account = site / "tenants.d" / "acme" / "account.yaml"
        account.write_text(account.read_text().replace("plan: standard, ", ""))
        done = run("trace", "--site", str(site), "--from", "acme/1002", "--to", "+442079460000")
        assert "has no price (no plan)" in done.out

    def test_a_call_in_has_a_price_where_there_is_a_rate_for_it(self, site: Path, run: Run) -> None:
        billing = site / "billing.yaml"
        inbound = 'in: {service: voice, direction: inbound, prefix: "+1212", per_minute: "0.0050"}'
        text = billing.read_text().replace("rates:\n", f"rates:\n  {inbound}\n", 1)
        billing.write_text(text.replace("standard: {rates: [", "standard: {rates: [in, "))
        done = run("trace", "--site", str(site), "--from", CALLER, "--to", MAIN, "--at", CHRISTMAS)
        assert "costs 0.0050 a minute (plan standard, rate in)" in done.out
        assert "inbound    0.0050 a minute (plan standard, rate in): a call of a minute" in done.out


class TestWhoseFiles:
    def test_the_released_files_are_used_while_they_are_up_to_date(
        self, site: Path, run: Run
    ) -> None:
        assert run("compile", "--site", str(site)).status == 0
        words = (
            "trace",
            "--site",
            str(site),
            "--from",
            "acme/1003",
            "--to",
            "1001",
            "--format",
            "json",
        )
        assert json.loads(run(*words).out)["compiled"] == str(site / "out/pbx1/freeswitch")
        assert not (site / "out/.proof").exists()

    def test_else_the_site_is_compiled_apart_and_the_release_stays(
        self, site: Path, run: Run
    ) -> None:
        assert run("compile", "--site", str(site)).status == 0
        released = {p: p.read_bytes() for p in (site / "out/pbx1").rglob("*") if p.is_file()}
        file = site / "tenants.d/acme/pbx.yaml"
        file.write_text(
            file.read_text().replace('"1": {ring_group: "600"}', '"1": {extension: "1003"}')
        )
        words = ("trace", "--site", str(site), "--from", CALLER, "--to", MAIN, "--at", OPEN, "--press", "1",
                 "--format", "json")  # fmt: skip
        data = json.loads(run(*words).out)
        assert [leg["number"] for leg in data["legs"]] == ["1003"]
        assert ".proof" in data["compiled"]
        assert {
            p: p.read_bytes() for p in (site / "out/pbx1").rglob("*") if p.is_file()
        } == released
        assert json.loads(run(*words).out) == data, "the same again"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_site_that_cannot_be_written_to(self, site: Path, run: Run, tmp_path: Path) -> None:
        site.chmod(0o500)
        try:
            done = run(
                "trace",
                "--site",
                str(site),
                "--from",
                "acme/1003",
                "--to",
                "1001",
                TMPDIR=str(tmp_path),
            )
        finally:
            site.chmod(0o700)
        assert done.status == 0, done.err

    def test_a_site_with_errors(self, broken: Path, run: Run) -> None:
        done = run("trace", "--site", str(broken), "--from", "acme/1003", "--to", "1001")
        assert done.status == 3
        assert "DF1206" in done.err
        assert "mend them first" in done.err
        assert done.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "1001", "--to", "1002"), r"several tenants \(acme, janes-bakery\).*--tenant"),
        (("--from", "1009", "--to", "1002", "--tenant", "acme"), "no extension 1009.*Did you mean"),
        (("--from", "4711", "--to", "1002"), "No tenant has an extension 4711"),
        (("--from", "1001", "--to", "1002", "--tenant", "acne"), "no tenant 'acne'.*'acme'"),
        (("--from", "acme/1001", "--to", "1002", "--tenant", "nordlicht"), "says tenant 'acme'"),
        (("--from", CALLER, "--to", "+12125550142"), "nobody has"),
        (("--from", CALLER, "--to", "1001"), "nobody has"),
        (("--from", CALLER, "--to", MAIN, "--tenant", "nordlicht"), "of tenant 'acme'"),
        (("--from", "acme/1001", "--to", "1002", "--at", "2026-12-24"), "without a time of day"),
        (("--from", "acme/1001", "--to", "1002", "--at", "soon"), "no moment"),
        (("--from", "acme/1001", "--to", "bob"), "cannot be dialled"),
        (("--from", "bob", "--to", "1001"), "cannot be dialled"),
        (("--from", "acme/1001", "--to", "1002", "--host", "pbx9"), "no host 'pbx9'.*pbx1"),
        (("--from", "acme/1001", "--to", "1002", "--given", "bussy=1001"), "bussy.*did you mean"),
        (("--from", "acme/1001", "--to", "1002", "--given", "forward=1001"), "forward"),
        (("--to", "1002"), "--from"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed(trace: Any, words: tuple[str, ...], said: str) -> None:
    done = trace(*words, status=64)
    assert re.search(said, " ".join(done.err.split())), done.err


@pytest.mark.parametrize("dialled", ["+19005550123", "+18765550123", "+442079460000"])
def test_a_new_site_pays_for_no_premium_and_no_foreign_calls(
    tmp_path: Path, run: Run, dialled: str
) -> None:
    site = tmp_path / "site"
    run("init", str(site), "--domain", "pbx.example.com", "--country", "US")
    done = run("trace", "--site", str(site), "--from", "2001", "--to", dialled, "--tenant", "acme",
               "--format", "json")  # fmt: skip
    assert json.loads(done.out)["refused"] == "toll"
