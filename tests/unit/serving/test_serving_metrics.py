"""/metrics: what Prometheus reads is what the status says, in bounded size."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families as parsed

from dialform.reconcile.serving.metrics import FAMILIES, MOST, NAMES, render
from dialform.reconcile.serving.rows import WORST_SOURCES

from .conftest import NOW

COMMIT = "4e8126f2dd4e8126f2dd4e8126f2dd4e8126f2dd"


def samples(status: dict[str, Any], now: float = NOW) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels' values, in the order of labels."""
    found = {}
    for family in parsed(render(status, now).decode()):
        for one in family.samples:
            assert one.name.startswith("dialform_")
            assert (one.name, *one.labels.values()) not in found
            found[one.name, *one.labels.values()] = one.value
    return found


WANTED = {
    ("dialform_ready",): 1,
    ("dialform_reconciling",): 0,
    ("dialform_drifted",): 1,
    ("dialform_suspended",): 0,
    ("dialform_held", "OutsideWindow"): 1,
    ("dialform_rollback_failed",): 0,
    ("dialform_drift", "gateway"): 1,
    ("dialform_drift", "file"): 1,
    ("dialform_applied_info", COMMIT, "9b1c0e77a1b2"): 1,
    ("dialform_attempted_info", COMMIT, "applied"): 1,
    ("dialform_last_fetch_timestamp_seconds",): NOW - 35,
    ("dialform_source_staleness_seconds",): 35,
    ("dialform_pass_age_seconds",): 5,
    ("dialform_pass_seconds", "commands"): 1.4,
    ("dialform_quarantined_commits",): 1,
    ("dialform_quarantined_tenants",): 1,
    ("dialform_needs_restart",): 1,
    ("dialform_switch_connected",): 1,
    ("dialform_gateway_up", "mycarrier"): 1,
    ("dialform_gateway_up", "backup"): 0,
    ("dialform_channels",): 7,
    ("dialform_registrations",): 42,
    ("dialform_phones_owed",): 12,
    ("dialform_phones_total", "told"): 140,
    ("dialform_phones_total", "unregistered"): 9,
    ("dialform_commands_total", "reloadxml", "good"): 9,
    ("dialform_commands_total", "killgw", "unknown"): 1,
    ("dialform_rollbacks_total",): 1,
    ("dialform_rollbacks_failed_total",): 0,
    ("dialform_reconnects_total",): 2,
    ("dialform_events_overflowed_total",): 0,
    ("dialform_registration_failures_total",): 512,
    ("dialform_registration_failures_of_source", "198.51.100.7"): 480,
    ("dialform_drift_healed_total", "gateway"): 1,
    ("dialform_notifications_total", "delivered"): 14,
    ("dialform_billing_ok",): 1,
    ("dialform_billing_backlog",): 3,
    ("dialform_billing_backlog_age_seconds",): 4,
    ("dialform_billing_last_booked_timestamp_seconds",): NOW - 7,
    ("dialform_billing_unrated",): 2,
    ("dialform_billing_live",): 5,
    ("dialform_billing_facts_total", "booked"): 120,
    ("dialform_billing_facts_total", "bad_files"): 1,
    ("dialform_billing_flagged", "limit"): 1,
    ("dialform_billing_flagged", "credit"): 0,
    ("dialform_billing_mails_total",): 7,
    ("dialform_billing_payments_changed",): 0,
    ("dialform_flags_set_total", "limit"): 2,
    ("dialform_fax_sending",): 3,
    ("dialform_fax_due",): 11,
    ("dialform_fax_due_age_seconds",): 40,
    ("dialform_fax_attempts_total", "busy"): 12,
    ("dialform_fax_jobs_total", "sent"): 90,
    ("dialform_fax_pages_sent_total",): 210,
    ("dialform_fax_received_total",): 20,
    ("dialform_fax_receiving",): 1,
    ("dialform_fax_mails_total",): 19,
    ("dialform_fax_unmailed",): 2,
    ("dialform_fax_restarts_total",): 0,
    ("dialform_caps_mended_total", "tenant"): 1,
}


def test_the_metrics_are_those_of_the_status(status: dict[str, Any]) -> None:
    found = samples(status)
    assert {key: found.get(key) for key in WANTED} == WANTED


def test_every_family_has_a_row_in_the_sample_and_its_name_is_listed(
    status: dict[str, Any],
) -> None:
    names = {key[0] for key in samples(status)}
    assert names == NAMES
    assert len(FAMILIES) == len({one.name for one in FAMILIES})


def test_counters_may_be_nested_or_flat(status: dict[str, Any]) -> None:
    flat = copy.deepcopy(status)
    counters = flat["counters"]
    for kind, outcomes in counters.pop("commands").items():
        counters |= {f"commands.{kind}.{outcome}": count for outcome, count in outcomes.items()}
    assert samples(flat) == samples(status)


@pytest.mark.parametrize("where", ["held", "ready"])
def test_a_failed_rollback_is_a_metric_of_its_own(status: dict[str, Any], where: str) -> None:
    if where == "held":
        status["held"]["reason"] = "RollbackFailed"
    else:
        status["conditions"][0] |= {"status": "False", "reason": "RollbackFailed"}
    assert samples(status)["dialform_rollback_failed",] == 1


def test_an_attack_adds_no_more_labels_than_a_few(status: dict[str, Any]) -> None:
    status["attackers"]["top"] = [
        {"source": f"203.0.113.{n}", "failures": n, "alarm": True} for n in range(250)
    ]
    named = {key[1]: v for key, v in samples(status).items() if key[0].endswith("_of_source")}
    assert named == {f"203.0.113.{n}": n for n in range(250 - WORST_SOURCES, 250)}


def test_rows_past_the_bound_are_counted_not_shown(status: dict[str, Any]) -> None:
    status["switch"]["gateways"] = {f"g{n:05}": True for n in range(MOST + 30)}
    found = samples(status)
    assert sum(key[0] == "dialform_gateway_up" for key in found) == MOST
    assert found["dialform_metrics_left_out",] == 30


def test_a_scrape_leaves_nothing_behind(status: dict[str, Any]) -> None:
    status["switch"]["gateways"] = {"was-there": True}
    render(status, NOW)
    status["switch"]["gateways"] = {"new": True}
    assert "was-there" not in render(status, NOW).decode()
    assert "python_info" not in render(status, NOW).decode()


def test_an_agent_that_has_just_begun_has_metrics() -> None:
    found = samples({})
    assert found["dialform_ready",] == 0
    assert found["dialform_rollbacks_total",] == 0
    assert ("dialform_last_fetch_timestamp_seconds",) not in found


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = sorted(
    {"conditions", "drift", "switch", "counters", "applied", "attempted", "held", "attackers", "timings",
     "source", "at", "quarantine", "generations", "tenants_quarantined", "version", "billing"}
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_whatever_a_status_holds_is_a_page_that_parses(status: dict[str, Any]) -> None:
    samples(status)


@given(
    st.dictionaries(
        st.sampled_from(["gateways", "needs_restart", "channels"]),
        ANYTHING | st.dictionaries(st.text(), st.booleans()),
    ),
    st.dictionaries(st.text() | st.just("commands"), ANYTHING),
)
def test_hostile_names_stay_within_their_labels(switch: Any, counters: Any) -> None:
    for family in parsed(render({"switch": switch, "counters": counters}, NOW).decode()):
        assert family.name.startswith("dialform_")


def test_names_that_look_alike_when_shown_are_one_series(status: dict[str, Any]) -> None:
    status["switch"]["gateways"] = {"caf\u00e9": True, "caf\u00ea": True}
    assert samples(status)["dialform_gateway_up", "caf?"] == 2
