"""`contrib/` is what the command writes, and the image holds what the wheel is made of."""

from __future__ import annotations

import tomllib
from pathlib import Path

from dialform.cli.installing.examples import DEMO, examples
from dialform.cli.installing.firewall import Caps

ROOT = Path(__file__).parents[3]
CONTRIB = ROOT / "contrib"


def test_the_examples_are_what_is_written() -> None:
    """If not: python -m dialform.cli.installing.examples contrib."""
    for name, text in examples().items():
        assert (CONTRIB / name).read_text("utf-8") == text, name


def test_the_image_is_made_of_the_packages_and_runs_as_nobody_special() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rooms = set(project["tool"]["setuptools"]["package-dir"].values())
    ignored = (CONTRIB / "docker/Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert rooms <= {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    image = (CONTRIB / "docker/Dockerfile").read_text("utf-8").splitlines()
    assert [line for line in image if line.startswith("USER ")] == ["USER dialform"]
    assert image.index("USER dialform") > max(
        n for n, line in enumerate(image) if line.startswith("RUN ")
    )


def test_the_page_about_attackers_says_the_numbers() -> None:
    page = (ROOT / "docs/attackers.md").read_text("utf-8")
    caps = Caps()
    assert f"| {caps.registers} | {caps.all_registers} |" in page
    assert f"| {caps.connections} | {caps.all_connections} |" in page
    assert f"| {caps.packets} | no |" in page
    assert DEMO.log in page
