"""What Prometheus reads: built anew from the status at each scrape, so it cannot differ from it.

A family is a row of `FAMILIES`. Labels are bounded: kinds and outcomes are the agent's own words, gateways
are the platform's trunks, of sources of failed registrations only the worst few are named. A counter with
labels stands in the status as a map, or flat with dots: `counters: {"commands.reloadxml.done": 3}`.
"""

import re
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dialform.reconcile.serving import rows
from dialform.reconcile.serving.rows import Status
from dialform.reconcile.telling.masking import SHARED
from dialform.values import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

MOST = 500
"""Rows of one family. Past it the rest is counted in `dialform_metrics_left_out`."""


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: its name without `dialform_`, what it means, its labels, and its rows of a status."""

    name: str
    kind: type[GaugeMetricFamily] | type[CounterMetricFamily]
    meaning: str
    read: rows.Rows
    labels: tuple[str, ...] = ()


def render(status: Status, now: float) -> bytes:
    """The page for Prometheus. `now` is in seconds since 1970. What a status lacks is left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(status, now))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, status: Status, now: float) -> None:
        self.status, self.now = status, now

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        left_out = 0
        for family in FAMILIES:
            metric = family.kind(f"dialform_{family.name}", family.meaning, labels=family.labels)
            found = _merged(family.read(self.status, self.now))
            for labels, value in found[:MOST]:
                metric.add_metric(labels, value)
            left_out += len(found[MOST:])
            if found or not family.labels:
                yield metric
        yield GaugeMetricFamily(
            "dialform_metrics_left_out", "Rows that were too many for their family.", value=left_out
        )


def _merged(found: list[rows.Row]) -> list[tuple[list[str], float]]:
    """Rows as they are shown. Prometheus takes no page on which two have the same labels."""
    merged: dict[tuple[str, ...], float] = {}
    for labels, value in found:
        shown = tuple(_label(label) for label in labels)
        merged[shown] = merged.get(shown, 0.0) + value
    return [(list(labels), value) for labels, value in merged.items()]


def _label(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]", "?", SHARED.text(text))[:120]


_G, _C = GaugeMetricFamily, CounterMetricFamily

FAMILIES: tuple[Family, ...] = (
    Family("build_info", _G, "The agent.", rows.build, ("version", "host", "platform")),
    Family("ready", _G, "1 where the last good commit is live and proven.", rows.is_true("Ready")),
    Family("reconciling", _G, "1 while a change is being applied.", rows.is_true("Reconciling")),
    Family("drifted", _G, "1 where disk or switch differ from git.", rows.is_true("Drifted")),
    Family("suspended", _G, "1 while the agent is suspended.", rows.is_true("Suspended")),
    Family("held", _G, "1 for the reason why a commit is not applied.", rows.held, ("reason",)),
    Family("rollback_failed", _G, "1 where a rollback failed: nobody wanted the switch's state.", rows.lost),
    Family("drift", _G, "What differs now, by kind.", rows.drift, ("kind",)),
    Family("applied_info", _G, "What is live.", rows.info("applied", "revision"), ("commit", "revision")),
    Family(
        "attempted_info", _G, "What was tried last.", rows.info("attempted", "outcome"), ("commit", "outcome")
    ),
    Family("last_pass_timestamp_seconds", _G, "When the agent last wrote its status.", rows.time("at")),
    Family("pass_age_seconds", _G, "Seconds since the agent last wrote its status.", rows.age("at")),
    Family(
        "last_fetch_timestamp_seconds", _G, "When git last answered.", rows.time("source", "fetched_at")
    ),
    Family(
        "source_staleness_seconds", _G, "Seconds since git last answered.", rows.age("source", "fetched_at")
    ),
    Family(
        "last_applied_timestamp_seconds", _G, "When a commit was last proven.", rows.time("applied", "at")
    ),
    Family("pass_seconds", _G, "Seconds of each stage, the last time.", rows.numbers("timings"), ("stage",)),
    Family("quarantined_commits", _G, "Commits that failed and are held back.", rows.length("quarantine")),
    Family(
        "quarantined_tenants", _G, "Tenants whose last good files are live.",
        rows.length("tenants_quarantined"),
    ),
    Family(
        "needs_restart", _G, "What waits for a restart of the switch.",
        rows.length("switch", "needs_restart"),
    ),
    Family("generations", _G, "Generations kept on the host.", rows.length("generations")),
    Family("switch_connected", _G, "1 while the event socket is up.", rows.number("switch", "connected")),
    Family(
        "gateway_up", _G, "1 for a gateway that is up (registered, where it registers).",
        rows.numbers("switch", "gateways"), ("gateway",),
    ),
    Family("channels", _G, "Channels on the switch.", rows.number("switch", "channels")),
    Family("calls", _G, "Calls on the switch.", rows.number("switch", "calls")),
    Family("registrations", _G, "Phones that are registered.", rows.number("switch", "registrations")),
    Family("phones_owed", _G, "Phones that are still to be told to fetch.", rows.number("phones", "owed")),
    Family(
        "phones", _C, "What came of telling phones to fetch.", rows.counts("phones", 1), ("outcome",)
    ),
    Family("fax_sending", _G, "Faxes that are being sent.", rows.number("fax", "sending")),
    Family("fax_due", _G, "Faxes that could go by now and wait.", rows.number("fax", "due")),
    Family(
        "fax_due_age_seconds", _G, "Seconds that the first of them has waited.",
        rows.number("fax", "oldest"),
    ),
    Family(
        "fax_attempts", _C, "Calls that were made to send a fax, by outcome.",
        rows.counts("fax_attempts", 1), ("outcome",),
    ),
    Family(
        "fax_jobs", _C, "Faxes that are over, by how they ended.", rows.counts("fax_jobs", 1),
        ("state",),
    ),
    Family("fax_pages_sent", _C, "Pages that others confirmed.", rows.count("fax_pages_sent")),
    Family("fax_received", _C, "Faxes taken up since the agent started.", rows.first("fax", "received")),
    Family("fax_receiving", _G, "Received faxes that are not taken up yet.", rows.number("fax", "waiting")),
    Family("fax_mails", _C, "Received faxes mailed since it started.", rows.first("fax", "mailed")),
    Family("fax_unmailed", _G, "Received faxes whose mail waits.", rows.number("fax", "unmailed")),
    Family("fax_restarts", _C, "Faults of faxes that it came back from.", rows.count("fax_restarts")),
    Family("passes", _C, "Passes.", rows.count("passes")),
    Family("applies", _C, "Commits that were applied and proven.", rows.count("applies")),
    Family("commands", _C, "Commands to the switch.", rows.counts("commands", 2), ("kind", "outcome")),
    Family("rollbacks", _C, "Rollbacks.", rows.count("rollbacks")),
    Family("rollbacks_failed", _C, "Rollbacks that failed.", rows.count("rollbacks_failed")),
    Family("drift_found", _C, "Drift that was found.", rows.counts("drift_found", 1), ("kind",)),
    Family("drift_healed", _C, "Drift that was healed.", rows.counts("drift_healed", 1), ("kind",)),
    Family("fetch_failures", _C, "Fetches that failed.", rows.count("fetch_failures")),
    Family("reconnects", _C, "Event sockets after the first one.", rows.count("reconnects")),
    Family(
        "events_overflowed", _C, "Events dropped, each a reason for a resync.",
        rows.count("events_overflowed"),
    ),
    Family(
        "registration_failures", _C, "Log-ins that the switch refused.", rows.first("attackers", "failures")
    ),
    Family(
        "registration_failures_of_source", _G, "The worst sources of refused log-ins, in one window.",
        rows.sources, ("source",),
    ),
    Family(
        "attacking_sources", _G, "Sources that guess passwords now.", rows.first("attackers", "attacking")
    ),
    Family(
        "passwords_guessed", _C, "Log-ins that came right after many wrong ones.",
        rows.first("attackers", "guessed"),
    ),
    Family("billing_ok", _G, "1 where calls are booked as they should be.", rows.is_true("Billing")),
    Family(
        "billing_backlog", _G, "Call records that wait to be booked.", rows.number("billing", "backlog")
    ),
    Family(
        "billing_backlog_age_seconds", _G, "Seconds that the first of them has waited.",
        rows.number("billing", "oldest"),
    ),
    Family(
        "billing_last_booked_timestamp_seconds", _G, "When something was last booked.",
        rows.time("billing", "last_booked"),
    ),
    Family("billing_unrated", _G, "What is booked without a price.", rows.number("billing", "unrated")),
    Family("billing_live", _G, "Answered legs that are not booked yet.", rows.number("billing", "live")),
    Family(
        "billing_facts", _C, "What came of call records since the agent started, by outcome.",
        rows.numbers("billing", "counts"), ("outcome",),
    ),
    Family("billing_flagged", _G, "Tenants that may not call outside, by why.", rows.flagged, ("flag",)),
    Family("billing_mails", _C, "Mails to tenants since the agent started.", rows.first("billing", "mailed")),
    Family(
        "billing_payments_changed", _G, "Payments that are not as they were booked.",
        rows.length("billing", "payments_changed"),
    ),
    Family(
        "billing_restarts", _C, "Faults of billing that it came back from.",
        rows.count("billing_restarts"),
    ),
    Family("flags_set", _C, "Flags of tenants that were changed.", rows.counts("flags", 1), ("flag",)),
    Family(
        "caps_mended", _C, "Counts in Redis that were set right.", rows.counts("caps_mended", 1), ("kind",)
    ),
    Family(
        "notifications", _C, "Messages to webhooks and forges.", rows.counts("notifications", 1), ("outcome",)
    ),
)  # fmt: skip
"""All metrics. docs/monitoring names some of them; a test asks that each of those is here."""

NAMES = frozenset(
    f"dialform_{one.name}{'_total' if one.kind is CounterMetricFamily else ''}" for one in FAMILIES
) | {"dialform_metrics_left_out"}
"""The names of all series, as Prometheus stores them."""
