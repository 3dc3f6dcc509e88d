"""The command that calls for somebody: rings a phone of an extension, and then dials as that phone.

What the phone may do is what the directory gives it: mod_dptools.c (user_outgoing_channel) puts the
user's variables onto the leg that `user/` made, toll class, caller ID and marks among them. All that is
left is to say who dials (`user_name`, which a phone that calls has from its log-in), and to enter where
phones enter.
"""

import re
from collections.abc import Mapping

from dialform.reconcile.desk.customers import Customer
from dialform.renderers.freeswitch.marks import DESK

RING_SECONDS = 30
"""How long the phones of the one for whom is called ring."""

_MARKS = (
    "dialform_tenant",
    "dialform_plan",
    "force_transfer_context",
    "sip_copy_custom_headers",
    "limit_ignore_transfer",
    "timezone",
    "default_language",
    "hold_music",
    "export_vars",
)
"""Of the user's variables, those that the leg needs before it is answered: its record names them."""

_SAFE = re.compile(r"[\w.,:/+-]*")


MARK = DESK
"""The variable by which the events of such a leg are known. Not `origination_uuid`: an extension may have
several phones, and only one leg can have that UUID."""


def command(customer: Customer, caller: str, dialled: str, mark: str, revision: str) -> str:
    """`originate …`. `caller` and `dialled` were checked (typed.py), `mark` is a UUID."""
    marks = {name: customer.variables[name] for name in _MARKS if name in customer.variables}
    own = {
        MARK: mark,
        # What it rings for is what the phone shows.
        "origination_caller_id_name": dialled,
        "origination_caller_id_number": dialled,
        # Whatever the phone plays before somebody picks up is no answer.
        "ignore_early_media": "true",
        "originate_timeout": str(RING_SECONDS),
        **marks,
        "dialform_extension": caller,
        "dialform_revision": revision,
    }
    # `dialform_extension` is empty on what a phone dials, until the context says whose it is.
    then = (
        f"unset:dialform_extension,set:user_name={caller},transfer:{dialled} XML {customer.context}"
    )
    return f"originate {_braces(own)}user/{caller}@{customer.domain} '{then}' inline"


def _braces(variables: Mapping[str, str]) -> str:
    """`{^^;a=1;b=2}`: with another mark than the comma, which some values hold.

    What holds a sign with a meaning of its own is left out. No operator's text gets so far, but a
    folder can be edited by hand.
    """
    pairs = [f"{name}={value}" for name, value in variables.items() if _is_safe(value)]
    return "{^^;" + ";".join(pairs) + "}"


def _is_safe(value: str) -> bool:
    return bool(value) and _SAFE.fullmatch(value) is not None
