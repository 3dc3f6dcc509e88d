"""Legs of a bridge: to phones of the tenant, or to the outside through the inner flow."""

from collections.abc import Mapping

from dialform.compiler.resolved import Target, Tenant
from dialform.renderers.freeswitch.flow import Flow
from dialform.schema.platform import Toll


def channel(tenant: Tenant, number: str, owner: str, toll: Toll, flow: Flow) -> str:
    """What rings for a number: the phones of an extension, or an outside call on `owner`'s bill."""
    if not number.startswith("+") and number not in tenant.emergency_numbers:
        return f"user/{number}@{tenant.domain}"
    target = Target("external", number, owner, toll)
    return f"[dialform_direction=internal]loopback/{flow.node(target)}/{flow.context}/XML"


def together(channels: list[tuple[str, int, int, Mapping[str, str]]]) -> str:
    """The dial string of legs that ring at once: each its channel, seconds, delay and variables.

    The variables stand in the leg's own brackets.

    Several legs in one `,` list would ring only the first phone of an extension with two
    (switch_ivr_originate.c: "Only calling the first element"), so each is an enterprise leg (`:_:`)
    with its own originate. Its delay is in milliseconds, and not part of its timeout. `user/`
    originates once more with the same variables (mod_dptools.c, user_outgoing_channel), and both
    wait: each for half of the delay. `loopback/` does not.
    """
    legs = []
    for leg, seconds, delay, more in channels:
        given = {"originate_timeout": str(seconds)}
        if delay:
            waits = 2 if leg.startswith("user/") else 1
            given["originate_delay_start"] = str(delay * 1000 // waits)
        legs.append("{" + _pairs(given) + "}" + own(more) + leg)
    return ":_:".join(legs)


def own(variables: Mapping[str, str]) -> str:
    """Variables in a leg's own brackets; empty for none."""
    return f"[{_pairs(variables)}]" if variables else ""


def _pairs(variables: Mapping[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in variables.items())
