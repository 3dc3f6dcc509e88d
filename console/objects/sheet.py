"""A form of an object on its way: what it is about, and what is saved of it."""

from typing import Any

from dialform.console.forms import MISSING, Form, Said
from dialform.console.objects.keeper import seal
from dialform.console.objects.where import Where
from dialform.console.saving import GONE, Checked, Clash, Edit, Finding, digest_of, value_at
from dialform.console.saving.drafts import Draft
from dialform.schema.rule import Path
from dialform.values import dataclass, field


@dataclass(slots=True)
class Sheet:
    """A form on its way: the object, what it was called, what was found wrong, what would come of it."""

    place: Where
    form: Form
    key: str
    """What the object is called; what was typed for a new one."""
    new: bool
    was: str
    """The digest of what stood there when the form was opened; "" for nothing."""
    key_said: list[Said] = field(default_factory=list)
    checked: Checked | None = None
    clash: Clash | None = None
    others: list[Finding] = field(default_factory=list)
    """Findings that are about other objects."""
    draft: Draft | None = None
    """What the visitor typed before and did not save, where the form does not show it."""

    @property
    def path(self) -> Path:
        """Where it is, for its draft: that of a new object has no key yet."""
        return self.place.kind.edit_path("" if self.new else self.key)

    def edits(self) -> list[Edit]:
        """What is saved."""
        place = self.place
        data = self.form.sealed(lambda text: seal(place, text))
        if place.kind.only or (not place.kind.path and place.kind.single):
            return _by_key(place, data, self.form.was)
        value = GONE if data is MISSING else data
        return [Edit(place.owner, place.kind.edit_path(self.key), value, self.was)]

    @property
    def message(self) -> str:
        """The first line of the commit."""
        named = self.place.kind.named(self.key)
        return f"{'Add' if self.new else 'Change'} {named}" + (
            f" of {self.place.tenant}" if self.place.tenant else ""
        )


def _by_key(place: Where, data: Any, was: Any) -> list[Edit]:
    """What stands at the top of a document is saved key by key: the other keys are no part of the form."""
    new = data if isinstance(data, dict) else {}
    old = was if isinstance(was, dict) else {}
    edits = []
    for key in (entry.key for entry in place.kind.node.entries):  # type: ignore[attr-defined]
        before, after = old.get(key, GONE), new.get(key, GONE)
        if before is not after and before != after:
            path = (*place.kind.edit_path(""), key)
            edits.append(
                Edit(place.owner, path, after, digest_of(value_at(place.site, place.owner, path)))
            )
    return edits
