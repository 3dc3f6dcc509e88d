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


def exported() -> str:
    """The value of `export_vars`, the list that the application `export` would make."""
    return ",".join(EXPORTED)
