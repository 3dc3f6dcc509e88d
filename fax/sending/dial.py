"""The command that sends a fax: `originate` with all that its record, limits and spandsp need.

A leg that no call starts has no channel to copy from: the marks that `outbound` of the dialplan
stamps stand in its dial string (renderers/freeswitch/marks.py, trunks.py). It is read three times
by the switch, for blanks, for `;` and for `=`, and quotes, backslashes, braces and `$` mean
something there (switch_utils.c, switch_event.c); none of them is in any value: what people wrote is
encoded (`header`), all else is checked.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from dialform.fax.queue.values import Job
from dialform.fax.released.accounts import Account, Company
from dialform.fax.released.ways import Trunk, Way, Ways
from dialform.fax.sending import causes
from dialform.fax.sending.header import drawn, encoded
from dialform.fax.sending.ladder import Rung
from dialform.renderers.freeswitch import caps
from dialform.values import dataclass

RINGS = 75
"""Seconds that a number rings. Fax machines that share a line answer late."""
CODECS = ("PCMU", "PCMA")
"""What carries a fax as sound, and nothing else does."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VALUE = re.compile(r"[A-Za-z0-9 _.,:/%+!@-]+", re.ASCII)
_PATH = re.compile(r"/[\w .,/@+:-]+", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)
_SLUG = re.compile(r"[\w.-]+", re.ASCII)


class DialError(Exception):
    """Something cannot stand in a dial string: one sentence."""


@dataclass(frozen=True, slots=True)
class Dial:
    """One attempt. `start` is the first page, from 0, `file` the TIFF as the switch finds it."""

    uuid: str
    job: Job
    company: Company
    account: Account
    way: Way
    trunk: Trunk
    rung: Rung
    start: int
    file: Path
    revision: str


def command(one: Dial, ways: Ways) -> str:
    """`originate …`, an API command in one line. Raises DialError."""
    number, path = ways.written(one.trunk, one.job.to), str(one.file)
    if not _NUMBER.fullmatch(number) or not _SLUG.fullmatch(one.trunk.name):
        raise DialError(f"{number!r} is no number that {one.trunk.name!r} can be given.")
    if not _PATH.fullmatch(path):
        raise DialError(
            f"{path!r} has a sign that a dial string cannot hold: give the agent another `--state`."
        )
    variables = _leg(one) | _shown(one, ways) | _marks(one) | _limits(one) | _fax(one)
    legs = "{^^;" + ";".join(_pairs(variables)) + "}"
    return f"originate '{legs}sofia/gateway/{one.trunk.name}/{number}' '&txfax({path})'"


def _leg(one: Dial) -> dict[str, str]:
    return {
        "origination_uuid": one.uuid,
        "originate_timeout": str(RINGS),
        # Whatever is heard before somebody answers is no fax machine.
        "ignore_early_media": "true",
        "absolute_codec_string": ",".join(one.trunk.codecs or CODECS),
        # A carrier's redirection would leave through no gateway, unchecked and unbilled.
        "outbound_redirect_fatal": "true",
        # Nobody has anything to transfer here.
        "force_transfer_context": "refused",
        "sip_copy_custom_headers": "false",
    }


def _shown(one: Dial, ways: Ways) -> dict[str, str]:
    own = one.account.e164
    shown = ways.written(one.trunk, own) if own else one.trunk.fallback
    return {
        "origination_caller_id_number": shown,
        "origination_caller_id_name": shown,
        "sip_cid_type": one.trunk.caller_id_type,
    }


def _marks(one: Dial) -> dict[str, str]:
    """What the record of the leg says, and the bill by it (billing/facts/legs.py)."""
    account = one.account.number
    return {
        "dialform_tenant": one.company.slug,
        "dialform_direction": "outbound",
        "dialform_trunk": one.trunk.name,
        "dialform_to": one.job.to,
        "dialform_fax": account,
        "dialform_extension": account,
        "dialform_object": f"fax {account}",
        "dialform_route": one.way.name,
        "dialform_plan": one.company.plan,
        "dialform_bill_route": one.way.name,
        "dialform_bill_plan": one.way.plan,
        "dialform_bill_extension": account,
        "dialform_bill_object": f"fax {account}",
        "dialform_revision": one.revision,
        "dialform_call": one.uuid,
    }


def _limits(one: Dial) -> dict[str, str]:
    """The counts of the tenant and the trunk, on the leg itself: they last as long as it does.

    Whatever starts with `execute_on_originate` is run before the INVITE goes out (switch_channel.c,
    switch_channel_execute_on). Ours end in causes of their own: nothing was tried then.
    """
    found = {}
    if one.company.cap > 0:
        key = caps.key(one.company.cap_backend, "tenant", one.company.slug)
        cap = f"limit {key} {one.company.cap} !{causes.TENANT_FULL}"
        found["execute_on_originate_cap"] = cap
        found |= {"dialform_counted": "true", "dialform_holds": "true"}
    if one.trunk.limit:
        count = one.trunk.limit.rpartition("!")[0]
        found["execute_on_originate_trunk"] = f"limit {count}!{causes.TRUNK_FULL}"
    return found | ({"limit_ignore_transfer": "true"} if found else {})


def _fax(one: Dial) -> dict[str, str]:
    """How spandsp sends. It is the receiver's to ask for T.38: if both did, they would collide."""
    header = drawn(one.account.header) or b" "
    found = {
        "fax_enable_t38": _word(one.rung.t38),
        "fax_enable_t38_request": "false",
        "fax_use_ecm": _word(one.rung.ecm),
        "fax_disable_v17": _word(not one.rung.v17),
        "fax_ident": encoded(one.account.station_id or one.account.e164 or " "),
        "fax_header": encoded(header),
        "fax_timezone": encoded(one.company.timezone),
    }
    return found | ({"fax_start_page": str(one.start)} if one.start else {})


def _word(value: bool) -> str:
    return "true" if value else "false"


def _pairs(variables: Mapping[str, str]) -> list[str]:
    """What is empty is left out. Raises DialError."""
    found = []
    for name, value in variables.items():
        if not value:
            continue
        # What stands around `:_:` would be dialled apart (switch_ivr_originate.c).
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value) or ":_:" in value:
            raise DialError(f"{name} cannot stand in a dial string as it is.")
        found.append(f"{name}={value}")
    return found
