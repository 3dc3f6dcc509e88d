"""Agents of several hosts work off one queue at once: no limit is passed, no fax is dialled twice."""

import subprocess
import sys
import threading
from collections import Counter

import pytest

from dialform.billing.ledger.ledger import Ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.attempting import page

from .conftest import Opened, until_somebody_waits
from .world import NOW, after, begun, submit

AGENT = """
import random, sys
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Attempt, Limits, Next
url, host, now = sys.argv[1], sys.argv[2], int(sys.argv[3])
chance = random.Random(host)
limits = Limits(tenant=2, trunk=3)
def over(state, uuid):
    return queue.end(uuid, "word", "", 3 if state == "sent" else 0, {}, Next(state, "", 0, 0, 0, False), now)
with open_ledger(url, busy=60) as ledger:
    queue = Queue(ledger.database)
    print("ready", flush=True); sys.stdin.readline()
    held, number = [], 0
    while True:
        due = queue.due(["acme", "bolt"], now)
        if not due and not held:
            break
        chance.shuffle(due)
        for job in due[:3]:
            trunk = chance.choice(["north", "south"])
            if not queue.claim(job.id, host, trunk, limits, now):
                continue
            number += 1
            uuid = f"{host}-{number}"
            assert queue.begin(Attempt(uuid, job.id, 0, host, "core", trunk, 0, 0, now, 0, "", "", 0))
            held.append(uuid)
            running = queue.running()
            assert all(number <= 2 for number in running.tenants.values()), running
            assert all(number <= 3 for number in running.trunks.values()), running
        while held and (len(held) > 2 or chance.random() < 0.7):
            uuid = held.pop(chance.randrange(len(held)))
            assert over(chance.choice(["sent", "sent", "queued"]), uuid)
"""


def agents(url: str, count: int) -> list[tuple[int, str]]:
    """So many agents until all is sent: exit codes and errors."""
    many = [
        subprocess.Popen(
            [sys.executable, "-c", AGENT, url, f"pbx{number}", str(NOW)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(count)
    ]  # fmt: skip
    for one in many:
        assert one.stdout
        assert one.stdout.readline() == "ready\n", one.communicate()
    for one in many:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    return [(one.wait(), told) for one in many for _, told in [one.communicate()]]


def test_agents_of_several_hosts_pass_no_limit_and_send_all(
    url: str, queue: Queue, ledger: Ledger
) -> None:
    for tenant in ("acme", "bolt"):
        submit(queue, *(f"+121255501{number:02}" for number in range(15)), tenant=tenant)
    assert agents(url, 3) == [(0, "")] * 3
    jobs = queue.jobs()
    assert Counter(job.state for job in jobs) == {"sent": 30}
    for job in jobs:
        attempts = queue.attempts(job.id)
        assert [one.number for one in attempts] == list(range(1, len(attempts) + 1))
        assert [one.pages for one in attempts] == [0] * (len(attempts) - 1) + [3]
        assert job.tries == len(attempts)
    assert ledger.verify() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_page_that_comes_with_the_end_counts(
    queue: Queue, ledger: Ledger, another: Opened
) -> None:
    id_ = begun(queue)
    with ledger.database.engine.connect() as connection, connection.begin():
        assert page(connection, "leg-1", 2)
        others = another()
        ending = threading.Thread(
            target=lambda: others.end("leg-1", "lost", "Lost.", 0, {}, after(), NOW)
        )
        ending.start()
        until_somebody_waits(ledger)
    ending.join()
    job = queue.job(id_)
    assert job is not None and (job.state, job.confirmed) == ("queued", 2)
    assert [one.pages for one in queue.attempts(id_)] == [2]


def test_of_many_who_claim_the_last_place_one_gets_it(url: str, queue: Queue) -> None:
    """All at the same moment, round after round."""
    code = """
import sys
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Limits
with open_ledger(sys.argv[1], busy=60) as ledger:
    queue = Queue(ledger.database)
    print("ready", flush=True)
    for line in sys.stdin:
        print(int(queue.claim(int(line), sys.argv[2], "north", Limits(tenant=1), int(sys.argv[3]))), flush=True)
"""
    many = [
        subprocess.Popen(
            [sys.executable, "-c", code, url, f"pbx{number}", str(NOW)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(3)
    ]  # fmt: skip
    try:
        for one in many:
            assert one.stdout and one.stdout.readline() == "ready\n"
        for _ in range(8):
            ids = submit(queue, "+12125550101", "+12125550102", "+12125550103")
            for one, id_ in zip(many, ids, strict=True):
                assert one.stdin
                one.stdin.write(f"{id_}\n")
                one.stdin.flush()
            got = [one.stdout.readline() for one in many if one.stdout]
            assert sorted(got) == ["0\n", "0\n", "1\n"]
            for number, id_ in enumerate(ids):
                queue.hold(id_, "x", NOW, NOW, host=f"pbx{number}")
                queue.cancel(id_, NOW)
            assert queue.running().tenants == {}
    finally:
        for one in many:
            one.communicate()
    assert [one.returncode for one in many] == [0, 0, 0]
