"""Commands with surprises: streams, modules, voicemail, the configuration that holds until reloadxml."""

from pathlib import Path

import pytest

from .esl_bench import Bench

MUSIC = """<configuration name="local_stream.conf">
  <directory name="default" path="{0}"><param name="interval" value="30"/></directory>
  <directory name="gone" path="{0}/nowhere"/>
</configuration>
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "conf")


def with_music(bench: Bench, folder: Path) -> None:
    bench.write("autoload_configs/local_stream.conf.xml", MUSIC.format(folder))
    bench.api("reloadxml")
    bench.api("local_stream start default")


def test_a_stream_is_unknown_until_the_configuration_is_read_again(
    bench: Bench, tmp_path: Path
) -> None:
    bench.write("autoload_configs/local_stream.conf.xml", MUSIC.format(tmp_path))
    assert bench.api("local_stream start default") == "-ERR no reply\n"
    bench.api("reloadxml")
    assert bench.api("local_stream start default") == "+OK stream: default"
    assert bench.api("local_stream show") == f"default,{tmp_path}\n"
    assert "  interval: 30\n  samples:  240\n" in bench.api("local_stream show default")


def test_a_stream_without_its_folder_is_started_and_is_not_there(
    bench: Bench, tmp_path: Path
) -> None:
    with_music(bench, tmp_path)
    assert bench.api("local_stream start gone") == "+OK stream: gone"
    assert bench.api("local_stream show gone") == "-ERR Cannot locate local_stream gone!\n"


def test_a_stream_that_is_started_right_after_it_was_stopped_vanishes(
    bench: Bench, tmp_path: Path
) -> None:
    with_music(bench, tmp_path)
    assert bench.api("local_stream stop default") == "+OK"
    assert bench.api("local_stream start default") == "+OK stream: default"
    bench.forward(1)
    assert bench.api("local_stream show") == "-ERR no reply\n"
    assert bench.api("local_stream stop default") == "-ERR Cannot locate local_stream default!\n"


def test_a_broken_file_leaves_everything_as_it_was(bench: Bench) -> None:
    text = (bench.conf / "directory.xml").read_text()
    bench.write("directory.xml", text.replace('"1001"', '"1009"').replace("</users>", ""))
    assert bench.api("reloadxml").startswith("+OK [[error near line ")
    assert bench.api("user_exists id 1001 127.0.0.1") == "true"
    assert bench.api("user_exists id 1009 127.0.0.1") == "false"


def test_a_changed_file_is_not_seen_before_reloadxml(bench: Bench) -> None:
    text = (bench.conf / "directory.xml").read_text()
    bench.write("directory.xml", text.replace('"1001"', '"1009"'))
    assert bench.api("user_exists id 1001 127.0.0.1") == "true"
    bench.api("reloadxml")
    assert bench.api("user_exists id 1009 127.0.0.1") == "true"


def test_voicemail_says_yes_to_every_profile(bench: Bench) -> None:
    assert bench.api("voicemail reload nope") == "+OK reload complete\n"
    said = bench.api("voicemail reload default reloadxml")
    assert said == "Reload XML [Success]\n+OK reload complete\n"


def test_a_command_whose_module_is_not_loaded_is_unknown(bench: Bench) -> None:
    assert bench.api("valet_info lot") == "-ERR valet_info Command not found!\n"
    assert bench.api("module_exists mod_valet_parking") == "false"


def test_the_sockets_password_is_read_at_the_start_alone(bench: Bench) -> None:
    name = "autoload_configs/event_socket.conf.xml"
    bench.write(name, (bench.conf / name).read_text().replace("ClueCon", "other"))
    bench.api("reloadxml")
    assert bench.switch.password == "ClueCon"


def test_queues_are_listed_in_the_switchs_own_order(bench: Bench) -> None:
    queues = "".join(f'<queue name="{n}"/>' for n in ("acme.800", "nordlicht.800", "nordlicht.801"))
    bench.write(
        "autoload_configs/callcenter.conf.xml",
        f'<configuration name="callcenter.conf"><queues>{queues}</queues></configuration>\n',
    )
    assert bench.api("callcenter_config queue load acme.800") == "-ERR Invalid Queue not found!\n"
    bench.api("reloadxml")
    for name in ("acme.800", "nordlicht.800", "nordlicht.801"):
        assert bench.api(f"callcenter_config queue load {name}") == "+OK\n"
    lines = bench.api("callcenter_config queue list").splitlines()
    assert [line.split("|")[0] for line in lines[1:-1]] == [
        "nordlicht.800",
        "nordlicht.801",
        "acme.800",
    ]
