"""Whether the SIP profiles run."""

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown
from dialform.reconcile.doctor.ground import Ground
from dialform.switch.questions import profiles


async def check(ground: Ground) -> list[Finding]:
    """Each profile of the configuration."""
    names = [path.stem for path in ground.files("sip_profiles/*.xml")]
    live = await ground.learn(profiles)
    if live is None or not names:
        return [unknown("profiles", "`sofia xmlstatus`", f"Not asked: {ground.no_switch}.")]
    return [_of(name, name in live and live[name].running) for name in names]


def _of(name: str, running: bool) -> Finding:
    about, looked = f"profile {name}", "`sofia xmlstatus`"
    if running:
        return ok(about, looked, "It runs.")
    return problem(
        about, looked, "It does not run: its ports are closed.",
        "Somebody stopped it, or it could not bind: a port is taken, its address is not this "
        "machine's, or a certificate is garbage.",
        f"`dialform doctor ports certificates`; then `fs_cli -x 'sofia profile {name} start'`.",
    )  # fmt: skip
