"""How spandsp says that a fax failed (t30.h, T30_ERR_…; t30_logging.c): in words, and what it does.

The numbers are those of the enumeration, as `fax_result_code` has them. Those of a receiver (23 to
40) come to a sender too where the two of them lost step.
"""

from typing import Literal

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """What a failure means for the job: `fault` as `outcome` has it."""

    word: str
    words: str
    fault: Literal["fax", "no_fax", "unable", "coarse", "ours", "final"]


DROPPED = 49
"""The call ended under it."""

BROKEN = Result("broken", "The call ended in the middle of the fax.", "fax")
SILENT = Result("silent", "The other machine said nothing any more.", "fax")
UNKNOWN = Result("fax_failed", "The fax failed.", "fax")

_NO_FAX = Result("no_fax", "Somebody answered, and no fax machine was heard.", "no_fax")
_TRAINING = Result("line", "The line is too bad: the two machines found no speed.", "fax")
_CONFUSED = Result("confused", "The other machine said what it should not.", "fax")
_PAGE = Result("refused_page", "The other machine did not confirm a page.", "fax")
_FILE = Result("file", "The switch could not read the document.", "ours")
_REFUSED = Result("refused_fax", "The other machine does not take faxes from us.", "final")

RESULTS = {
    1: _NO_FAX,  # the tone of an answering machine (CED) does not end
    2: _NO_FAX,  # T0: nothing was heard
    3: _NO_FAX,  # T1: no first message
    4: SILENT,
    5: _TRAINING,
    6: _TRAINING,
    7: _CONFUSED,
    8: Result("incompatible", "The other machine does not understand ours.", "fax"),
    9: Result("unable", "The other machine cannot receive just now: paper or memory, maybe.", "unable"),
    10: _CONFUSED,
    11: Result("coarse", "The other machine has no fine resolution.", "coarse"),
    12: Result("size", "The other machine does not take pages of this size.", "final"),
    13: _CONFUSED,
    14: _TRAINING,
    15: _PAGE,
    16: _PAGE,
    17: Result("gave_up", "The other machine hung up before the first page.", "fax"),
    18: _CONFUSED,
    19: _CONFUSED,
    20: _TRAINING,
    21: SILENT,
    22: SILENT,
    **dict.fromkeys(range(23, 41), _CONFUSED),
    **dict.fromkeys(range(41, 47), _FILE),
    47: Result("memory", "The switch has no memory left.", "ours"),
    48: SILENT,
    DROPPED: _NO_FAX,  # in the middle of the fax, where one began (outcome.py)
    **dict.fromkeys(range(50, 62), _REFUSED),
}  # fmt: skip
"""By result code; 0 is a success."""
