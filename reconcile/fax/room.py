"""What may be begun besides what is being sent already."""

from dialform.fax.queue.values import Job, Running
from dialform.fax.released import Refusal
from dialform.reconcile.fax.released import Released


class Room:
    """Counts at one moment. The queue's own word, when a job is claimed, is the last one."""

    def __init__(self, released: Released, running: Running) -> None:
        self._released = released
        self._tenants, self._trunks = dict(running.tenants), dict(running.trunks)

    def take(self, job: Job) -> bool:
        """Whether there is room for this one; then it is taken. What goes nowhere needs none."""
        company = self._released.companies.get(job.tenant)
        account = company.accounts.get(job.account) if company is not None else None
        if company is None or account is None or company.concurrent_faxes == 0:
            return True
        way = self._released.ways.way(company, account, job.to)
        if isinstance(way, Refusal):
            return True
        count = self._tenants.get(job.tenant, 0)
        if 0 < company.concurrent_faxes <= count:
            return False
        trunk = next((name for name in way.providers if self._is_free(name)), None)
        if trunk is None:
            return False
        self._tenants[job.tenant] = count + 1
        self._trunks[trunk] = self._trunks.get(trunk, 0) + 1
        return True

    def _is_free(self, name: str) -> bool:
        trunk = self._released.ways.trunks.get(name)
        if trunk is None:
            return False
        return not 0 < trunk.max_faxes <= self._trunks.get(name, 0)
