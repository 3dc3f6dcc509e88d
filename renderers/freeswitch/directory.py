"""The directory of one tenant: its extensions, and its mailboxes that nobody registers as."""

import hashlib

from dialform.compiler.resolved import Emergency, Extension, Mailbox, Tenant
from dialform.renderers.freeswitch import by_name
from dialform.renderers.freeswitch.names import encoded
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """The voicemail parameters of a user."""

    pin_hash: str = field(repr=False)
    email: str
    attach: bool
    keep: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An extension with its mailbox. `own` are the variables that differ from its tenant's; `listed` is
    the name that it is found by, empty where it is not; `shown` its name as it reaches the phones;
    `srtp` is the switch's word for the encryption of its audio, empty where both sides choose.
    """

    extension: Extension
    box: Box | None
    registration: str
    own: tuple[tuple[str, str], ...]
    listed: str = ""
    srtp: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Lone:
    """A mailbox without an extension."""

    mailbox: Mailbox
    box: Box


SRTP = {"off": "forbidden", "optional": "", "required": "mandatory"}
"""`rtp_secure_media_inbound` and `_outbound` (switch_core_media.c); without them a phone may offer it."""


def registration(slug: str, number: str) -> str:
    """The user part under which a phone's registration is kept.

    mod_sofia files a registration under the To header, and checks the password of the realm that
    the phone names: any customer could file a phone under another's domain. A user part that only
    one tenant's directory gives keeps them apart.
    """
    return f"{number}.{slug}"


def entries(tenant: Tenant) -> tuple[list[Entry], list[Lone]]:
    """The users of a tenant's domain."""
    boxes = {mailbox.number: mailbox for mailbox in tenant.mailboxes}
    shared = _variables(tenant.toll, tenant.caller_id, tenant.caller_id_name, tenant.emergency, "")
    lists = by_name.lists(tenant)
    users = [
        Entry(
            extension=extension,
            box=_box(tenant, boxes.get(extension.mailbox or "")),
            registration=registration(tenant.slug, extension.number),
            own=tuple(
                (name, value)
                for name, value in _own(extension).items()
                if value and value != shared[name]
            ),
            listed=by_name.listed(extension) if lists else "",
            srtp=SRTP[extension.srtp],
            shown=encoded(extension.name),
        )
        for extension in tenant.extensions
    ]
    lone = [
        Lone(mailbox, box)
        for mailbox in tenant.mailboxes
        if not mailbox.of_extension and (box := _box(tenant, mailbox))
    ]
    return users, lone


def _own(extension: Extension) -> dict[str, str]:
    return _variables(
        extension.toll,
        extension.caller_id,
        extension.caller_id_name,
        extension.emergency,
        "fax" if extension.type == "fax" else "",
        "true" if extension.browser else "",
    )


def _variables(
    toll: str, number: str, name: str, emergency: Emergency, service: str, browser: str = ""
) -> dict[str, str]:
    return {
        "dialform_toll": toll,
        "dialform_cid": number,
        "dialform_cid_name": encoded(name),
        "dialform_emergency_cid": emergency.caller_id,
        "dialform_emergency_location": emergency.location,
        "dialform_service": service,
        "dialform_browser": browser,
    }


def _box(tenant: Tenant, mailbox: Mailbox | None) -> Box | None:
    if mailbox is None:
        return None
    # mod_voicemail.c compares md5(user:domain:what was typed); without this hash it would take the
    # SIP password's, and a plain PIN need not lie on the disk.
    secret = f"{mailbox.number}:{tenant.domain}:{mailbox.pin}"
    digest = hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest()
    email = mailbox.email if tenant.mail else ""
    # Without mail nothing may be dropped after it was "sent".
    keep = mailbox.keep or not email
    return Box(digest, email, mailbox.attach, keep)
