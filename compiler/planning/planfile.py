"""A plan in a file: saved, read again, and refused where anything is no longer as it was planned."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dialform.compiler.planning.plan import Plan
from dialform.compiler.planning.plandata import VERSION, plan_data
from dialform.compiler.stamp import compiler_name, replace
from dialform.compiler.states.state import (
    MANIFEST,
    State,
    StateError,
    compiled_folders,
    live_digest,
    open_state,
)
from dialform.values import dataclass

_KEPT = ("dialform_plan", "compiler", "spec", "live", "plan", "checksum")
_LARGEST = 64 * 1024 * 1024


class PlanFileError(Exception):
    """A plan file is none, or was edited: one sentence, with the way out."""


@dataclass(frozen=True, slots=True)
class PlanSpec:
    """What was asked for: the words for both states, the host, and what `--force` named."""

    base: str
    head: str
    host: str = ""
    force: int | None = None


def file_data(plan: Plan, spec: PlanSpec, out: Path) -> dict[str, Any]:
    """What a plan file holds. There is no secret in it; the checksum shows an edit."""
    data: dict[str, Any] = {
        "dialform_plan": VERSION,
        "compiler": compiler_name(),
        "spec": {"base": spec.base, "head": spec.head, "host": spec.host, "force": spec.force},
        "live": live_digests(plan.before, spec.host, out),
        "plan": plan_data(plan),
    }
    data["checksum"] = checksum(data)
    return data


def save_plan(path: Path, plan: Plan, spec: PlanSpec, out: Path) -> None:
    """Write a plan file, whole or not at all, for its owner alone. Raises OSError."""
    replace(path.absolute(), (json.dumps(file_data(plan, spec, out), indent=2) + "\n").encode())


def checksum(data: Mapping[str, Any]) -> str:
    """A digest over everything but itself."""
    rest = {key: value for key, value in data.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def live_digests(before: State, host: str, out: Path) -> dict[str, str]:
    """What each host was given, by host; where nothing was compiled, the base stands for it ("")."""
    found = {}
    for folder in compiled_folders(out):
        if host and folder.name != host:
            continue
        try:
            found[folder.name] = live_digest(json.loads((folder / MANIFEST).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            found[folder.name] = "unreadable"
    return found or {"": before.digest}


def read_plan(path: Path) -> dict[str, Any]:
    """A plan file that nobody edited. Raises PlanFileError, OSError."""
    with path.open("rb") as file:
        raw = file.read(_LARGEST + 1)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise PlanFileError(
            f"'{path}' is no plan file: save one with `dialform plan --out`."
        ) from None
    if not isinstance(data, dict) or "dialform_plan" not in data:
        raise PlanFileError(f"'{path}' is no plan file: save one with `dialform plan --out`.")
    if data["dialform_plan"] != VERSION:
        raise PlanFileError(f"'{path}' has another version than this Dialform reads: plan again.")
    if not all(key in data for key in _KEPT) or not _digests(data):
        raise PlanFileError(
            f"'{path}' has no digest of what it was planned against, so nothing shows that it still "
            "fits: plan again with `dialform plan --out`."
        )
    if not hmac.compare_digest(str(data["checksum"]), checksum(data)):
        raise PlanFileError(f"'{path}' was edited after it was saved: plan again.")
    return data


def _digests(data: Mapping[str, Any]) -> bool:
    plan, live = data["plan"], data["live"]
    ends = [plan.get(end) for end in ("base", "head")] if isinstance(plan, dict) else [None]
    return (
        all(isinstance(end, dict) and end.get("digest") for end in ends)
        and isinstance(live, dict)
        and bool(live)
        and all(live.values())
        and bool(data["checksum"])
        and bool(data["compiler"])
    )


def mismatches(data: Mapping[str, Any], root: Path, out: Path) -> Iterator[str]:
    """Why a plan does not fit any more, a sentence each. Raises StateError."""
    if data["compiler"] != compiler_name():
        yield (
            f"It was planned by Dialform {data['compiler']}, and this is {compiler_name()}: "
            "plan again."
        )
    spec, plan = data["spec"], data["plan"]
    before = open_state(spec["base"], root)
    if before.commit != plan["base"]["commit"]:
        yield (
            f"The base '{spec['base']}' was {_short(plan['base']['commit'])} and is "
            f"{_short(before.commit)} now: plan again."
        )
    elif before.digest != plan["base"]["digest"]:
        yield f"The files of the base '{spec['base']}' changed after it was planned: plan again."
    try:
        after = open_state(spec["head"], root)
    except StateError as error:
        yield str(error)
        return
    if after.digest != plan["head"]["digest"]:
        yield f"The files of '{spec['head']}' changed after it was planned: plan again."
    live = live_digests(before, spec["host"], out)
    if live != data["live"]:
        names = sorted(
            name for name in live.keys() | data["live"].keys()
            if live.get(name) != data["live"].get(name)
        )  # fmt: skip
        hosts = " and ".join(name or "the host" for name in names)
        yield f"What {hosts} was given is no longer what it was planned against: plan again."


def _short(commit: str | None) -> str:
    return commit[:10] if commit else "no commit"
