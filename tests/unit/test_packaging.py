"""What the wheel holds: a folder that nobody listed would be missing on every host."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_folder_of_the_package_is_in_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    rooms = settings["package-dir"]
    found = {
        ".".join((name, *each.parent.relative_to(ROOT / folder).parts))
        for name, folder in rooms.items()
        for each in (ROOT / folder).rglob("__init__.py")
    }
    assert found == set(settings["packages"])
