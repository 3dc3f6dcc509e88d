"""Whether the clocks are right: schedules, certificates and bills live of them."""

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground

_APART = 3.0
"""Seconds: the switch says whole ones."""


async def check(ground: Ground) -> list[Finding]:
    """The machine's clock, and the switch's own, which does not follow when the machine's is set."""
    return [_machine(ground), await _switch(ground)]


def _machine(ground: Ground) -> Finding:
    looked = "adjtimex, as timedatectl does"
    kept = ground.machine.synchronised()
    if kept is None:
        return unknown("clock", looked, "The kernel does not say whether its clock is kept right.")
    if kept:
        return ok("clock", looked, "The clock is synchronised.")
    return warning(
        "clock", looked, "Nothing keeps the clock of this machine right.",
        "No time service runs, or it has not reached its servers yet.",
        "`timedatectl set-ntp true`, or start chrony; then `timedatectl` says `synchronized: yes`.",
    )  # fmt: skip


async def _switch(ground: Ground) -> Finding:
    looked = "`strepoch` of the switch"
    before = ground.machine.now()
    said = (await ground.say("strepoch") or "").strip()
    if not said.isdigit():
        return unknown("switch's clock", looked, f"The switch was not asked: {ground.no_switch}.")
    apart = int(said) - before
    if abs(apart) <= _APART:
        return ok("switch's clock", looked, "The switch has the same time as the machine.")
    way = "ahead" if apart > 0 else "behind"
    return problem(
        "switch's clock", looked, f"The switch is {abs(apart):.0f} s {way}.",
        "The machine's clock was set while the switch ran; it goes by a clock of its own.",
        "`fs_cli -x 'fsctl sync_clock_when_idle'` (or `sync_clock` at once).",
    )  # fmt: skip
