"""Whether people can sign in to the portal: each trouble, and where there is none."""

from pathlib import Path

import pytest

from dialform.compiler.stamp import SITE
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.visit import Visit
from dialform.reconcile.folders import Folders

from .conftest import NOW, Ask, Made, levels

DAY = 86400.0


@pytest.fixture(autouse=True)
def applied(host: Path, ground: Ground) -> None:
    ground.folders = Folders((host,))


def test_it_answers_with_a_certificate_that_lasts(ask: Ask, machine: Made) -> None:
    machine.visits = Visit(200, "", NOW + 60 * DAY)
    found = ask("portal")
    assert levels(found) == {"ok"}
    assert [one.about for one in found] == ["portal", "portal"]


@pytest.mark.parametrize(
    ("seen", "level", "words"),
    [
        (Visit(trouble="Connection refused", refused=True), "problem", "Nobody answers"),
        (Visit(trouble="timed out"), "warning", "timed out"),
        (Visit(404, "", NOW + 60 * DAY), "problem", "Something else answers"),
        (Visit(200, "", NOW - DAY), "problem", "ended on"),
        (Visit(200, "", NOW + 5 * DAY), "warning", "in 5 days"),
        (Visit(200, "", NOW + 60 * DAY, "self-signed certificate"), "warning", "self-signed"),
    ],
)
def test_what_is_wrong_is_told_with_a_way_out(
    ask: Ask, machine: Made, seen: Visit, level: str, words: str
) -> None:
    machine.visits = seen
    (bad,) = [one for one in ask("portal") if one.level.word == level]
    assert words in bad.found
    assert bad.cause and bad.way_out


def test_a_site_without_a_portal_has_nothing_to_ask(ask: Ask, machine: Made, host: Path) -> None:
    path = host / SITE / "platform.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("console:", "# console:").replace("  base_url: https://portal", "# ")
                    .replace("  self_service:", "# ")
                    .replace("  trusted_proxies:", "# "))  # fmt: skip
    machine.visits = Visit(trouble="nobody may be asked", refused=True)
    (found,) = ask("portal")
    assert found.found == "The site has no portal."
