"""What a format is given: the plan, which part of it is shown, and what was said on the command line."""

from collections.abc import Mapping
from itertools import groupby

from dialform.compiler.planning.actions import Step, least
from dialform.compiler.planning.impact import Impact
from dialform.compiler.planning.plan import Item, Plan
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class View:
    """A plan as it is shown. `tenant` shows that one alone; `force` and `disrupt` are what was said.

    `extras` are more sections of the markdown, by tenant: pictures of changed call flows. `open` says
    whether the window for what drops calls is open now.
    """

    plan: Plan
    tenant: str = ""
    force: int | None = None
    disrupt: bool = False
    open: bool = False
    colour: bool = False
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def items(self) -> list[Item]:
        """What is shown, in order."""
        return [i for i in self.plan.items if not self.tenant or i.change.id.tenant == self.tenant]

    @property
    def groups(self) -> list["Group"]:
        """What is shown, by tenant: the platform first."""
        pairs = groupby(self.items, key=lambda item: item.change.id.tenant)
        return [Group(slug, list(found)) for slug, found in pairs]

    @property
    def actions(self) -> dict[str, list[Step]]:
        """What is done on each switch for what is shown."""
        if not self.tenant:
            return self.plan.actions
        found = {
            host: least(step for item in self.items if host in item.hosts for step in item.steps)
            for host in self.plan.actions
        }
        return {host: steps for host, steps in found.items() if steps}

    @property
    def refused(self) -> str:
        """Why the plan is refused; empty where it is not."""
        verdict = self.plan.verdict
        return verdict.message(self.force) if verdict.stands(self.force) else ""

    @property
    def waits(self) -> str:
        """What it waits for since it drops calls; empty where it does not."""
        if self.plan.impact < Impact.DROPS_CALLS or self.disrupt or self.open:
            return ""
        if self.plan.window:
            return (
                f"It drops calls: it waits for the window {self.plan.window} "
                f"({self.plan.timezone}) or --allow-disruption."
            )
        return "It drops calls: it waits for --allow-disruption (platform.yaml names no safety.window)."

    @property
    def sum(self) -> str:
        """The plan in one line."""
        counts, tenants = self.plan.counts, len(self.plan.tenants)
        parts = [
            f"{counts['create']} to add", f"{counts['update']} to change",
            f"{counts['delete']} to remove",
        ]  # fmt: skip
        if counts["rename"]:
            parts.append(f"{counts['rename']} to rename")
        word = "tenant" if tenants == 1 else "tenants"
        return f"Plan: {', '.join(parts)}; {tenants} {word}; impact: {self.plan.impact.words}"

    @property
    def title(self) -> str:
        """What is compared with what."""
        before, after = self.plan.before, self.plan.after
        dirty = " with uncommitted changes" if after.dirty else ""
        return f"{before.label} → {after.label}{dirty}"


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one tenant, or of the platform."""

    slug: str
    items: list[Item]

    @property
    def whole(self) -> str:
        """`create` or `delete` where it is the tenant itself that comes or goes."""
        found = {i.change.action for i in self.items if i.change.id.table == "account"}
        return next((str(action) for action in ("create", "delete") if action in found), "")

    @property
    def own(self) -> list[Item]:
        """What is told one by one: not what only follows a renaming."""
        return [item for item in self.items if not item.change.follows]

    @property
    def following(self) -> list[Item]:
        """What only follows a renaming."""
        return [item for item in self.items if item.change.follows]

    @property
    def impact(self) -> Impact:
        """The worst of them."""
        return max(item.impact for item in self.items)

    @property
    def remarks(self) -> str:
        """What is remarkable about the tenant itself."""
        found = (i.remark for i in self.items if i.change.id.table == "account")
        return next((one for one in found if one), "")

    def counted(self) -> str:
        """The objects of a tenant that comes or goes, by kind: `3 extensions, 1 ring group`."""
        kinds: dict[str, int] = {}
        for item in self.items:
            if item.change.id.table != "account":
                kinds[item.change.id.word] = kinds.get(item.change.id.word, 0) + 1
        return ", ".join(f"{count} {_plural(word, count)}" for word, count in kinds.items())


def _plural(word: str, count: int) -> str:
    if count == 1 or word.endswith(("s", "follow-me", "music", "recording", "parking", "media")):
        return word
    if word.endswith("x"):
        return f"{word}es"
    return f"{word}s"
