"""Whether the hosts would take a commit of the portal: with `trusted_signers` they ask for a signature."""

from collections.abc import Sequence

from dialform.console.ground import Ground
from dialform.console.saving.repository import Repository, away
from dialform.console.site import Site
from dialform.reconcile.guard import GuardError, of_commit
from dialform.reconcile.source import SourceError
from dialform.reconcile.source.signatures import verify

WHY = "the hosts take commits with a trusted signature only (trusted_signers), and this has none"


def signature_of(ground: Ground) -> Sequence[str]:
    """What git is given so that it signs: `console: signing_key`, the file of an SSH key on this host."""
    entry = ground.settings.entry
    if entry is None or not entry.signing_key:
        return ()
    return ("-c", "gpg.format=ssh", "-c", f"user.signingkey={entry.signing_key}")


def untrusted(repository: Repository, base: Site, made: str) -> str:
    """Why the hosts would not take a commit on top of another; empty where they would. Raises Away."""

    def read(path: str) -> bytes | None:
        return base.tree.read(path) if base.tree.has(path) else None

    try:
        signers = of_commit(base.commit, read).trusted_signers
    except GuardError:
        return ""
    if not signers:
        return ""
    try:
        return WHY if verify(repository.copy, base.commit, made, signers) else ""
    except SourceError as error:
        raise away(error) from None
