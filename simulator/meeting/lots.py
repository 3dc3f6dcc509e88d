"""Parking lots: which call waits in which slot (mod_valet_parking)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.simulator.switch import Switch

HOLD = 10.0
"""Seconds for which a slot is kept for a call that is on its way there."""


@dataclass(slots=True)
class Token:
    """One slot that is taken."""

    extension: str
    uuid: str
    since: float
    timeout: float = 0.0
    """When the slot is given up, as seconds since 1970; 0 is never."""
    bridged: bool = False


class Lots:
    """All lots of a switch, by name, with their slots."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._lots: dict[str, dict[str, Token]] = {}

    def lot(self, name: str) -> dict[str, Token]:
        """The slots of a lot that are taken; what timed out is gone."""
        lot = self._lots.setdefault(name, {})
        now = self._switch.clock.epoch
        for token in [t for t in lot.values() if t.timeout and t.timeout <= now]:
            del lot[token.extension]
        return lot

    def free(self, name: str, first: int, last: int) -> str | None:
        """The first free slot."""
        lot = self.lot(name)
        return next((str(n) for n in range(first, last + 1) if str(n) not in lot), None)

    def oldest(self, name: str, first: int, last: int) -> Token | None:
        """The slot with the call that waits longest."""
        waiting = [
            token
            for token in self.lot(name).values()
            if token.extension.isdigit()
            and first <= int(token.extension) <= last
            and not token.timeout
        ]
        return min(waiting, key=lambda token: token.since, default=None)

    def info(self, name: str) -> str:
        """`valet_info [lot]`: XML, as the command writes it."""
        lots = [name] if name else list(self._lots)
        lines = ["<lots>\n"]
        for each in lots:
            if name and each not in self._lots:
                continue
            lines.append(f'  <lot name="{each}">\n')
            lines += [
                f'    <extension uuid="{token.uuid}">{token.extension}</extension>\n'
                for token in self.lot(each).values()
                if not token.timeout
            ]
            lines.append("  </lot>\n")
        return "".join([*lines, "</lots>\n"])
