"""Where a new secret comes from and where it goes: a prompt or a pipe; an age text or a file."""

import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dialform.cli import common

MASTER = "master"
_KEYS = (MASTER, "age.key")
"""Files that all other secrets hang on: never overwritten."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LARGEST = 64 * 1024
_SHORTEST_MASTER = 16


def ask(*, stdin: bool, random: bool, name: str = "") -> str:
    """The secret: made up, from standard input, or typed twice without being shown."""
    if stdin and random:
        raise click.UsageError("--stdin and --random exclude one another.")
    if random:
        return secrets.token_urlsafe(32 if name == MASTER else 18)
    if stdin:
        text = sys.stdin.read(_LARGEST + 2)
        text = text.removesuffix("\n").removesuffix("\r")
    elif sys.stdin.isatty():
        text = click.prompt("Secret", hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise click.UsageError("Nobody is here to be asked: give the secret with --stdin.")
    _check(text, name)
    return text


def _check(text: str, name: str) -> None:
    if not text:
        raise click.UsageError("The secret is empty.")
    if len(text) > _LARGEST:
        raise click.UsageError(f"The secret is longer than {_LARGEST // 1024} KiB.")
    if any(character in text for character in "\0\r\n"):
        raise click.UsageError("The secret has several lines: it is one line of text.")
    if name == MASTER and len(text.encode()) < _SHORTEST_MASTER:
        raise click.UsageError(
            f"A master secret has at least {_SHORTEST_MASTER} bytes: make one with --random."
        )


def host_keys(root: Path) -> list[str]:
    """The age keys of the hosts in platform.yaml; says on standard error which hosts have none."""
    from dialform.compiler.platform import load_platform
    from dialform.schema.tree import scan

    tree = scan(root)
    try:
        view = load_platform(tree, tree.read).view
    except OSError as error:
        raise click.UsageError(f"{error.filename} cannot be read: {error.strerror}.") from error
    if view is None:
        raise click.UsageError("platform.yaml has errors: see `dialform validate`.")
    hosts = view.platform.hosts
    without = [name for name, host in hosts.items() if host.age is None]
    keys = sorted({host.age for host in hosts.values() if host.age is not None})
    if not keys:
        raise click.UsageError(
            "No host in platform.yaml has an `age:` key to encrypt for. Add hosts.<name>.age, name "
            "a key with --recipient, or write a file of the secrets folder with --file NAME."
        )
    if without:
        click.echo(f"no `age:` key, so unable to read it: {', '.join(without)}", err=True)
    return keys


def encrypted(text: str, keys: Sequence[str]) -> str:
    """The YAML to paste."""
    from dialform.compiler.secrets import SecretError, encrypt

    try:
        return f'{{age: "{encrypt(text, keys)}"}}'
    except SecretError as error:
        raise click.UsageError(f"{error.reason}: {error.hint}.") from error


def folder_for(named: Path | None) -> Path:
    """The secrets folder to write to; a new one is made for its owner only."""
    folder = common.secrets_folder(named if named is None or named.is_dir() else None)
    if named is not None and not named.exists():
        try:
            named.mkdir(mode=0o700)
        except OSError as error:
            raise click.ClickException(f"cannot make {named}: {error.strerror}") from error
        click.echo(f"made the folder {named}", err=True)
        return named
    if folder is None or (named is not None and not named.is_dir()):
        raise click.UsageError("Name the secrets folder with --secrets DIR.")
    return folder


def check_name(folder: Path, name: str) -> None:
    """Refuse a name that is none, and a key that is there already. Raises click.UsageError."""
    if not _NAME.fullmatch(name):
        raise click.UsageError("The name of a secret has letters, digits, '.', '-' and '_' only.")
    if name in _KEYS and (folder / name).exists():
        raise click.UsageError(
            f"{folder / name} exists, and all that hangs on it would change. "
            "Move it away first if you mean it."
        )


def write(folder: Path, name: str, text: str) -> None:
    """Write a secret's file, whole or not at all, readable by its owner only."""
    from dialform.compiler.stamp import replace

    try:
        replace(folder / name, text.encode() + b"\n")
    except OSError as error:
        raise click.ClickException(f"cannot write {folder / name}: {error.strerror}") from error
    click.echo(f"wrote {folder / name}", err=True)
    if name not in _KEYS:
        click.echo(f"{{secret: {name}}}")
