"""The variables that every leg of a tenant carries into its CDR, and the rules about them.

Text of people (names, places) never stands in a `multiset` or in the `[...]` of a dial string,
where `;` and `,` have a meaning: it has a variable of its own.
"""

EXPORTED = (
    "dialform_tenant",
    "dialform_extension",
    "dialform_object",
    "dialform_forwarder",
    "dialform_route",
    "dialform_plan",
    "dialform_revision",
    "dialform_call",
    "dialform_counted",
    "force_transfer_context",
    "sip_copy_custom_headers",
    "hold_music",
    "timezone",
    "default_language",
    "fax_enable_t38",
    "nolocal:dialform_peer",
    "nolocal:outbound_redirect_fatal",
)
"""What is copied to every leg that a leg of a tenant starts. `nolocal:` names the other leg's."""


DESK = "dialform_desk"
"""Stands on the leg that rings a phone because its own user wants to call (`dialform live call`): do not
disturb is not asked there, and its events are known by it. It is not copied to any other leg.
"""


_BILLED = {
    "route": "route",
    "plan": "route_plan",
    "urgent": "urgent",
    "extension": "extension",
    "object": "object",
    "forwarder": "forwarder",
}


def billed() -> dict[str, str]:
    """What a trunk's leg is billed by, as variables of the leg: what the call that starts it says just then.

    They are the leg's own: nothing writes them again, and they are copied to no other leg. The plain marks
    are overwritten on a leg that is transferred, since they then say what it does next.
    """
    return {f"dialform_bill_{name}": f"${{dialform_{mark}}}" for name, mark in _BILLED.items()}


def exported() -> str:
    """The value of `export_vars`, the list that the application `export` would make."""
    return ",".join(EXPORTED)
