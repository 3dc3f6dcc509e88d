"""A commit becomes a generation; and what runs is written anew where somebody damaged it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from dialform.compiler.digests import digest
from dialform.compiler.stamp import compiler_name, secret_signatures
from dialform.reconcile.commits import Commits
from dialform.reconcile.generations import Generation
from dialform.reconcile.ground import Ground
from dialform.reconcile.job import JobError, Made, Order
from dialform.reconcile.judging import trouble
from dialform.reconcile.policy import Held, Hold, hold
from dialform.reconcile.record import Applied
from dialform.reconcile.source.errors import SourceError
from dialform.schema.rules.secrets import SecretNotFound

Make = Callable[[Order], Awaitable[Made]]

_IN_GIT = "in a new commit: `dialform validate` shows every finding"
_ON_HOST = "among the secrets of this host: the same commit is tried again by itself"


class Compiling:
    """Compiles for one ground."""

    def __init__(self, ground: Ground, source: Commits, make: Make) -> None:
        self.ground, self.source, self.make = ground, source, make

    def made_of(self, commit: str) -> str:
        """One name for what a generation is made of; empty where there is more than a commit.

        Of the secrets their sizes, times and inodes count: they are not read for this.
        """
        if self.source.dirty:
            return ""
        settings = self.ground.settings
        seen = secret_signatures(settings.secrets)
        return digest(commit, compiler_name(), repr(seen), settings.host, str(settings.quarantine))

    async def compile(self, commit: str) -> tuple[Made, Generation]:
        """The commit's generation, planned against what was proven last. Raises Held, OSError."""
        ground, record = self.ground, self.ground.record
        base = record.applied.generation if record.applied else None
        if base is not None and ground.generations.find(base) is None:
            base = None
        named = None if self.source.dirty else commit
        made = await self._done(await self._order(commit, named, base))
        ground.book.data["tenants_quarantined"] = dict(made.quarantined)
        if made.generation is None or made.errors:
            raise Held(_unmade(made, ground.settings.host))
        if made.placeholders:
            where = ground.settings.secrets or "no folder of secrets was named"
            raise Held(hold("Placeholders", why=str(where)))
        generation = ground.generations.find(made.generation)
        assert generation is not None, made.generation
        ground.candidate = generation.folder
        await ground.prune({generation.name})  # a commit that is only held leaves one as well
        ground.book.data["wave"] = generation.wave
        return made, generation

    async def mend(self) -> str:
        """Write the files of what runs anew, as they were compiled. Why not, or empty."""
        ground = self.ground
        applied = ground.record.applied
        if applied is None or applied.commit is None or applied.dirty:
            return "what runs is no commit: apply it again"
        made = Made()
        for base in self._bases(applied):
            try:
                made = await self._done(await self._order(applied.commit, applied.commit, base))
            except Held as held:
                return held.hold.message
            generation = ground.generations.find(made.generation) if made.generation else None
            if generation is not None and generation.name == applied.generation:
                ground.forget()
                return ""
        return first(made) if made.generation is None else "it compiles to something else now"

    def _bases(self, applied: Applied) -> list[str | None]:
        """Of what the last good files of tenants with errors may be taken: first of what runs itself.

        Where its folder is gone, or those files are damaged, what was proven before had the same.
        """
        if not self.ground.settings.quarantine:
            return [None]
        names = [applied.generation, *applied.proven[-1:]]
        return [*(one for one in names if self.ground.generations.find(one) is not None), None]

    async def _order(self, commit: str, named: str | None, base: str | None) -> Order:
        settings = self.ground.settings
        try:
            site: Path = await asyncio.to_thread(self.source.check_out, commit)
        except SourceError as error:
            raise Held(trouble(error)) from None
        return Order(
            state=self.ground.layout.root, site=site, commit=named, host=settings.host,
            secrets=settings.secrets, quarantine=settings.quarantine, base=base,
        )  # fmt: skip

    async def _done(self, order: Order) -> Made:
        """What came of an order; one that ended without anything is no fault of the commit."""
        try:
            return await self.make(order)
        except JobError as error:
            raise Held(hold("NotCompiled", why=str(error))) from None


def first(made: Made) -> str:
    """The first error of what did not compile."""
    return made.text.split("\n", 1)[0] or "nothing was compiled"


def _unmade(made: Made, host: str) -> Hold:
    if not made.errors:
        known = f": it has {', '.join(made.hosts)}" if made.hosts else ""
        return hold("NoHost", host=host, known=known)
    count = len(made.errors)
    errors = f"{count} error{'' if count == 1 else 's'}"
    of_host = all(one["code"] == SecretNotFound.code for one in made.errors)
    where = _ON_HOST if of_host else _IN_GIT
    return hold("InvalidSite", errors=errors, first=first(made), findings=made.errors, where=where)
