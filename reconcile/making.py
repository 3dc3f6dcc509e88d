"""From a commit's files to a generation and a plan. The models are loaded here: see `job`."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.compiler import cache
from dialform.compiler.build import Options, Outcome, build
from dialform.compiler.check import Run
from dialform.compiler.planning.plan import make_plan
from dialform.compiler.planning.plandata import plan_data
from dialform.compiler.secrets import SecretError, open_store
from dialform.compiler.stamp import FOLDER
from dialform.compiler.states.state import State, StateError, nothing, open_given
from dialform.reconcile.generations import DamagedError, Generation, Generations
from dialform.reconcile.lastgood import Mixture, mix
from dialform.reconcile.layout import Layout
from dialform.reconcile.order import Made, Order
from dialform.renderers import site as renderer
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.rules.secrets import SecretNotFound
from dialform.schema.tree import Tree, scan

if TYPE_CHECKING:
    pass


_MANY = 50
"""With more tenants than this the first plan of a host says nothing but that all is new."""


def make(order: Order) -> Made:
    """Compile, keep as a generation, plan. An operator's mistake is in `errors`. Raises OSError."""
    made = Made()
    try:
        return _Making(order, made).run()
    except (SecretError, StateError) as error:
        made.errors.append(_told(error))
        return made


def prepare(order: Order, name: str | None) -> None:
    """Make ready for the next generation. It only saves time: that it cannot be done is no harm."""
    generations = Generations(Layout(order.state))
    generation = generations.find(name) if name else None
    if generation is not None:
        with suppress(OSError):
            generations.prepare(generation)


class _Making:
    def __init__(self, order: Order, made: Made) -> None:
        self.order, self.made = order, made
        self.layout = Layout(order.state)
        self.generations = Generations(self.layout)
        self.secrets = order.secrets or _credentials()
        self.store = open_store(self.secrets, os.environ)
        renderer.remember_templates(self.layout.build / FOLDER / "templates")

    def run(self) -> Made:
        order, made = self.order, self.made
        with self._timed("compile"):
            outcome = self._compile(scan(order.site))
            if not outcome.released and order.quarantine:
                outcome = self._without_bad(outcome)
        made.placeholders = outcome.placeholders
        if not outcome.released:
            made.errors = [_finding(one) for one in _errors(outcome)]
            return made
        made.hosts = sorted(outcome.boot)
        if order.host not in outcome.boot:
            return made
        with self._timed("generation"):
            generation = self._take()
        with self._timed("plan"):
            self._plan(generation)
        made.generation = generation.name
        return made

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.made.timings[stage] = round(time.perf_counter() - began, 3)

    def _compile(self, tree: Tree) -> Outcome:
        run = Run(tree, self.store)
        options = Options(self.layout.build, self.secrets, commit=self.order.commit or "")
        return build(run, renderer, options)

    # With the last good files of tenants that have errors.

    def _without_bad(self, outcome: Outcome) -> Outcome:
        base = self.generations.find(self.order.base) if self.order.base else None
        mixture = Mixture(
            self.layout, scan(self.order.site), base.folder if base else None, _media(self.layout)
        )
        while not outcome.released:
            if not mixture.blame(_errors(outcome)):
                return outcome
            outcome = self._compile(mix(mixture))
        self.made.quarantined = mixture.reasons
        return outcome

    # A generation and its plan.

    def _take(self) -> Generation:
        folder = self.layout.build / self.order.host
        try:
            return self.generations.take(folder, self.order.commit)
        except DamagedError:
            # Somebody changed what the compiler remembers, and it does not show: all is made anew.
            cache.drop(self.layout.build)
            self._compile(scan(self.layout.mixed if self.made.quarantined else self.order.site))
            return self.generations.take(folder, self.order.commit)

    def _plan(self, generation: Generation) -> None:
        order, made = self.order, self.made
        before = self._before(generation)
        after = open_given(generation.folder, generation.name, generation.commit)
        if before is None and len(after.tree.tenants) > _MANY:
            # Everything is new. To list it takes minutes, and nobody reads it.
            before = after
        plan = make_plan(before or nothing(order.site), after, self.store, order.host)
        if plan.errors:
            made.errors = [_finding(one) for one in plan.errors]
        made.plan, made.impact = plan_data(plan), plan.impact.words
        made.refusals = [
            {"reason": one.reason, "force": one.force} for one in plan.verdict.refusals
        ]
        made.window, made.timezone = plan.window, plan.timezone

    def _before(self, generation: Generation) -> State | None:
        base = self.generations.find(self.order.base) if self.order.base else None
        if base is not None:
            self.made.unchanged = base.digest == generation.digest
            return open_given(base.folder, base.name, base.commit)
        if self.order.base:
            raise StateError(
                f"The generation {self.order.base} that runs has gone from {self.layout.generations}: "
                "roll back to another one, or let the agent make it anew."
            )
        return None


def _credentials() -> Path | None:
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(named) if named and Path(named).is_dir() else None


def _media(layout: Layout) -> dict[str, tuple[str, ...]]:
    """The sound files of each tenant, as the last good compile had them."""
    return {slug: kept.media for slug, kept in cache.Index(layout.build).tenants.items()}


def _errors(outcome: Outcome) -> list[Diagnostic]:
    return [one for one in outcome.diagnostics if one.severity is Severity.ERROR]


def _finding(one: Diagnostic) -> dict[str, object]:
    found: dict[str, object] = {name: getattr(one, name) for name in Diagnostic.__match_args__}
    return found | {"severity": one.severity.value}


def _told(error: SecretError | StateError) -> dict[str, object]:
    """A mistake that has no place in a file of the site."""
    code, hint = (SecretNotFound.code, error.hint) if isinstance(error, SecretError) else ("", "")
    return _finding(Diagnostic(code, Severity.ERROR, "", 0, 0, 0, str(error), hint))
