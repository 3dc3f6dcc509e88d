"""The checks, in the order in which they are told where all is equally bad."""

from collections.abc import Awaitable, Callable

from dialform.reconcile.doctor import (
    agent,
    billing,
    certificates,
    clock,
    cores,
    disk,
    fax,
    faxinbox,
    features,
    gateways,
    inbound,
    parser,
    phones,
    portal,
    ports,
    profiles,
    prompts,
    provisioning,
    quota,
    revision,
    secrets,
    switch,
)
from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground
from dialform.values import dataclass

Run = Callable[[Ground], Awaitable[list[Finding]]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check. `about` are the kinds of subjects that it has something to say of.

    `general`: it runs where nobody asked about anything.
    """

    run: Run
    question: str
    about: frozenset[str] = frozenset()
    general: bool = True


_ANY = frozenset(("extension", "number", "gateway"))

CHECKS: dict[str, Check] = {
    "switch": Check(switch.check, "Does the switch run, and let us in?", _ANY),
    "refused": Check(
        billing.refused, "Why is a call outside refused?", frozenset(("extension",)), False
    ),
    "phones": Check(
        phones.check, "Why does a phone not register?", frozenset(("extension",)), False
    ),
    "inbound": Check(inbound.check, "Why does a call not arrive?", frozenset(("number",)), False),
    "gateways": Check(gateways.check, "Are the trunks up?", frozenset(("gateway",))),
    "profiles": Check(profiles.check, "Do the SIP profiles run?", _ANY),
    "ports": Check(ports.check, "Are the ports the switch's?", frozenset(("extension",))),
    "revision": Check(revision.check, "Does the switch hold what is applied?", _ANY),
    "agent": Check(agent.check, "Does the agent live, and apply?"),
    "certificates": Check(certificates.check, "Do the certificates last?"),
    "clock": Check(clock.check, "Are the clocks right?"),
    "disk": Check(disk.check, "Is there room on the disks?"),
    "secrets": Check(secrets.check, "Can secrets be read, by us alone?"),
    "prompts": Check(prompts.check, "Are the prompts there?"),
    "provisioning": Check(provisioning.check, "Do phones fetch, and register then?"),
    "portal": Check(portal.check, "Can people sign in to the portal?"),
    "fax": Check(fax.check, "Why is a fax stuck?"),
    "inbox": Check(faxinbox.check, "Are received faxes taken up, and mailed?"),
    "quota": Check(quota.check, "Why is a quota zero?", frozenset(("tenant",))),
    "billing": Check(
        billing.check, "Are calls booked, and whose are refused?", frozenset(("tenant",))
    ),
    "features": Check(
        features.check, "Why does a user lack something?", frozenset(("user",)), False
    ),
    "parser": Check(parser.check, "Is YAML read by the C parser?"),
    "crashes": Check(cores.check, "Has the switch crashed?"),
}
"""What can be asked, by its name. A new check is a module and a line."""


def chosen(ground: Ground) -> list[str]:
    """The checks that are to run: those that were named, those of the subjects, or all general ones."""
    named = {subject.name for subject in ground.asked("check")}
    kinds = {subject.kind for subject in ground.subjects} - {"check"}
    if not named and not kinds:
        return [name for name, check in CHECKS.items() if check.general]
    return [name for name, check in CHECKS.items() if name in named or check.about & kinds]
