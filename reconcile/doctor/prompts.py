"""Whether the sounds of each language are on the disk: a missing prompt is silence, and no error."""

from pathlib import Path

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown
from dialform.reconcile.doctor.ground import Ground

_PARTS = ("digits", "ivr", "voicemail")
_PREFIX = "$${sounds_dir}/"


async def check(ground: Ground) -> list[Finding]:
    """Each language that the configuration speaks."""
    sounds = await ground.folder("sounds_dir")
    found = []
    for path in ground.files("lang/*.xml"):
        root = ground.xml(f"lang/{path.name}")
        language = root.find(".//language") if root is not None else None
        prefix = language.get("sound-prefix", "") if language is not None else ""
        folder = (
            sounds / prefix.removeprefix(_PREFIX) if prefix.startswith(_PREFIX) else Path(prefix)
        )
        found.append(_of(path.stem, folder))
    return found or [unknown("prompts", "lang/", "No compiled language is here.")]


def _of(language: str, folder: Path) -> Finding:
    about, looked = f"prompts in {language}", str(folder)
    lacking = [part for part in _PARTS if not _has_sounds(folder / part)]
    if not lacking:
        return ok(about, looked, "They are there; `dialform prompts --missing` looks at each.")
    what = "No prompt is there" if len(lacking) == len(_PARTS) else f"{', '.join(lacking)} lack"
    return problem(
        about, looked, f"{what}: callers hear nothing.",
        "The sounds package of this language is not installed, or lies in another folder.",
        f"Install it (freeswitch-sounds-{language}-…), or name the folder: `hosts: … paths: sounds`.",
    )  # fmt: skip


def _has_sounds(folder: Path) -> bool:
    try:
        return any(folder.rglob("*.wav"))
    except OSError:
        return False
