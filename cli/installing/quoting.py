"""How systemd reads a unit: command lines, words, folders that it makes."""

import shlex
from collections.abc import Iterable, Sequence

_ROOTS = {"State": "/var/lib/", "Logs": "/var/log/", "Runtime": "/run/"}


def folders(wanted: dict[str, Sequence[str]]) -> str:
    """The folders that a unit writes: made by systemd where it can, else only let through."""
    lines, made = [], set()
    for kind, paths in wanted.items():
        below = [path for path in paths if path.startswith(_ROOTS[kind])]
        names = dict.fromkeys(path.removeprefix(_ROOTS[kind]).strip("/") for path in below)
        if names:
            made |= set(below)
            lines += [
                f"{kind}Directory={' '.join(map(word, names))}",
                f"{kind}DirectoryMode=0750",
            ]
    others = dict.fromkeys(path for paths in wanted.values() for path in paths if path not in made)
    lines += [f"ReadWritePaths={word(f'-{path}')}" for path in others]
    return "\n".join(lines)


def command_line(words: Iterable[str]) -> str:
    r"""A command line as systemd reads it: `%` and `$` stand for themselves, `\` splits long lines."""
    quoted = [word(each.replace("$", "$$")) for each in words]
    lines: list[str] = []
    for each in quoted:
        if lines and (each.startswith("-") or len(lines[-1]) + len(each) > 90):
            lines.append(each)
        elif lines:
            lines[-1] += f" {each}"
        else:
            lines.append(each)
    return " \\\n    ".join(lines)


def word(text: str) -> str:
    """A word as it stands in a unit: quoted where it must be, `%` for itself."""
    return shlex.quote(escaped(text))


def escaped(text: str) -> str:
    """A text in which `%` stands for itself."""
    return text.replace("%", "%%")
