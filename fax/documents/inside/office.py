"""LibreOffice as a library (LibreOfficeKit): it needs no socket, which its program does.

The interface in C is that of include/LibreOfficeKit/LibreOfficeKit.h; only functions that are there since
LibreOffice 5.2 are called.
"""

import ctypes
import os
from pathlib import Path
from typing import Any

from dialform.fax.documents.inside import Wrong

_LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")
_THING, _TEXT = ctypes.c_void_p, ctypes.c_char_p

_SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
 <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"
  oor:op="fuse"><value>true</value></prop></item>
 <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"
  oor:op="fuse"><value>3</value></prop></item>
 <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
  oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
 <item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"
  oor:op="fuse"><value>0</value></prop></item>
 <item oor:path="/org.openoffice.Office.Java/VirtualMachine"><prop oor:name="EnableJava"
  oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
"""Its profile: no macros, no Java, nothing linked is loaded."""


class _OfficeTable(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("destroy", ctypes.CFUNCTYPE(None, _THING)),
        ("load", ctypes.CFUNCTYPE(_THING, _THING, _TEXT)),
    ]


class _DocumentTable(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("destroy", ctypes.CFUNCTYPE(None, _THING)),
        ("save", ctypes.CFUNCTYPE(ctypes.c_int, _THING, _TEXT, _TEXT, _TEXT)),
    ]


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """`file` becomes `out.pdf`; `program` is the folder of LibreOffice's libraries. Raises Wrong."""
    profile = Path("profile/user")
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_SETTINGS)
    with _quiet():
        office = _started(Path(asked["program"]))
        document = _table(office, _OfficeTable).load(office, _address(asked["file"]))
        if not document:
            raise Wrong(
                "{name} cannot be opened by LibreOffice: it is broken, or protected by a password."
            )
        if not _table(document, _DocumentTable).save(document, _address("out.pdf"), b"pdf", None):
            raise Wrong("{name} cannot be printed by LibreOffice: save it as PDF and send that.")
    return {}


def _started(program: Path) -> Any:
    found = next((program / one for one in _LIBRARIES if (program / one).exists()), None)
    if found is None:
        raise Wrong(
            "{name} needs the libraries of LibreOffice, which lack here: save it as PDF and send that."
        )
    hook = ctypes.CDLL(str(found), mode=ctypes.RTLD_GLOBAL).libreofficekit_hook_2
    hook.restype, hook.argtypes = _THING, [_TEXT, _TEXT]
    office = hook(os.fsencode(program), _address("profile"))
    if not office:
        raise Wrong("{name} is not converted: LibreOffice does not start here.")
    return office


def _table(thing: Any, kind: Any) -> Any:
    """The functions of an object: its first field points to them."""
    place = ctypes.cast(thing, ctypes.POINTER(ctypes.c_void_p)).contents
    return ctypes.cast(place, ctypes.POINTER(kind)).contents


def _address(name: str) -> bytes:
    return (Path.cwd() / name).as_uri().encode()


class _quiet:  # noqa: N801 - it reads as a verb
    """LibreOffice writes to stdout what it likes: the answer alone belongs there."""

    def __enter__(self) -> None:
        self._out = os.dup(1)
        os.dup2(2, 1)

    def __exit__(self, *_: object) -> None:
        os.dup2(self._out, 1)
        os.close(self._out)
