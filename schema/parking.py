"""The parking lot: where calls wait for somebody, each in a slot with a number of its own."""

from typing import Annotated

from pydantic import AfterValidator

from dialform.schema.rules import shape
from dialform.schema.types import DialNumber, Model, Seconds, Text, matching, refuse

_SLOTS = matching("[0-9]{2,6}-[0-9]{2,6}", "is no range of slots", hint="as in 5901-5910")
_MOST_SLOTS = 1000


def _slots(text: str) -> str:
    first, last = _SLOTS(text).split("-")
    if len(first) != len(last) or not int(first) <= int(last) < int(first) + _MOST_SLOTS:
        what = f"'{text}' is no range of slots: the last is not behind the first"
        if len(first) == len(last) and int(first) < int(last):
            what = f"'{text}' are more than {_MOST_SLOTS} slots"
        refuse(shape.BadValue, what=what, hint="as in 5901-5910")
    if first.startswith("0"):
        what = f"'{text}' begins with 0, which the switch would leave out"
        refuse(shape.BadValue, what=what, hint="as in 5901-5910")
    return text


class Parking(Model):
    """Where calls wait for somebody."""

    lot: DialNumber
    """Where calls are transferred to that are to be parked: in the first free slot."""
    slots: Annotated[Text, AfterValidator(_slots)]
    """First and last number of the slots. Whoever dials one takes the call that waits there."""
    timeout: Seconds = 120
    """Seconds until a parked call comes back to who parked it."""
    call_back: bool = True
    """Whoever transfers a call to the lot is called and told the slot."""


def slot_numbers(slots: str) -> range:
    """The slots of `5901-5910`."""
    first, last = (int(part) for part in slots.split("-"))
    return range(first, last + 1)
