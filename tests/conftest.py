"""How much Hypothesis tries: little on every run, much with --hypothesis-profile=deep. The demo site, and a PostgreSQL."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dialform.schema.tree import FOLDERS, ROOT_FILES

from .postgresql import database

__all__ = ["database"]

# A slow machine is no failure, and one site for many examples is meant so.
_CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]

settings.register_profile("quick", deadline=None, suppress_health_check=_CALM)
settings.register_profile(
    "deep", deadline=None, suppress_health_check=_CALM, max_examples=5000, print_blob=True
)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def copy_of_the_demo() -> Callable[[Path], Path]:
    """Copies the demo site, which is the root of the repository, to a folder that is not there yet.

    Without its calls.d: what a test deletes would be missed there.
    """

    def copied(target: Path) -> Path:
        root = Path(__file__).resolve().parents[1]
        target.mkdir()
        for name in ROOT_FILES:
            shutil.copy2(root / name, target / name)
        for name in FOLDERS:
            if name != "calls.d" and (root / name).is_dir():
                shutil.copytree(root / name, target / name)
        return target

    return copied
