"""A site whose calls are tried from Python: what the pytest plugin's fixtures give.

site = Site.open("path/to/site")
result = site.call("+19175550100", "+12125550199", at="2026-12-25T10:00")
assert result.voicemail == "1999"
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from dialform.proof.call import Call, is_internal
from dialform.proof.collect import Case, collect
from dialform.proof.compiled import Options, compiled
from dialform.proof.ground import owner_of, tenants_with
from dialform.proof.moment import at as moment_at
from dialform.proof.paint import paint
from dialform.proof.run import Caller, Made
from dialform.proof.sources import Sources
from dialform.proof.story import tell
from dialform.proof.verdict import outcome
from dialform.schema.calltest import Given
from dialform.schema.tree import scan


class CallError(ValueError):
    """A call that cannot be made: an unknown tenant, extension or number. One sentence."""


class Result:
    """What came of a call. Numbers are texts: extensions, or E.164 with a plus."""

    def __init__(self, made: Made, sources: Sources) -> None:
        self._made = made
        self._sources = sources
        self.journey = made.journey
        """All that the simulator wrote down: steps, legs, visits, records."""

    def __repr__(self) -> str:
        call = self._made.call
        return f"<{call.caller} → {call.to}: {outcome(self._made.reached)}>"

    @cached_property
    def trace(self) -> str:
        """The call step by step, as `dialform trace` prints it."""
        return paint(tell(self._made, self._sources))

    @property
    def rings(self) -> list[str]:
        """Who rang, in order."""
        return self._made.reached.rang

    @property
    def answered_by(self) -> str | None:
        """Who took the call last, or None."""
        return next(reversed(self._made.reached.answered_by), None)

    def _last(self, kind: str) -> str | None:
        return next(reversed(self._made.reached.objects(kind)), None)

    @property
    def voicemail(self) -> str | None:
        """The mailbox that the call came to, or None."""
        return self._last("voicemail")

    @property
    def ivr(self) -> str | None:
        """The last menu that it came to, or None."""
        return self._last("ivr")

    @property
    def queue(self) -> str | None:
        """The last queue that it waited in, or None."""
        return self._last("queue")

    @property
    def conference(self) -> str | None:
        """The conference that it came into, or None."""
        return self._last("conference")

    @property
    def fax(self) -> str | None:
        """The fax account that it came to, or None."""
        return self._last("fax")

    @property
    def trunk(self) -> str | None:
        """The provider that took the last call to the outside, or None."""
        leg = self._made.reached.trunk
        return leg.to if leg else None

    @property
    def caller_id(self) -> str | None:
        """What the outside saw, in E.164; `anonymous` for nothing; None where nobody outside was called."""
        leg = self._made.reached.trunk
        return self._made.reached.shown(leg) if leg else None

    @property
    def refused(self) -> str | None:
        """Why the call was refused, or None."""
        return self.journey.refused or None

    @property
    def hangup(self) -> str:
        """The cause with which the caller's leg ended."""
        return self.journey.cause

    @property
    def seconds(self) -> float:
        """How long the call took."""
        return self.journey.duration

    def plays(self, sound: str) -> bool:
        """Whether a file of the site, or a prompt of the switch, was played."""
        return self._made.reached.heard(sound)

    def reaches(self, number: str) -> bool:
        """Whether the call came to a number of the tenant, or an outside number rang."""
        return self._made.reached.came_to(number)


class Site:
    """A site, compiled once; as many calls as wanted are made through it."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.sources = caller.sources

    @classmethod
    def open(
        cls, site: str | Path, *, secrets: str | Path | None = None, host: str = "",
        out: str | Path | None = None,
    ) -> "Site":  # fmt: skip
        """The site in a folder; compiled privately, unless what lies in its `out/` is up to date.

        Raises `compiled.SiteError` for one with errors, CallError for a folder that is none.
        """
        from dialform.compiler.secrets import open_store

        root = Path(site).absolute()
        if not (root / "platform.yaml").is_file():
            raise CallError(f"{root} is no site: it has no platform.yaml.")
        tree = scan(root)
        folder = Path(secrets).absolute() if secrets else None
        options = Options(
            Path(out).absolute() if out else root / "out",
            lambda: open_store(folder, os.environ),
            folder,
        )
        found = compiled(tree, options, lambda: list(tree.tenants))
        return cls(Caller(Sources(tree), found, host))

    @property
    def tenants(self) -> list[str]:
        """The slugs of the tenants."""
        return sorted(self.sources.tree.tenants)

    def cases(self) -> list[Case]:
        """The call tests of the site."""
        return collect(self.sources, self.owner_of)

    def owner_of(self, number: str) -> str:
        """The tenant that has an outside number; empty where nobody has it."""
        return next((slug for conf in self._confs if (slug := owner_of(conf, number))), "")

    @property
    def _confs(self) -> list[Path]:
        hosts = self.caller.compiled.hosts(self.sources.hosts)
        return [self.caller.compiled.conf(host) for host in hosts]

    def call(
        self, caller: str, to: str, *, at: str | datetime | None = None, press: str = "",
        tenant: str = "", given: Mapping[str, Any] | None = None, answered_by: str = "",
    ) -> Result:  # fmt: skip
        """Make a call: from an extension (`1001`, `acme/1001`) or from an outside number.

        `at` is in the tenant's time zone; `given` is as in a call test; who is named in `answered_by`
        answers after three seconds. Raises CallError for what cannot be called.
        """
        slug, slash, number = caller.partition("/")
        if slash:
            tenant, caller = slug, number
        tenant = self._whose(caller, to, tenant)
        ground = self.caller.ground(tenant)
        if isinstance(at, datetime):
            when = at if at.tzinfo else moment_at(at.isoformat(), ground.timezone, at)
        else:
            when = moment_at(at, ground.timezone, datetime.now(UTC))
        world = Given.model_validate(dict(given)) if given else None
        made = self.caller.make(Call(tenant, caller, to, when, press, world, answered_by))
        return Result(made, self.sources)

    def _whose(self, caller: str, to: str, tenant: str) -> str:
        if tenant and tenant not in self.sources.tree.tenants:
            raise CallError(f"There is no tenant '{tenant}'.")
        if not is_internal(caller):
            owner = self.owner_of(to)
            if not owner:
                raise CallError(f"A call from outside dials a tenant's number; nobody has {to}.")
            return owner
        found = (
            [tenant] if tenant else [s for conf in self._confs for s in tenants_with(conf, caller)]
        )
        found = [
            slug for slug in dict.fromkeys(found) if caller in self.caller.ground(slug).extensions
        ]
        if len(found) == 1:
            return found[0]
        where = f"tenant '{tenant}'" if tenant else "any tenant"
        if not found:
            raise CallError(f"There is no extension {caller} in {where}.")
        raise CallError(f"Extension {caller} is in {', '.join(found)}: say tenant=.")
