"""A leg that is up, as the fact that it would be if it ended now: what is left of it when the switch dies.

Of a leg that is up, the switch tells by CHANNEL_ANSWER, by what a fax and a conference say of it, and by
`uuid_dump`; all of them carry its variables (switch_channel.c, `switch_channel_event_set_extended_data`).
What its end adds is put in here, so that the facts are made as those of any leg that has ended.
"""

from collections.abc import Iterable, Iterator, Mapping

from dialform.billing.facts import CALL, CONFERENCE, FAX, LONGEST, Fact, facts_of_event
from dialform.billing.ledger.values import Live
from dialform.values import replace

_SECOND = 1_000_000
_TIMES = {"start": "Caller-Channel-Created-Time", "answer": "Caller-Channel-Answered-Time"}


def standing(
    headers: Mapping[str, str], host: str, *, at: int, inside: bool | None = None
) -> list[Live]:
    """What is to be kept of a leg, by an event or a dump of it; nothing where it can cost nothing.

    Args:
        headers: of the event, or of the dump.
        host: whose switch it is.
        at: when that was, microseconds since 1970.
        inside: whether it is in a room from now on; None: as its list of rooms says.

    Raises:
        FactError: it says something that no dialplan writes.
    """
    if inside:
        at += 1  # the switch's clock ticks: who has just come in came at this very time
    kept = []
    for fact in facts_of_event(_ended(headers, at), host):
        if fact.kind == CONFERENCE:
            open_ = headers.get("variable_dialform_rooms", "").endswith("-")
            stays = open_ if inside is None else inside
            kept.append(replace(fact, ended=at, provisional=stays))
        elif fact.on_trunk and fact.answered:
            kept.append(replace(fact, ended=0, cause=""))
    return [Live(fact, fact.core, at) for fact in kept]


def _ended(headers: Mapping[str, str], at: int) -> dict[str, str]:
    """The headers, as if the leg had ended then."""
    made = {**headers, "Event-Name": "CHANNEL_HANGUP_COMPLETE", "variable_end_uepoch": str(at)}
    for name, header in _TIMES.items():
        made[f"variable_{name}_uepoch"] = headers.get(header, "")
    if made.get("variable_fax_transfer_rate"):
        # A fax has begun and did not end: spandsp says how it went only then (mod_spandsp_fax.c).
        made.setdefault("variable_fax_success", "0")
    return made


def provisional(legs: Iterable[Live], seen: int) -> list[Fact]:
    """The facts to be booked of legs whose switch died, or that vanished: they ended when last seen up."""
    legs = list(legs)
    faxes = {leg.fact.uuid for leg in legs if leg.fact.kind == FAX}
    return list(
        _ends([leg for leg in legs if leg.fact.kind != CALL or leg.fact.uuid not in faxes], seen)
    )


def _ends(legs: Iterable[Live], seen: int) -> Iterator[Fact]:
    for leg in legs:
        fact, until = leg.fact, seen
        if fact.kind != CONFERENCE:
            yield replace(fact, ended=_believed(fact.answered, until), provisional=True)
            continue
        # `ended` is when it was written down; who was inside then has stayed.
        more = _believed(fact.ended, until) - fact.ended if fact.provisional else 0
        yield replace(
            fact, ended=fact.ended + more, seconds=fact.seconds + more // _SECOND, provisional=True
        )


def _believed(since: int, until: int) -> int:
    """The end of what lasted from a time to another; none where a clock jumped in between."""
    return until if 0 <= until - since <= LONGEST else since
