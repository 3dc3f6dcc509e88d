"""The PIN that a mailbox is given by the site: shown to its owner, and given anew by a commit."""

from dialform.compiler.scope import Scope
from dialform.compiler.secrets import SecretStore
from dialform.console.errors import Refused
from dialform.console.me import desk
from dialform.console.page import Context
from dialform.console.saving import Edit, digest_of, repository, save, value_at
from dialform.reconcile.desk.boxes import mailboxes
from dialform.schema.rule import Path


def given(store: SecretStore, scope: Scope, number: str) -> str:
    """The PIN as the site that runs has it. Raises SecretError."""
    entry = mailboxes(scope)[number]
    if entry.pin is not None:
        return store.resolve(entry.pin.as_data(), "pin")
    return store.derive(scope.slug, number, "pin", entry.rotate)


def renews(scope: Scope, number: str) -> bool:
    """Whether the PIN is derived, so that a new one can be given."""
    entry = mailboxes(scope).get(number)
    return entry is not None and entry.pin is None


async def renew(context: Context, number: str) -> str:
    """Gives a new PIN by a commit; what is said of it. Raises Refused, Clash, Invalid, Denied, Away."""
    who = desk.own(context)
    if not renews(who.scope, number):
        raise Refused("This mailbox has a PIN of its own in the site: an administrator changes it.")
    site = await context.ground.off(repository(context.ground).tip)
    tenant = site.tenant(who.slug)
    entry = mailboxes(tenant).get(number) if tenant is not None else None
    if tenant is None or entry is None:
        raise Refused("The mailbox is not in the site any more.")
    path: Path = ("voicemails", number)
    if number not in tenant.tenant.voicemails:
        path = ("extensions", number, "voicemail")
    now = value_at(site, who.slug, path)
    old = now if isinstance(now, dict) else {}
    new = {**old, "rotate": entry.rotate + 1}
    edit = Edit(who.slug, path, new, digest_of(now))
    done = await save(context, [edit], f"Give mailbox {number} of {who.slug} a new PIN")
    return f"A new PIN is on its way. {done.way} Look it up here afterwards."
