# ruff: noqa: D102 - what said, view, taken and kept are stands at Node
"""Where a call goes next: a kind, and what of that kind."""

from typing import Any, ClassVar

from dialform.console.forms.nodes import MISSING, Node, shown
from dialform.console.forms.spot import Post, Spot
from dialform.console.forms.view import Field
from dialform.schema.destination import KINDS
from dialform.values import dataclass

WORDS = {
    "extension": "Extension", "ring_group": "Ring group", "ivr": "IVR menu", "voicemail": "Mailbox",
    "queue": "Call queue", "conference": "Conference", "fax": "Fax account",
    "external": "Outside number", "schedule": "By opening hours", "play": "Play a file, then hang up",
    "hangup": "Hang up", "number": "Number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Destination(Node):
    """A destination; with `fax` also the account that takes faxes, as inbound routes have it. With
    `numbers` a plain number may stand in its place, as in call tests.
    """

    fax: bool = False
    numbers: bool = False

    kind: ClassVar[str] = "destination"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        if value is MISSING or value is None:
            return None
        if not isinstance(value, dict):
            return ("number", shown(value))
        kind = next((one for one in KINDS if value.get(one) is not None), "")
        target, passes = self._target(kind, value)
        inner = (
            (_PART.said(value.get("open")), _PART.said(value.get("closed")))
            if kind == "schedule"
            else ()
        )
        fax = shown(value.get("detect_fax")) if self.fax else ""
        odd = tuple(sorted(set(value) - {kind, "open", "closed", "pass_caller_id", "detect_fax"}))
        return (kind, target, passes, inner, fax, odd)

    def view(self, value: Any, spot: Spot) -> Field:
        value = self.spelt(value)
        value = None if value is MISSING else value
        kind, target, passes, data = "", "", False, {}
        if isinstance(value, dict):
            data = value
            kind = next((one for one in KINDS if one in value), "")
            target, passes = self._target(kind, value)
        elif value is not None:
            kind, target = ("number" if self.numbers else ""), shown(value)
        kinds = (("number", *KINDS) if self.numbers else KINDS)  # fmt: skip
        field = Field(
            "destination", spot.name, spot.path, value={"kind": kind, "target": target, "passes": passes},
            choices=(("", ""), *((one, WORDS[one]) for one in kinds)), enabled=spot.may,
            offers=f"to-{kind}" if kind else "to-any",
        )  # fmt: skip
        # One level of a schedule's two ways is in the form already; deeper ones once they are chosen.
        if kind == "schedule" or len(spot.path) - len(_outside(spot.path)) < 1:
            for part in ("open", "closed"):
                inner = _PART.view(data.get(part, MISSING), spot.to(part))
                inner.label = "While it is open" if part == "open" else "While it is closed"
                field.inner.append(inner)
        if self.fax:
            field.inner.append(
                Field("text", _in(spot, "detect_fax"), (*spot.path, "detect_fax"),
                      label="Fax machines go to", value=shown(data.get("detect_fax")),
                      enabled=spot.may, offers="to-fax", help=_FAX, closed=True, blank="Nowhere else")
            )  # fmt: skip
        return field

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        if not spot.may:
            return was
        kind = post.text(_in(spot, "kind"))
        if kind is None:
            return was
        target = (post.text(_in(spot, "target")) or "").strip()
        made: dict[str, Any] = {}
        before = was if isinstance(was, dict) else {}
        if kind == "number":
            return target or MISSING
        if kind in WORDS:
            made[kind] = target or None
            if kind == "hangup":
                made[kind] = True if target in ("", "normal", "true") else target
            if kind == "external" and post.ticked(_in(spot, "pass_caller_id")):
                made["pass_caller_id"] = True
            if kind == "schedule":
                for part in ("open", "closed"):
                    found = _PART.taken(post, spot.to(part), before.get(part, MISSING))
                    if found is not MISSING:
                        made[part] = found
        elif target:
            made[""] = target  # no kind is chosen: kept, so that what was typed is shown again
        if self.fax and (fax := post.text(_in(spot, "detect_fax"))):
            made["detect_fax"] = fax.strip()
        return made or MISSING

    def mixed(self, was: Any, now: Any) -> Any:
        if isinstance(was, dict) and isinstance(now, dict):
            return {
                key: _PART.kept(was.get(key, MISSING), value)
                if key in ("open", "closed")
                else value
                for key, value in now.items()
            }
        return now

    @staticmethod
    def _target(kind: str, data: dict[str, Any]) -> tuple[str, bool]:
        value = data.get(kind)
        passes = data.get("pass_caller_id") is True
        if kind == "external" and isinstance(value, dict):
            return shown(value.get("number")), passes or value.get("pass_caller_id") is True
        if kind == "hangup":
            return ("normal" if value is True else shown(value)), False
        return shown(value), passes and kind == "external"


_PART = Destination()
_FAX = "For a number of voice and fax: a machine is known by its tone."


def _in(spot: Spot, name: str) -> str:
    return f"{spot.name}.{name}" if spot.name else name


def _outside(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path without the steps into schedules."""
    while path and path[-1] in ("open", "closed"):
        path = path[:-1]
    return path
