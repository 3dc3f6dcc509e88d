"""Documents, jobs and attempts of these tests."""

from typing import Any

from dialform.fax.queue import Queue
from dialform.fax.queue.values import Attempt, Limits, New, Next, Received, Sheets

SECOND = 1_000_000
MINUTE = 60 * SECOND
NOW = 1_795_000_000 * SECOND
PAGES = 3
SHEETS = Sheets("d" * 64, "letter.pdf", PAGES, b"II*\0fine", b"II*\0standard")
ANY = Limits()
ONE = "+12125550177"


def submit(queue: Queue, *numbers: str, **more: Any) -> list[int]:
    """Jobs of Acme's account 1050, to one number or these."""
    sheets = more.pop("sheets", SHEETS)
    news = more.pop("news", [New(number) for number in numbers or (ONE,)])
    values: dict[str, Any] = {
        "tenant": "acme", "account": "1050", "by": "carol", "title": "Offer", "retries": 3,
        "coarse": False, "now": NOW,
    }  # fmt: skip
    values |= more
    return queue.submit(sheets, values.pop("tenant"), values.pop("account"), news, **values)


def attempt(job: int, uuid: str = "leg-1", **more: Any) -> Attempt:
    """A call of host pbx1 over the trunk north, about to be dialled."""
    values: dict[str, Any] = {
        "number": 0, "host": "pbx1", "core": "core-1", "trunk": "north", "step": 0, "start": 0, "began": NOW,
        "ended": 0, "outcome": "", "cause": "", "pages": 0,
    }  # fmt: skip
    return Attempt(uuid, job, **{**values, **more})


def after(state: str = "queued", **more: Any) -> Next:
    """What comes next: in a minute, on the same rung."""
    values: dict[str, Any] = {
        "cause": "" if state == "sent" else "The number is busy.", "due": NOW + MINUTE, "step": 0,
        "confirmed": 0, "coarse": False,
    }  # fmt: skip
    return Next(state, **{**values, **more})  # type: ignore[arg-type]


def begun(queue: Queue, uuid: str = "leg-1", host: str = "pbx1", **more: Any) -> int:
    """A job that is being dialled."""
    (id_,) = submit(queue, **more)
    assert queue.claim(id_, host, "north", ANY, NOW)
    assert queue.begin(attempt(id_, uuid, host=host))
    return id_


def state(queue: Queue, id_: int) -> str:
    """A job's state."""
    job = queue.job(id_)
    return job.state if job else "gone"


def came(uuid: str = "in-1", **more: Any) -> Received:
    """A fax of two pages that came in."""
    values: dict[str, Any] = {
        "tenant": "acme", "account": "1050", "host": "pbx1", "at": NOW, "caller": "+12125550199",
        "did": "+12125550150", "station_id": "CITY DENTIST", "pages": 2, "ok": True, "result": "OK",
        "seconds": 61, "file": "", "size": 0, "mailed": 0, "mail": "", "tries": 0,
    }  # fmt: skip
    return Received(uuid, **{**values, **more})
