"""What the documentation shows is true: its YAML has the right shape, its commands exist."""

import re
import shlex
from fnmatch import fnmatch
from typing import Any

import click
import pytest
from jsonschema import Draft7Validator

from dialform.cli.app import COMMANDS, dialform
from dialform.schema.export import DOCUMENTS, schema_of
from dialform.schema.reader import read

from .conftest import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")),
         ROOT / "cli/skeleton/README.md"]  # fmt: skip
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[Any]:
    found = []
    for page in PAGES:
        for number, match in enumerate(BLOCK.finditer(page.read_text("utf-8"))):
            if match[2] == language:
                name = f"{page.relative_to(ROOT)}-{number}"
                found.append(pytest.param(match[3], id=name))
    return found


def validator_for(text: str) -> Draft7Validator:
    """By the file that the first line names; a tenant's where none is. A part needs no whole."""
    first = text.splitlines()[0].removeprefix("# ")
    for document in DOCUMENTS.values():
        if any(fnmatch(first, pattern) for pattern in document.files):
            return Draft7Validator({**schema_of(document.name), "required": []})
    return Draft7Validator(schema_of("tenant-part"))


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_has_the_right_shape(text: str) -> None:
    source, findings = read("block.yaml", text.encode())
    assert findings == []
    assert [error.message for error in validator_for(text).iter_errors(source.data)] == []


def commands() -> list[Any]:
    found = []
    for block in blocks("sh"):
        for line in block.values[0].replace("\\\n", " ").splitlines():
            for words in re.findall(r"(?:^ *|\(|\$ )(dialform [^|>)#]*)", line):
                found.append(pytest.param(words, id=f"{block.id}: {words.strip()}"))
    return found


@pytest.mark.parametrize("line", commands())
def test_commands_and_their_options_exist(line: str) -> None:
    words = shlex.split(line.replace('"', ""))[1:]
    command: click.Command = dialform
    with click.Context(dialform) as context:
        while isinstance(command, click.Group):
            if command.invoke_without_command and (not words or words[0].startswith("-")):
                break
            word = words.pop(0)
            assert command is not dialform or word in COMMANDS
            found = command.get_command(context, word)
            assert found is not None, word
            command = found
        # Parsing raises for an option or a choice that there is not.
        command.make_context(command.name, words, parent=context)
