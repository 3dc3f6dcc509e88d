"""What is pressed during a call, and what is said to who changes how their phone is called.

In-call codes are bound on the legs of the tenant's own phones only (`bridged` in the inner context),
each time such a leg is bridged. A leg of a trunk never gets them.
"""

from dialform.compiler.resolved import Tenant

IN_CALL = ("blind_transfer", "attended_transfer", "conference", "park")
"""The feature codes that are pressed during a call. Each has a node `feature-<name>` in the inner
context, which runs on the leg of the phone that pressed it."""


def in_call(tenant: Tenant) -> list[tuple[str, str]]:
    """Name and code of each, where the tenant has what it is for."""
    lacking = () if tenant.parking else ("park",)
    return [(n, code) for n, code in tenant.feature_codes if n in IN_CALL and n not in lacking]


PROMPTS = (
    "ivr/ivr-enter_destination_telephone_number.wav",
    "ivr/ivr-call_forwarding_has_been_set.wav",
    "ivr/ivr-call_forwarding_has_been_cancelled.wav",
    "ivr/ivr-dnd_activated.wav",
    "ivr/ivr-dnd_cancelled.wav",
    "ivr/ivr-accept_reject.wav",
)
"""What is played besides."""
