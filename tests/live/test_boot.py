"""The compiled folder boots, wherever it lies, and says nothing that it should not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import lab, trunk
from .site import Site
from .switch import Switch

LOUD = re.compile(r"\[(WARNING|ERR|CRIT|ALERT)\]")
# What FreeSWITCH says of itself at each start, whatever it was given.
OF_THE_SWITCH = (r"sofia\.c:\d+ MSG Thread \d+ Started",)


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    """The demo site as it stands, its compiled folder moved away from where it was made."""
    site = Site.demo(tmp_path_factory.mktemp("moved"))
    lab.write_prompts(site)
    site.compile()
    elsewhere = site.folder / "a folder elsewhere"
    shutil.move(site.conf, elsewhere)
    shutil.rmtree(site.out)
    shutil.rmtree(site.source)
    folder = site.folder / "carriers"
    carriers = [trunk.Carrier(where, folder, name) for name, where in site.carriers.items()]
    for carrier in carriers:
        carrier.start(trunk.answers())
    with Switch(elsewhere, site.state) as running:
        yield running
    for carrier in carriers:
        carrier.stop()


@pytest.mark.usefixtures("switch")
class TestBoot:
    def test_no_warning_and_no_error(self, booted: Switch) -> None:
        loud = [
            line
            for line in booted.log().splitlines()
            if LOUD.search(line) and not any(re.search(p, line) for p in OF_THE_SWITCH)
        ]
        assert loud == []

    def test_reloadxml(self, booted: Switch) -> None:
        assert booted.api("reloadxml").strip() == "+OK [Success]"

    def test_profiles_and_gateways_are_up(self, booted: Switch) -> None:
        assert booted.profiles == ["external", "internal"]
        booted.until(
            lambda: "REGED" in booted.api("sofia status gateway mycarrier"), 10.0, "not REGED"
        )
        assert "NOREG" in booted.api("sofia status gateway backup")

    def test_modules_are_loaded(self, booted: Switch) -> None:
        conf = booted.conf / "autoload_configs" / "modules.conf.xml"
        wanted = re.findall(r'module="(\w+)"', conf.read_text("utf-8"))
        assert len(wanted) > 10
        for module in wanted:
            assert booted.api(f"module_exists {module}").strip() == "true", module

    def test_nothing_of_the_folder_names_where_it_was_made(self, booted: Switch) -> None:
        made = str(booted.conf.parent / "out")
        for path in booted.conf.rglob("*"):
            if path.is_file():
                assert made.encode() not in path.read_bytes(), path

    def test_switch_writes_nothing_into_its_configuration(self, booted: Switch) -> None:
        assert not list(booted.conf.rglob("*.pem"))
        assert not list(booted.conf.rglob("*.fsxml"))

    def test_revision_is_on_the_switch(self, booted: Switch) -> None:
        assert re.fullmatch(
            r"[0-9a-f]{7,40}\S*", booted.api("global_getvar dialform_revision").strip()
        )

    def test_shell_is_out_of_reach(self, booted: Switch) -> None:
        for command in ("system id", "bg_system id"):
            assert "uid=" not in booted.api(command)
        assert "uid=" not in booted.api("expand ${system id}")

    def test_event_socket_wants_its_password(self, booted: Switch) -> None:
        esl = type(booted.esl)(booted.esl.address, "ClueCon")
        with pytest.raises(Exception, match="Reply-Text"):
            esl.api("status")

    def test_event_socket_listens_on_loopback_only(self, booted: Switch) -> None:
        assert booted.settings("event_socket.conf")["listen-ip"].startswith("127.")

    def test_zones_are_known(self, booted: Switch) -> None:
        for zone in ("America/New_York", "America/Chicago", "Europe/Berlin"):
            assert re.match(r"\d\d:\d\d", booted.api(f"strftime_tz {zone} %H:%M"))


def test_session_switch_reloads_while_it_runs(switch: Switch, compiled: Site) -> None:
    assert switch.api("reloadxml").strip() == "+OK [Success]"
    assert Path(compiled.conf).exists()
