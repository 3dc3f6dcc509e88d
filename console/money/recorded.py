"""The recordings that somebody may listen to.

Who manages a tenant may listen to all of its recordings. A user may listen to those of the own extensions,
while the site has such an extension recorded (`record`) and the user holds `fpbx_extension`; an end user to
none, and nobody but a manager to conferences, where others speak too.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO

from dialform.billing.rating.periods import period_of
from dialform.billing.statements.calls import Call
from dialform.compiler.permissions import PARENT
from dialform.console.errors import Away, NotThere
from dialform.console.page import Context
from dialform.reconcile.recordings import Kept, Recorded, RecordingsError, kept, opened, recorded

_DAY = 86_400_000_000


def of(context: Context, months: Collection[str] | None = None) -> Iterator[Recorded]:
    """The recordings of the tenant that a visitor may hear; with `months` those of legs that began in them.

    It reads folders: off the loop. Raises Away.
    """
    place = _place(context)
    if place is None:
        return
    reach = _reach(context)
    if reach is not None and not reach:
        return
    try:
        for one in recorded(place.folder, [context.tenant], months):
            if reach is None or one.extension in reach:
                yield one
    except OSError as error:
        raise Away(
            f"The folder of recordings cannot be read here ({error.strerror}): an administrator lets the "
            "portal's user into it."
        ) from None


def open_one(context: Context, path: str) -> tuple[Recorded, BinaryIO]:
    """One recording in reach, opened. It reads files: off the loop. Raises NotThere, Away."""
    nothing = NotThere("There is no such recording.")
    place, reach = _place(context), _reach(context)
    if place is None:
        raise nothing
    try:
        found = opened(place.folder, context.tenant, path)
    except (RecordingsError, OSError) as error:
        raise Away(str(error)) from None
    if found is None:
        raise nothing
    if reach is not None and found[0].extension not in reach:
        found[1].close()
        raise nothing
    return found


def may(context: Context) -> bool:
    """Whether any recording could be in a visitor's reach."""
    reach = _reach(context)
    return reach is None or bool(reach)


def of_call(context: Context, call: Call) -> list[Recorded]:
    """The recordings of a call's legs."""
    legs = {leg.fact.uuid for leg in call.legs}
    return [one for one in of(context, _months([call])) if one.uuid in legs]


def uuids(context: Context, found: Sequence[Call]) -> frozenset[str]:
    """The legs of calls that recordings are of; none where recordings cannot be read."""
    try:
        return frozenset(one.uuid for one in of(context, _months(found)) if one.uuid)
    except Away:
        return frozenset()


def _months(found: Sequence[Call]) -> set[str]:
    """The months in which recordings of calls may lie: a leg that is recorded may begin a day later."""
    times = [one.started for one in found]
    if not times:
        return set()
    day, last = min(times) - _DAY, max(times) + _DAY
    months = {period_of(last, "UTC")}
    while day < last:
        months.add(period_of(day, "UTC"))
        day += 28 * _DAY
    return months


def _reach(context: Context) -> frozenset[str] | None:
    """The extensions whose recordings a visitor may hear; None for all of the tenant."""
    visitor = context.visitor
    if visitor.manages:
        return None
    if not visitor.at_least("user") or not visitor.holds(PARENT):
        return frozenset()
    known = context.scope().tenant.extensions
    return frozenset(number for number in visitor.extensions if known[number].record)


def _place(context: Context) -> Kept | None:
    try:
        return kept(context.ground.folders().current)
    except FileNotFoundError:
        return None
    except RecordingsError as error:
        raise Away(str(error)) from None
