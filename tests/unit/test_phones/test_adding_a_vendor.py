"""docs/adding-a-vendor.md: who does what it says has a vendor."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dialform.renderers.phones as room
from dialform.compiler.phones import catalogue
from dialform.renderers.phones import render, templating

from . import samples
from . import test_every_vendor as laws
from .settings import KEYS, SETTINGS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "adding-a-vendor.md"
FILES = {"toml": "vendor.toml", "python": "words.py", "jinja": "phone.cfg.j2"}


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[catalogue.Vendor]:
    """The vendor of the page, in a folder beside the others."""
    root = tmp_path_factory.mktemp("phones")
    (root / "example").mkdir()
    for language, text in re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text("utf-8"), re.S):
        if language in FILES:
            (root / "example" / FILES[language]).write_text(text, "utf-8")
    (root / "example" / "__init__.py").touch()
    folders = {**catalogue._folders(), "example": root / "example"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "_folders", lambda: folders)
        patch.setattr(room, "__path__", [*room.__path__, str(root)])
        patch.setattr(templating, "_FOLDER", [templating._FOLDER, root])
        _forget()
        yield samples.known("example")
    _forget()
    for name in ("dialform.renderers.phones.example", "dialform.renderers.phones.example.words"):
        sys.modules.pop(name, None)


def _forget() -> None:
    for one in (catalogue._names, catalogue._vendor, catalogue._spellings, render._words):
        one.cache_clear()
    templating.environment.cache_clear()
    templating.template.cache_clear()


def test_the_table_and_its_names_are_good(followed: catalogue.Vendor) -> None:
    laws.test_a_vendors_table_says_only_what_there_is(followed)
    laws.test_no_two_models_are_spelled_the_same(followed)
    laws.test_every_template_that_is_named_exists(followed)
    laws.test_names_of_files_are_distinct_and_plain(followed)
    laws.test_the_index_knows_each_file_by_all_its_names(followed)


def test_its_phones_get_what_all_phones_get(followed: catalogue.Vendor) -> None:
    for model in followed.models.values():
        laws.test_every_model_renders_and_reads_in_its_format(followed, model)
        laws.test_whatever_people_write_adds_no_setting(followed, model)
        laws.test_secrets_stand_only_where_they_belong(followed, model)
        laws.test_without_provisioning_there_is_no_address_and_no_token(followed, model)
        laws.test_a_line_is_the_same_wherever_it_stands(followed, model)
        laws.test_keys_fill_the_phone_and_all_its_modules(followed, model)


@pytest.mark.parametrize("setting", [*SETTINGS, *KEYS])
def test_each_setting_is_seen(followed: catalogue.Vendor, setting: str) -> None:
    laws.test_every_setting_is_seen_or_stands_in_without(followed, followed.models["e200"], setting)
