"""What is imported when a call comes to it: the tables of names say all that the modules hold."""

from importlib import import_module

import pytest

from dialform.simulator import apps
from dialform.simulator.calls.application import APPLICATIONS, find
from dialform.simulator.commands import legs
from dialform.simulator.commands.calls import CALLS


@pytest.mark.parametrize("theme", apps.THEMES)
def test_each_theme_holds_the_applications_that_are_named(theme: str) -> None:
    module = import_module(f"dialform.simulator.apps.{theme}").__name__
    held = {name for name, one in APPLICATIONS.items() if one.run.__module__ == module}
    assert held == set(apps.THEMES[theme].split())


def test_an_application_is_found_by_its_name_alone() -> None:
    apps.load()
    assert find("valet_park") is not None
    assert find("no_such_application") is None


def test_the_commands_about_legs_are_named() -> None:
    others = {"callcenter_config", "conference", "valet_info"}
    assert set(CALLS) == set(legs.COMMANDS) | others
