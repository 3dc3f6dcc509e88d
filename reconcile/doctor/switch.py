"""Whether the switch runs, lets us in, and runs what the agent applies."""

from pathlib import Path

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground
from dialform.switch import Garbled, Refused, Unreachable
from dialform.switch.questions import conf_folder, status

_LOOKED = "the event socket"


async def check(ground: Ground) -> list[Finding]:
    """The event socket, the conf folder, whether it takes calls."""
    if ground.ask is None:
        return [_away(ground)]
    found = [await _state(ground)]
    folder = await ground.learn(conf_folder)
    if folder is not None and ground.folders is not None:
        found.append(_same(ground, Path(folder)))
    return found


def _away(ground: Ground) -> Finding:
    error = ground.error
    if error is None:
        return unknown("switch", _LOOKED, f"The switch was not asked: {ground.no_switch}.")
    if isinstance(error, Refused):
        return problem(
            "switch", _LOOKED, f"The switch does not let us in: {error}.",
            "It runs with another password than any generation has, or its ACL `event_socket` "
            "leaves our address out. What it reads only at its start needs a restart.",
            "Restart the switch, or start it from the agent's folder "
            f"(`{_boot(ground)}`).",
        )  # fmt: skip
    if isinstance(error, Garbled):
        return problem(
            "switch", _LOOKED, f"What answers there is no event socket: {error}.",
            "Another program has the port of the event socket.",
            "Look who it is with `dialform doctor ports`; give either another port.",
        )  # fmt: skip
    if isinstance(error, Unreachable):
        return problem(
            "switch", _LOOKED, f"The switch does not answer: {error}.",
            "FreeSWITCH does not run, or its event socket listens elsewhere.",
            f"Start it: `{_boot(ground)}`. Then look into its log for [CRIT] and [ERR].",
        )  # fmt: skip
    return problem("switch", _LOOKED, f"The switch gave no answer: {error}.")


def _boot(ground: Ground) -> str:
    words = [str(word) for word in ground.manifest.get("boot", [])]
    if ground.folders is not None and "-conf" in words[:-1]:
        words[words.index("-conf") + 1] = str(_wanted(ground))
    return " ".join(words) or "systemctl start freeswitch"


def _wanted(ground: Ground) -> Path:
    assert ground.folders is not None
    state = ground.folders.state
    return state / "current" / "freeswitch" if state else ground.folders.conf


async def _state(ground: Ground) -> Finding:
    said = await ground.learn(status)
    if said is None:
        return unknown("switch", "`status`", "The switch does not say how it is.")
    if not said.ready:
        return problem(
            "switch", "`status`", "The switch is paused: it takes no calls.",
            "Somebody said `fsctl pause`.", "`fs_cli -x 'fsctl resume'`.",
        )  # fmt: skip
    if said.limit and said.sessions >= said.limit * 0.9:
        return warning(
            "switch", "`status`", f"{said.sessions} of at most {said.limit} sessions are up.",
            "`max-sessions` of switch.conf is nearly reached: calls beyond it are refused.",
            "Move tenants to another host.",
        )  # fmt: skip
    return ok("switch", "`status`", f"FreeSWITCH {said.version} runs, {said.sessions} sessions.")


def _same(ground: Ground, folder: Path) -> Finding:
    looked, wanted = "`global_getvar conf_dir`", _wanted(ground)
    if folder == wanted or folder.resolve() == wanted.resolve():
        return ok("conf folder", looked, "The switch runs from the folder that is looked after.")
    level = problem if ground.folders and ground.folders.state else warning
    return level(
        "conf folder", looked, f"The switch runs from {folder}, not from {wanted}.",
        "It was started with another `-conf`: nothing that is applied reaches it.",
        f"Start it with `{_boot(ground)}`.",
    )  # fmt: skip
