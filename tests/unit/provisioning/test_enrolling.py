"""Windows: open, fetch, expire, twice, from many at once."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dialform.provisioning.enrolment import LONGEST, Enrolments, Window
from dialform.provisioning.errors import StateError

from .conftest import Serve
from .release import ACME, OTHER, PHONES, Phone, release
from .serving import NOW, Served, serving

MINE = PHONES[0]


def test_in_its_window_a_phone_fetches_once(served: Served) -> None:
    assert served.ask(f"/provision/{MINE.name}").status == 404
    served.enrol(ACME)
    assert served.ask(f"/provision/{MINE.name}", "HEAD").status == 200, "a HEAD takes nothing"
    assert served.ask(f"/provision/{MINE.name}").body == MINE.contents[MINE.name].encode()
    for path in (MINE.name, ACME, f"{ACME}/{MINE.name}"):
        assert served.ask(f"/provision/{path}").status == 404
    assert [line["outcome"] for line in served.lines] == [
        "refused",
        "head",
        "enrolled",
        *["refused"] * 3,
    ]
    assert served.lines[0]["knocked"] == ACME, (
        "whoever looks for a phone that finds nothing sees it"
    )


@pytest.mark.parametrize("path", [ACME, ACME.upper(), "80-5e-c0-00-00-01", "80:5E:C0:00:00:01", f"{ACME}/",
                                  f"{ACME}/{ACME}.cfg", f"{ACME}.CFG"])  # fmt: skip
def test_a_phone_is_known_by_its_mac_however_it_is_spelt(served: Served, path: str) -> None:
    served.enrol(ACME)
    assert served.ask(f"/provision/{path}").status == 200


def test_a_name_without_a_mac_is_known_by_the_user_agent(tmp_path: Path, certificate: Path) -> None:
    files = {"phone.xml": "<a/>"}
    phones = [Phone(ACME, files=files), Phone(OTHER, tenant="bakery", files={"phone.xml": "<b/>"})]
    root = release(tmp_path / "pbx1", phones)
    with serving(root, tmp_path / "state", certificate) as served:
        served.enrol(OTHER)
        agents = {
            "": 404, "Fanvil X4 2.12 80:5e:c0:00:00:01": 404, "Cisco/SPA504G-7.6.1 (805ec0000002)": 200,
        }  # fmt: skip
        for agent, status in agents.items():
            found = served.ask("/provision/phone.xml", headers={"User-Agent": agent})
            assert found.status == status, agent
        assert found.body == b"<b/>"


def test_a_file_is_taken_once_by_whichever_name_and_each_file_once(
    tmp_path: Path, certificate: Path
) -> None:
    phone = Phone(ACME, files={"a.cfg": "a", "b.cfg": "b"}, also={f"{ACME}.boot": "a.cfg"})
    root = release(tmp_path / "pbx1", [phone])
    with serving(root, tmp_path / "state", certificate) as served:
        served.enrol(ACME)
        names = [f"{ACME}/b.cfg", f"{ACME}.boot", f"{ACME}/a.cfg", f"{ACME}/b.cfg", f"{ACME}/c.cfg"]
        assert [served.ask(f"/provision/{one}").status for one in names] == [
            200,
            200,
            404,
            404,
            404,
        ]


def test_a_window_ends(served: Served) -> None:
    served.enrol(ACME, minutes=10)
    served.clock.now += 600
    assert served.ask(f"/provision/{ACME}").status == 404


def test_a_window_of_a_phone_that_nobody_knows_opens_nothing(served: Served) -> None:
    served.enrol("001122334455")
    assert served.ask("/provision/001122334455").status == 404
    assert served.ask("/provision/001122334455.cfg").status == 404


def test_a_window_is_for_tls_alone(root: Path, tmp_path: Path) -> None:
    with serving(root, tmp_path / "state", None, trusted_proxies=["127.0.0.1"]) as served:
        served.enrol(ACME)
        for said, status in (
            ({}, 404), ({"X-Forwarded-Proto": "http"}, 404), ({"X-Forwarded-Proto": "https, http"}, 404),
            ({"X-Forwarded-Proto": "https"}, 200),
        ):  # fmt: skip
            assert served.ask(f"/provision/{ACME}", headers=said).status == status, said  # type: ignore[arg-type]


def test_of_many_who_ask_at_once_one_gets_it(served: Served) -> None:
    served.enrol(ACME)
    found: list[int] = []
    start = threading.Barrier(12)

    def ask() -> None:
        with served.connect() as one:
            start.wait(60)
            one.sendall(
                f"GET /provision/{ACME} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            )
            found.append(int(one.recv(4096).split()[1]))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [200] + [404] * 11


_TAKING = """
import sys
from pathlib import Path
from dialform.provisioning.enrolment import Enrolments
enrolments = Enrolments(Path(sys.argv[1]))
print("here", flush=True)
sys.stdin.readline()
print(sum(enrolments.take(sys.argv[2], f"{n}.cfg", float(sys.argv[3])) for n in range(20)))
"""


def test_of_many_processes_one_takes_each_file(tmp_path: Path) -> None:
    Enrolments(tmp_path).open_window(ACME, 10, "me", NOW)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _TAKING, str(tmp_path), ACME, str(NOW)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for one in workers:
        assert one.stdout
        assert one.stdout.readline() == "here\n"
    for one in workers:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    assert sum(int(one.communicate(timeout=60)[0]) for one in workers) == 20


class Windows(RuleBasedStateMachine):
    """Against a naive model, through objects that know nothing of each other, as processes do not."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.now = NOW
        self.model: dict[str, tuple[float, set[str]]] = {}

    def teardown(self) -> None:
        self.temporary.cleanup()

    @property
    def enrolments(self) -> Enrolments:
        return Enrolments(self.folder)

    macs = st.sampled_from([ACME, OTHER])
    names = st.sampled_from(["a.cfg", "b.cfg", "c.cfg"])

    @initialize()
    def nothing_is_open(self) -> None:
        assert self.enrolments.windows(self.now) == ()

    @rule(mac=macs, minutes=st.integers(1, 30))
    def open(self, mac: str, minutes: int) -> None:
        made = self.enrolments.open_window(mac, minutes, "me", self.now)
        self.model[mac] = (self.now + minutes * 60, set())
        assert made == Window(mac, self.now + minutes * 60, "me")

    @rule(mac=macs)
    def close(self, mac: str) -> None:
        self.enrolments.close_window(mac)
        self.model.pop(mac, None)

    @rule(mac=macs, name=names)
    def look(self, mac: str, name: str) -> None:
        assert self.enrolments.may(mac, name, self.now) == self.expected(mac, name)

    @rule(mac=macs, name=names)
    def take(self, mac: str, name: str) -> None:
        expected = self.expected(mac, name)
        assert self.enrolments.take(mac, name, self.now) == expected
        if expected:
            self.model[mac][1].add(name)

    @rule(mac=macs, name=names)
    def take_at_once(self, mac: str, name: str) -> None:
        expected, took = self.expected(mac, name), []
        threads = [
            threading.Thread(target=lambda: took.append(self.enrolments.take(mac, name, self.now)))
            for _ in range(4)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sum(took) == expected
        if expected:
            self.model[mac][1].add(name)

    @rule(seconds=st.sampled_from([1, 59, 60, 600]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule(
        content=st.sampled_from(
            [b"", b"{", b"[]", b'{"until": "x"}', b'{"until": 1e999, "by": 1}']
        ),
        mac=macs,
    )
    def damage(self, content: bytes, mac: str) -> None:
        """What is no window lets nobody in."""
        if mac in self.model:
            (self.folder / "enrolments" / f"{mac}.json").write_bytes(content)
            del self.model[mac]

    @invariant()
    def what_is_open_is_what_was_opened(self) -> None:
        found = {one.mac: set(one.taken) for one in self.enrolments.windows(self.now)}
        assert found == {
            mac: taken for mac, (until, taken) in self.model.items() if until > self.now
        }

    def expected(self, mac: str, name: str) -> bool:
        until, taken = self.model.get(mac, (0.0, set()))
        return self.now < until and name not in taken


Windows.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestWindows = Windows.TestCase


@pytest.mark.parametrize(
    "mac", ["", "../../../etc/x", "805EC0000001", "805ec000000", "805ec000000g", "805ec0000001\n"]
)
def test_what_is_no_mac_has_no_window(tmp_path: Path, mac: str) -> None:
    with pytest.raises(ValueError, match="minutes"):
        Enrolments(tmp_path).open_window(mac, 10, "me", NOW)


@pytest.mark.parametrize("minutes", [0, -1, LONGEST + 1, float("nan"), float("inf")])
def test_a_window_has_an_end(tmp_path: Path, minutes: float) -> None:
    with pytest.raises(ValueError, match="minutes"):
        Enrolments(tmp_path).open_window(ACME, minutes, "me", NOW)


def test_windows_are_nobody_elses_business(tmp_path: Path) -> None:
    Enrolments(tmp_path / "state").open_window(ACME, 10, "me", NOW)
    folder = tmp_path / "state" / "enrolments"
    assert {oct(one.stat().st_mode & 0o777) for one in folder.iterdir()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert json.loads((folder / f"{ACME}.json").read_text()) == {
        "until": NOW + 600,
        "by": "me",
        "taken": [],
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="ONLY ROOT GIVES FILES AWAY: NOT TRIED")
def test_what_root_opens_belongs_to_the_service(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, 1234, 1234)
    Enrolments(state).open_window(ACME, 10, "me", NOW)
    made = [state / "enrolments", *(state / "enrolments").iterdir()]
    assert {(one.stat().st_uid, one.stat().st_gid) for one in made} == {(1234, 1234)}


def test_a_link_in_place_of_a_window_is_not_followed(tmp_path: Path, serve: Serve) -> None:
    with serve() as served:
        served.enrol(OTHER)
        elsewhere = tmp_path / "window.json"
        elsewhere.write_text(json.dumps({"until": NOW + 600, "by": "", "taken": []}))
        (served.state / "enrolments" / f"{ACME}.json").symlink_to(elsewhere)
        assert served.ask(f"/provision/{ACME}").status == 404


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StateError, match="see to its owner"):
        Enrolments(tmp_path / "state").open_window(ACME, 10, "me", NOW)


@pytest.mark.parametrize("named", [True, False])
def test_a_proxy_that_nobody_named_is_told_of(root: Path, tmp_path: Path, named: bool) -> None:
    proxies = ["127.0.0.1"] if named else []
    with serving(root, tmp_path / "state", None, trusted_proxies=proxies) as served:
        served.enrol(ACME)
        came = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        for _ in range(3):
            answer = served.ask(f"/provision/{MINE.name}", headers=came)
        told = [line["trouble"] for line in served.lines if line["event"] == "proxy"]
        assert len(told) == (not named), "once in a while"
        assert named or ("127.0.0.1" in told[0] and "trusted_proxies" in told[0])
        assert answer.status == 404


def test_a_full_disk_is_no_matter_of_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match=r"No space left on device.*: make room there"):
        Enrolments(tmp_path).open_window(ACME, 10, "test", NOW)
    assert Enrolments(tmp_path).windows(NOW) == ()
