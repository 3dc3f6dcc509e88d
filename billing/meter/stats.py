"""What a meter counts: for metrics, for the status, for a summary."""

from dialform.values import dataclass


@dataclass(slots=True)
class Stats:
    """Counted since the meter started, in facts unless said otherwise; `backlog` and below are of now."""

    files: int = 0
    """Records that were read; one may say nothing that is booked, or more than one thing."""
    booked: int = 0
    duplicates: int = 0
    """Delivered again: a file that lay there twice, a file after its event."""
    superseded: int = 0
    """Booked in the place of what was provisional."""
    conflicts: int = 0
    """The same leg again with other content: quarantined."""
    unrated: int = 0
    """Booked without a price."""
    bad: int = 0
    """Files that went to `bad/`."""
    events: int = 0
    """Booked by the event of the leg's end alone: no file came."""
    provisional: int = 0
    """Booked without any record: the switch died, or the leg vanished."""
    dropped: int = 0
    """Ends that are not kept any more, the ledger being away too long; their legs stand in the journal."""
    overflows: int = 0
    """Times that events were given up, and the switch was asked anew."""
    backlog: int = 0
    """Files in the spool that are not booked, and ends without a file; counted to 10,000."""
    oldest: float = 0.0
    """Seconds since the oldest of them was written."""
    live: int = 0
    """Legs in the journal that this meter knows of."""
    connected: bool = False
    """Whether the switch's event socket is there."""
    error: str = ""
    """What is wrong now, in a sentence: with the ledger, else with the spool; empty: nothing."""
    failures: int = 0
    """Tries in a row that the ledger refused."""
