"""The queue as somebody would write it who has one process, never dies, and has all the time of the world."""

from dataclasses import dataclass, field

from dialform.fax.queue.hearing import SILENT
from dialform.fax.queue.values import Limits, Next


@dataclass
class Leg:
    """An attempt."""

    job: int
    host: str
    start: int
    open: bool = True
    doubt: bool = False
    pages: int = 0


@dataclass
class Fax:
    """A job."""

    tenant: str
    pages: int
    due: int
    state: str = "queued"
    host: str = ""
    trunk: str = ""
    confirmed: int = 0
    tries: int = 0
    step: int = 0
    held: int = 0
    wish: str = ""
    ended: int = 0

    @property
    def told(self) -> tuple[object, ...]:
        """What is compared."""
        return (
            self.state, self.host, self.trunk, self.confirmed, self.tries, self.step, self.held,
            self.wish, self.ended, self.due if self.state == "queued" else 0,
        )  # fmt: skip


@dataclass
class Naive:
    """All of it."""

    jobs: dict[int, Fax] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def dialled(self, id_: int) -> list[str]:
        return [uuid for uuid, leg in self.legs.items() if leg.job == id_ and leg.open]

    def idle(self, id_: int, host: str) -> bool:
        job = self.jobs[id_]
        return job.state == "sending" and job.host == host and not self.dialled(id_)

    def claim(self, id_: int, host: str, trunk: str, limits: Limits, now: int) -> bool:
        job = self.jobs[id_]
        ready = job.state == "queued" and job.due <= now
        if job.wish or not (ready or self.idle(id_, host)):
            return False
        others = [one for key, one in self.jobs.items() if one.state == "sending" and key != id_]
        of_tenant = sum(one.tenant == job.tenant for one in others)
        on_trunk = sum(one.trunk == trunk for one in others)
        if limits.tenant != -1 and of_tenant >= limits.tenant:
            return False
        if limits.trunk and on_trunk >= limits.trunk:
            return False
        job.state, job.host, job.trunk = "sending", host, trunk
        self.beat(host, now)
        return True

    def begin(self, id_: int, uuid: str, host: str, trunk: str) -> bool:
        job = self.jobs[id_]
        if job.wish or job.trunk != trunk or not self.idle(id_, host):
            return False
        self.legs[uuid] = Leg(id_, host, job.confirmed)
        return True

    def page(self, uuid: str, pages: int) -> None:
        leg = self.legs[uuid]
        if leg.open:
            leg.pages = max(leg.pages, pages)

    def end(self, uuid: str, pages: int, next_: Next, now: int, doubt: bool = False) -> bool:
        leg = self.legs[uuid]
        if not leg.open and not leg.doubt:
            return False
        leg.pages = max(leg.pages, pages)
        job = self.jobs[leg.job]
        arrived = max(next_.confirmed, leg.start + leg.pages)
        if leg.doubt:
            if next_.state == "sent":
                arrived = job.pages
            self.late(job, arrived, now)
        else:
            self.settle(job, next_, arrived, now)
        leg.open, leg.doubt = False, doubt
        return True

    def late(self, job: Fax, arrived: int, now: int) -> None:
        before, job.confirmed = job.confirmed, min(max(job.confirmed, arrived), job.pages)
        if job.confirmed < job.pages or job.confirmed == before:
            return
        if job.state == "sending":
            job.wish = "cancel"
        else:
            self.over(job, "sent", now)

    def settle(self, job: Fax, next_: Next, arrived: int, now: int) -> None:
        job.confirmed = min(max(job.confirmed, arrived), job.pages)
        job.tries += next_.counts
        job.step = next_.step
        since = (job.held or now) if next_.held else 0
        before, job.held = job.held, since
        if next_.state == "sent" or job.confirmed == job.pages:
            job.confirmed = job.pages
            self.over(job, "sent", now)
        elif job.wish:
            self.over(job, "cancelled", now)
        elif next_.state == "queued":
            job.state, job.due, job.host, job.trunk = "queued", next_.due, "", ""
        elif next_.state == "sending":
            job.held = before
        else:
            self.over(job, next_.state, now)

    def hold(self, id_: int, due: int, now: int, host: str) -> bool:
        job = self.jobs[id_]
        if not (job.state == "queued" and job.due <= now) and not self.idle(id_, host):
            return False
        if job.wish:
            self.given_up(job, now)
        else:
            job.state, job.due, job.held = "queued", due, job.held or now
            job.host = job.trunk = ""
        return True

    def fail(self, id_: int, now: int, host: str) -> bool:
        job = self.jobs[id_]
        if job.state != "queued" and not self.idle(id_, host):
            return False
        if job.wish:
            self.given_up(job, now)
        else:
            self.over(job, "failed", now)
        return True

    def cancel(self, id_: int, now: int) -> str:
        job = self.jobs[id_]
        if job.state == "sending":
            job.wish = "cancel"
            return "sending"
        if job.state == "queued":
            self.over(job, "cancelled", now)
            return "cancelled"
        return ""

    def retry(self, id_: int, now: int) -> bool:
        job = self.jobs[id_]
        if job.state in ("sending", "sent"):
            return False
        if job.state != "queued":
            job.state, job.ended, job.step, job.tries = "queued", 0, 0, 0
        job.due, job.held = now, 0
        return True

    def silent(self, host: str, now: int) -> bool:
        return self.seen.get(host, -SILENT) <= now - SILENT

    def take_over(self, id_: int, next_: Next, now: int) -> bool:
        job = self.jobs[id_]
        if job.state != "sending" or not self.silent(job.host, now):
            return False
        arrived = next_.confirmed
        for uuid in self.dialled(id_):
            leg = self.legs[uuid]
            leg.open, leg.doubt = False, True
            arrived = max(arrived, leg.start + leg.pages)
        self.settle(job, next_, arrived, now)
        return True

    def prune(self, tenant: str, before: int) -> int:
        gone = [
            id_ for id_, job in self.jobs.items() if job.tenant == tenant and 0 < job.ended < before
        ]
        for id_ in gone:
            del self.jobs[id_]
        self.legs = {uuid: leg for uuid, leg in self.legs.items() if leg.job in self.jobs}
        return len(gone)

    def beat(self, host: str, now: int) -> None:
        self.seen[host] = max(self.seen.get(host, 0), now)

    def given_up(self, job: Fax, now: int) -> None:
        """Somebody wanted it cancelled, and nothing of it is on its way."""
        self.over(job, "sent" if job.confirmed == job.pages else "cancelled", now)

    @staticmethod
    def over(job: Fax, state: str, now: int) -> None:
        job.state, job.ended = state, now
        job.host = job.trunk = job.wish = ""
