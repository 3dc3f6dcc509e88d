"""Recorded calls: which legs of phones, and where the files lie.

A phone's leg looks whether it is to be recorded when it is bridged and when it is answered, whichever
comes last: before the answer there is nobody to tell, and before the bridge nobody to record.
"""

from collections.abc import Mapping

from dialform.compiler.resolved import Tenant
from dialform.renderers.freeswitch.media import media_path
from dialform.values import dataclass

RATE = 8000
"""Hertz of every recording: a megabyte a minute, whatever the codec."""

EVENTS = ("execute_on_pre_bridge_record", "execute_on_answer_record")
"""The variables of a leg that have it look (switch_channel.c, switch_channel_execute_on, takes every
variable that begins with the event's name)."""

_FOLDER = "$${recordings_dir}"


@dataclass(frozen=True, slots=True)
class Recorder:
    """What a tenant's calls are recorded by.

    `legs` is a regular expression over a leg's extension and the direction of the leg that it talks
    to; `colleagues` an alternation of those that record colleagues; `announcement` is a sound file, or
    empty; `file` is where the recording of extension `$1` goes.
    """

    legs: str
    colleagues: str
    announcement: str
    file: str


def recorder(tenant: Tenant) -> Recorder | None:
    """The recorder of a tenant; None where no call is recorded."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for extension in tenant.extensions:
        if extension.record:
            alike.setdefault(extension.record, []).append(extension.number)
    if not alike:
        return None
    said = tenant.recording.announcement
    month, second = (
        f"${{strftime_tz({tenant.timezone} {form})}}" for form in ("%Y-%m", "%Y-%m-%d_%H-%M-%S")
    )
    return Recorder(
        legs=f"^(?|{'|'.join(_legs(alike))})$",
        colleagues="|".join(
            n for kinds, those in alike.items() if "internal" in kinds for n in those
        ),
        announcement=media_path(tenant.slug, said) if said else "",
        file=f"{_FOLDER}/{tenant.slug}/{month}/{second}_$1_${{uuid}}.wav",
    )


def hooks(tenant: Tenant) -> list[tuple[str, str]]:
    """The variables that have a phone's leg look. mod_dptools.c (user_outgoing_channel) gives a user's
    variables to the legs that call it, too."""
    if not any(extension.record for extension in tenant.extensions):
        return []
    return [(event, f"execute_extension record XML {tenant.slug}.flow") for event in EVENTS]


def _legs(alike: Mapping[tuple[str, ...], list[str]]) -> list[str]:
    return [f"({'|'.join(those)}):(?:{'|'.join(kinds)})" for kinds, those in alike.items()]
