"""The directory of one tenant: its extensions, and its mailboxes that nobody registers as."""

import hashlib
from dataclasses import dataclass, field

from dialform.compiler.resolved import Extension, Mailbox, Tenant


@dataclass(frozen=True, slots=True)
class Box:
    """The voicemail parameters of a user."""

    pin_hash: str = field(repr=False)
    email: str
    attach: str
    keep: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An extension with its mailbox, and with what is its own of what the tenant gives to all."""

    extension: Extension
    box: Box | None
    registration: str
    emergency_caller_id: str
    emergency_location: str


@dataclass(frozen=True, slots=True)
class Lone:
    """A mailbox without an extension."""

    mailbox: Mailbox
    box: Box


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
    own = tenant.emergency
    users = [
        Entry(
            extension=extension,
            box=_box(tenant, boxes.get(extension.mailbox or "")),
            registration=registration(tenant.slug, extension.number),
            emergency_caller_id=_unless(extension.emergency.caller_id, own.caller_id),
            emergency_location=_unless(extension.emergency.location, own.location),
        )
        for extension in tenant.extensions
    ]
    lone = [
        Lone(mailbox, box)
        for mailbox in tenant.mailboxes
        if not mailbox.of_extension and (box := _box(tenant, mailbox))
    ]
    return users, lone


def _unless(value: str, same: str) -> str:
    return "" if value == same else value


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
    return Box(digest, email, _word(mailbox.attach), _word(keep))


def _word(flag: bool) -> str:
    return "true" if flag else "false"
