"""`/healthz` and `/metrics`, on a listener of their own that only this host reaches."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dialform.provisioning.errors import StateError
from dialform.provisioning.service import Service

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def build_monitor(service: Service) -> Starlette:
    """The application for those who watch."""

    async def healthz(_: Request) -> Response:
        trouble = service.releases.followed.trouble
        return JSONResponse({"alive": True, "release": "stale" if trouble else "newest"})

    async def metrics(_: Request) -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(service))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE)

    made = Starlette(routes=[Route("/healthz", healthz), Route("/metrics", metrics)])
    made.router.redirect_slashes = False
    return made


class _Collected(Collector):
    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        service = self._service
        counts, followed = service.counts, service.releases.followed
        asked = CounterMetricFamily(
            "dialform_phones_requests", "Requests, by how they ended and the phone's vendor.",
            labels=("outcome", "vendor"),
        )  # fmt: skip
        for (outcome, vendor), value in sorted(counts.requests.items()):
            asked.add_metric((outcome, vendor), value)
        yield asked
        dropped = CounterMetricFamily(
            "dialform_phones_connections_dropped", "Connections that were cut.", labels=("reason",)
        )
        for reason, value in sorted(counts.dropped.items()):
            dropped.add_metric((reason,), value)
        yield dropped
        gauges: tuple[tuple[str, str, float], ...] = (
            ("connections", "Connections that are open.", counts.connections),
            ("known", "Phones that are known.", len(service.releases.current.index.by_mac)),
            ("windows", "Open enrolments.", self._windows()),
            ("index_age_seconds", "Since the index was read.", self._age()),
            ("index_stale", "1 where a newer release is broken.", int(bool(followed.trouble))),
            ("limits_entries", "Addresses that are remembered.", len(service.limits)),
        )
        for name, meaning, number in gauges:
            yield GaugeMetricFamily(f"dialform_phones_{name}", meaning, value=number)
        yield CounterMetricFamily(
            "dialform_phones_index_loads", "Indexes that were read.", value=followed.times
        )
        yield CounterMetricFamily(
            "dialform_phones_unwritten", "Batches of fetches that could not be written.",
            value=counts.unwritten,
        )  # fmt: skip

    def _age(self) -> float:
        return self._service.clocks.steady() - self._service.releases.followed.loaded

    def _windows(self) -> int:
        try:
            return len(self._service.state.enrolments.windows(self._service.clocks.wall()))
        except StateError:
            return 0
