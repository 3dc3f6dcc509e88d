"""What every leg's CDR must say, whatever the call was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

DIRECTIONS = {"internal", "inbound", "outbound"}


def mismarked(legs: Iterable[dict[str, Any]]) -> list[str]:
    """The legs that cannot be billed right, with what is wrong.

    A leg of a tenant says its direction and revision; it names a trunk if and only if it is a
    trunk's; one of nobody was never answered, unless the agent probes.
    """
    found = []
    for leg in legs:
        marks = leg["variables"]
        direction, trunk = marks.get("dialform_direction"), marks.get("dialform_trunk")
        wrong = []
        if marks.get("dialform_tenant"):
            if direction not in DIRECTIONS:
                wrong.append(f"direction {direction}")
            if (direction == "internal") == bool(trunk):
                wrong.append(f"direction {direction} with trunk {trunk}")
            if not marks.get("dialform_revision"):
                wrong.append("no revision")
        elif int(marks.get("answer_uepoch", "0")) and not marks.get("dialform_probe"):
            wrong.append("answered for nobody")
        found += [f"{marks.get('channel_name')}: {what}" for what in wrong]
    return found
