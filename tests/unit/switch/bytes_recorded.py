"""The bytes that a FreeSWITCH 1.10.12 sent: each file is one conversation, from its greeting or later."""

from pathlib import Path

HERE = Path(__file__).parent
FOLDERS = (HERE / "recorded", HERE.parent / "simulator" / "recorded")


def recorded() -> list[Path]:
    """All conversations; those that the simulator is held against stand in its folder."""
    return [path for folder in FOLDERS for path in sorted(folder.glob("*.raw"))]


def raw(name: str) -> bytes:
    """One conversation."""
    return next(path for path in recorded() if path.stem == name).read_bytes()


def reply(name: str) -> str:
    """The body of a conversation's last reply to `api`."""
    _, _, rest = raw(name).rpartition(b"Content-Type: api/response\n")
    head, _, body = rest.partition(b"\n\n")
    length = int(head.partition(b": ")[2])
    return body[:length].decode()
