"""Fixtures of the live suite, and a skip that nobody overlooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from . import lab, trunk
from . import switch as switches
from .ends import Ends
from .marks import mismarked
from .phone import Phone
from .site import Site
from .switch import Switch

HOW = (
    "LIVE SUITE SKIPPED: {missing}. {count} TEST(S) ON A REAL SWITCH DID NOT RUN. "
    f"INSTALL FREESWITCH 1.10 AND SIPP, OR SET {switches.VARIABLE} AND {trunk.VARIABLE} "
    "TO THEIR PROGRAMS, THEN RUN: pytest tests/live"
)
REASON = "live suite: {missing}"


LACKING = pytest.StashKey[str]()


def missing() -> str:
    """What this machine lacks, in words; empty where the suite can run."""
    lacking = [
        name
        for name, found in (("FREESWITCH", switches.find_binary()), ("SIPP", trunk.find_sipp()))
        if found is None
    ]
    return f"NO {' AND NO '.join(lacking)} FOUND" if lacking else ""


def needs_switch(item: pytest.Item) -> bool:
    """Whether a test of this folder asks for the real switch, straight or through a fixture."""
    return {"switch", "carriers", "host"} & set(getattr(item, "fixturenames", ())) != set()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks the tests that need a switch, and skips them where there is none."""
    here = Path(__file__).parent
    live = [item for item in items if here in item.path.parents and needs_switch(item)]
    if not live:
        return
    try:
        lacking = config.stash[LACKING] = missing()
    except FileNotFoundError as error:
        raise pytest.UsageError(str(error)) from None
    for item in live:
        item.add_marker(pytest.mark.live)
        if lacking:
            item.add_marker(pytest.mark.skip(reason=REASON.format(missing=lacking)))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Says in one line what did not run, and how to run it."""
    lacking = config.stash.get(LACKING, "")
    said = REASON.format(missing=lacking)
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and said in report.longrepr[2]
    ]
    if lacking and skipped:
        terminalreporter.write_line(HOW.format(missing=lacking, count=len(skipped)), red=True)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of the suite on loopback, compiled."""
    site = lab.demo(tmp_path_factory.mktemp("live"))
    site.compile()
    return site


class Carriers:
    """The far ends of all trunks. They take calls until a test tells one of them otherwise."""

    def __init__(self, site: Site) -> None:
        self._folder = site.folder / "carriers"
        self._all = {
            name: trunk.Carrier(address, self._folder, name)
            for name, address in site.carriers.items()
        }
        self.folder = self._folder

    def __getitem__(self, name: str) -> trunk.Carrier:
        return self._all[name]

    def __iter__(self) -> Iterator[trunk.Carrier]:
        return iter(self._all.values())

    def reset(self) -> None:
        """All answer, with empty traces."""
        for carrier in self._all.values():
            carrier.start(trunk.answers())

    def stop(self) -> None:
        for carrier in self._all.values():
            carrier.stop()


@contextmanager
def answering(site: Site) -> Iterator[Carriers]:
    """The far ends of a site's trunks, all of which answer."""
    carriers = Carriers(site)
    carriers.reset()
    try:
        yield carriers
    finally:
        carriers.stop()


@pytest.fixture(scope="session")
def _carriers(compiled: Site) -> Iterator[Carriers]:
    with answering(compiled) as carriers:
        yield carriers


@pytest.fixture
def carriers(_carriers: Carriers) -> Carriers:
    """The carriers, as new: `carriers["backup"].start(trunk.rejects(503))` changes one."""
    _carriers.reset()
    return _carriers


@pytest.fixture(scope="session")
def switch(compiled: Site, _carriers: Carriers) -> Iterator[Switch]:
    """A switch that runs the compiled site. Its carriers stand before it registers with them."""
    with Switch(compiled.conf, compiled.state) as running:
        running.until(running.registered, 15.0, "carriers do not let it register")
        yield running


@pytest.fixture(autouse=True)
def aftermath(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test on the switch: no call is left, nobody is registered, no error was logged.

    And the CDR of each leg says what it must, and its facts are those of the event of its end.
    A test that provokes an error says so with `switch.expects(pattern)`.
    """
    if "switch" not in request.fixturenames:
        yield
        return
    switch: Switch = request.getfixturevalue("switch")
    mark = switch.mark()
    switch.begin()
    with Ends(switch.esl) as ends:
        yield
        switch.settle()
        assert switch.errors(mark, switch.expected) == []
        assert mismarked(switch.cdrs()) == []
        assert ends.disagreeing(switch.cdrs()) == []


Extension = Callable[..., Phone]


def phones_of(site: Site) -> Extension:
    """Makes the phone of an extension: `async with extension("acme/1001") as alice:`.

    Takes what Phone takes; each `transport` goes to its own port.
    """

    def phone(which: str, **given: Any) -> Phone:
        tenant, _, number = which.partition("/")
        transport = given.get("transport", "udp")
        port = transport if transport in ("tls", "ws", "wss") else "internal"
        given.setdefault("proxy", site.address(port))
        given.setdefault("bind", "127.0.0.11")
        given.setdefault("password", site.password(which))
        return Phone(number, site.domain(tenant), **given)

    return phone


@pytest.fixture
def extension(compiled: Site, switch: Switch) -> Extension:
    """Makes the phones of the suite's site."""
    return phones_of(compiled)


Outsider = Callable[..., Phone]


@pytest.fixture
def outsider(compiled: Site, switch: Switch) -> Outsider:
    """Makes a phone at the external port: from a carrier's address by its name, or a stranger's.

    `outsider("+19175550100", "backup")` calls in from that carrier; `outsider("mallory",
    "127.0.0.66")` from an address that nobody knows.
    """

    def phone(number: str, place: str, **given: Any) -> Phone:
        source = compiled.carriers[place][0] if place in compiled.carriers else place
        given.setdefault("proxy", compiled.address("external"))
        return Phone(number, source, bind=source, **given)

    return phone
