"""`dialform simulate`, from outside: a compiled folder as a switch that can be asked."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from .conftest import DIALFORM, Done, Run, environment


@pytest.fixture(scope="module")
def conf(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo site's switch, compiled by the command itself; secrets are not needed for that."""
    out = tmp_path_factory.mktemp("simulated")
    command = [
        DIALFORM,
        "simulate",
        "--site",
        demo,
        "--out",
        out,
        "--esl-port",
        "0",
        "--for",
        "0.1",
    ]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.splitlines()[0].removeprefix("Simulated switch of "))


def test_it_says_where_it_listens_and_ends_when_it_is_told_to(conf: Path) -> None:
    command = [DIALFORM, "simulate", "--conf", conf, "--esl-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        said = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert said
        with socket.create_connection(("127.0.0.1", int(said[1])), timeout=10) as line:
            assert line.recv(100) == b"Content-Type: auth/request\n\n"
        process.terminate()
        assert process.wait(20) == 0


def test_a_call_is_followed(conf: Path, tmp_path: Path, run: Run) -> None:
    told: Done = run(
        *("simulate", "--conf", str(conf), "--esl-port", "0", "--cdr", str(tmp_path), "--watch"),
        *("--register", "1002@acme.example.com", "--call", "1003@acme.example.com", "1002"),
        *("--for", "1"),
    )
    assert told.status == 0, told.err
    assert "sofia/internal/1003@acme.example.com begins to 1002" in told.out
    assert re.search(r"sofia/internal/1002@127\.0\.0\.1:\d+ rings", told.out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--conf", "/nowhere"), "is no compiled configuration: it has no freeswitch.xml."),
        (("--conf", "/nowhere", "--host", "pbx1"), "--conf names the folder itself"),
        (("--register", "1001"), "is not written USER@DOMAIN"),
        (("--cdr", "/nowhere"), "records have nowhere to go"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_sentence(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = run("simulate", *arguments, "--for", "1")
    assert done.status == 64
    assert said in " ".join(done.err.split())


def test_a_port_that_is_taken_is_named(conf: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("simulate", "--conf", str(conf), "--esl-port", str(port), "--for", "1")
    assert done.status == 1
    assert f"cannot listen on port {port}, it is taken" in " ".join(done.err.split())
