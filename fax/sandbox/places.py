"""What a program in the sandbox sees of the system: programs, libraries, fonts; nobody's data."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store",
    "/etc/ld.so.cache", "/etc/fonts", "/etc/ghostscript", "/etc/libreoffice", "/etc/localtime",
    "/etc/papersize", "/etc/passwd", "/etc/nsswitch.conf", "/etc/locale.alias",
    "/var/cache/fontconfig", "/var/lib/ghostscript", "/var/lib/libreoffice",
    "/var/spool/libreoffice",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")

_PROGRAMS = ("/usr/local/bin", "/usr/bin", "/bin")
_OFFICES = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/usr/local/lib/libreoffice/program",
    "/opt/libreoffice*/program",
    "/snap/libreoffice/current/lib/libreoffice/program",
)


def program(name: str) -> str:
    """Where a program of the system lies; empty where it has none of this name. PATH does not count."""
    found = (Path(folder) / name for folder in _PROGRAMS)
    return next((str(path) for path in found if path.is_file()), "")


def office() -> str:
    """Where LibreOffice's own program lies (not the script that starts it); empty where there is none."""
    for pattern in _OFFICES:
        for folder in sorted(Path("/").glob(pattern[1:]), reverse=True):
            if (folder / "soffice.bin").is_file():
                return str(folder / "soffice.bin")
    return ""


def system(binary: str) -> Iterator[str]:
    """What any program reads, and the folder that this one came in."""
    yield from _SYSTEM
    home = Path(binary).resolve().parent.parent
    if home != Path("/"):
        yield str(home)


def ours(paths: Iterable[str]) -> list[Path]:
    """What this Python reads to run: itself, its libraries, and the parts of Dialform that it needs."""
    import dialform
    import dialform.billing
    import dialform.fax

    modules = (dialform, dialform.billing, dialform.fax)
    own = [Path(folder) for module in modules for folder in module.__path__]
    bases = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_exec_prefix)]
    return [*bases, *(Path(path) for path in paths), *own, *(path.resolve() for path in own)]
