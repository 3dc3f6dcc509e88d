"""`dialform live` and `dialform doctor` from outside, with the simulated switch as the switch."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import DIALFORM, Done, copy_of_the_demo, environment


@dataclass(frozen=True)
class Place:
    """A site whose switch is simulated."""

    site: Path
    process: "subprocess.Popen[str]"

    def __call__(self, *words: str) -> Done:
        done = subprocess.run(
            [DIALFORM, *words, "--site", self.site], env=environment(DIALFORM_STATE=str(self.site / "none")),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The demo on a free port of the event socket, with two phones."""
    site = copy_of_the_demo(tmp_path_factory.mktemp("live") / "site")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    platform = site / "platform.yaml"
    text = platform.read_text()
    assert "port: 8021" in text
    platform.write_text(text.replace("port: 8021", f"port: {port}"))
    assert subprocess.run([DIALFORM, "compile", "--site", site], env=environment(),
                          capture_output=True, check=False).returncode == 0  # fmt: skip
    phones = [f"--register={number}@acme.example.com" for number in ("1001", "1002", "1003")]
    process = subprocess.Popen(
        [DIALFORM, "simulate", "--conf", site / "out/pbx1/freeswitch", *phones, "--for", "300"],
        env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "Simulated" in process.stdout.readline()
    assert str(port) in process.stdout.readline()
    try:
        yield Place(site, process)
    finally:
        process.terminate()
        process.wait(20)


def test_a_call_is_made_shown_and_ended(place: Place) -> None:
    made = place("live", "call", "1001", "1002", "--tenant", "acme")
    assert (made.status, "1002 answered" in made.out) == (0, True), made
    assert made.err == "ringing 1001\n1001 answered, dialling 1002\n"
    shown = place("live", "channels", "--tenant", "acme", "--format", "json")
    calls = json.loads(shown.out)["calls"]
    assert {call["extension"] for call in calls} == {"1001", "1002"}
    bare = place("live", "channels", "--tenant", "acme").out.splitlines()
    assert len(bare) == 3
    assert bare[0].split()[:3] == ["uuid", "tenant", "extension"]
    assert "\x1b" not in "".join(bare)
    other = place("live", "channels", "--tenant", "nordlicht")
    assert (other.status, other.out) == (0, "")
    uuid = calls[0]["uuid"]
    stranger = place("live", "hangup", uuid, "--tenant", "nordlicht")
    assert (stranger.status, stranger.err) == (1, f"Error: There is no call {uuid}.\n")
    assert place("live", "hold", uuid, "--tenant", "acme").out == "on hold\n"
    assert place("live", "hold", uuid, "--off", "--tenant", "acme").out == "taken back\n"
    assert place("live", "hangup", uuid, "--tenant", "acme").status == 0


def test_a_refusal_is_said_and_exits_1(place: Place) -> None:
    done = place("live", "call", "1003", "+442079460000", "--tenant", "acme")
    assert (done.status, done.out) == (1, "+442079460000 was refused: toll\n")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("hangup", "1001\napi shutdown", "--tenant", "acme"), 64, "is no extension"),
        (("call", "1001", "1002,user/1001", "--tenant", "acme"), 64, "cannot be dialled"),
        (("transfer", "x", "1001", "--tenant", "acme"), 64, "is no UUID"),
        (("call", "1001", "1002"), 64, "say --tenant (acme, janes-bakery)"),
        (("channels", "--tenant", "nobody"), 1, "no tenant 'nobody'"),
        (("channels", "--as", "alice"), 64, "say --tenant too"),
        (("channels", "--tenant", "acme", "--as", "bob"), 1, "realtime"),
    ],
)
def test_what_is_not_understood_or_not_allowed(
    place: Place, words: tuple[str, ...], status: int, said: str
) -> None:
    done = place("live", *words)
    assert (done.status, said in done.err) == (status, True), done
    assert place.process.poll() is None, "the switch lives"


def test_a_tenant_admin_sees_the_tenant(place: Place) -> None:
    done = place("live", "registrations", "--tenant", "acme", "--as", "alice", "--format", "json")
    assert {row["extension"] for row in json.loads(done.out)["registrations"]} == {
        "1001",
        "1002",
        "1003",
    }


def test_the_doctor_finds_a_phone(place: Place) -> None:
    done = place("doctor", "acme/1001")
    assert (done.status, "A phone is registered" in done.out) == (0, True), done
    data = json.loads(place("doctor", "acme/1050", "--format", "json").out)["findings"]
    assert data[0]["level"] == "problem"
    assert data[0]["cause"] and data[0]["way_out"]


def test_the_doctor_without_a_switch_says_what_it_could_not_look_at(
    place: Place, tmp_path: Path
) -> None:
    done = subprocess.run(
        [DIALFORM, "doctor", "clock", "parser"], env=environment(DIALFORM_STATE=str(tmp_path)),
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Not looked at" in done.stdout


def test_the_doctor_follows_a_number(place: Place) -> None:
    deadline = time.monotonic() + 10
    while (done := place("doctor", "+12125550199")).status and time.monotonic() < deadline:
        pass  # until the gateway has registered
    assert (done.status, "From outside, now: " in done.out) == (0, True), done


def test_no_secret_is_shown(place: Place) -> None:
    conf = place.site / "out/pbx1/freeswitch/autoload_configs/event_socket.conf.xml"
    password = conf.read_text().partition('name="password" value="')[2].partition('"')[0]
    assert password
    for words in (("doctor",), ("doctor", "--format", "json"), ("live", "channels")):
        done = place(*words)
        assert password not in done.out + done.err


def test_an_unknown_subject(place: Place) -> None:
    done = place("doctor", "mycarier")
    assert (done.status, "Did you mean 'mycarrier'?" in done.err) == (64, True), done
