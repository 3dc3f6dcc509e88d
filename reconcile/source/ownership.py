"""Whose a repository on this host is: git reads none of another user's unless somebody says so.

What another user may write into a repository, git may run. So the agent trusts what belongs to itself or
to root, who could do anything anyway, and says for the rest how an operator trusts it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from dialform.reconcile import durable

_NAME = "dialform-trusted.gitconfig"


def is_trusted(path: Path) -> bool:
    """Whether a repository belongs to root or to the user that runs this."""
    owners = {0, os.geteuid()}
    try:
        own = {one.stat().st_uid for one in _folders(path)}
    except OSError:
        return False
    return own <= owners


def trusted(path: Path, beside: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which git reads a repository of root's. Raises OSError.

    git clears what it was told on the command line before it starts the other side of a local fetch,
    so this must be said in a file; the user's own configuration is read from there.
    """
    if not is_trusted(path) or all(one.stat().st_uid == os.geteuid() for one in _folders(path)):
        return {}
    lines = [
        line for one in _own_files(environ) for line in ("[include]", f"\tpath = {_quoted(one)}")
    ]
    lines.append("[safe]")
    lines += [f"\tdirectory = {_quoted(str(one))}" for one in _folders(path)]
    text = "".join(f"{line}\n" for line in lines).encode()
    file = beside / _NAME
    if not file.is_file() or file.read_bytes() != text:
        durable.write(file, text)
    return {"GIT_CONFIG_GLOBAL": str(file)}


def _folders(path: Path) -> list[Path]:
    """The repository's folder, and that of its work tree."""
    path = path.resolve()
    return [path, path / ".git"] if (path / ".git").exists() else [path]


def _own_files(environ: Mapping[str, str]) -> list[str]:
    if said := environ.get("GIT_CONFIG_GLOBAL"):
        return [said]
    home = environ.get("HOME", "")
    folder = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    return [
        *([f"{folder}/git/config"] if folder else []),
        *([f"{home}/.gitconfig"] if home else []),
    ]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
