"""A profile may be back before anybody could see it gone: then the switch's own word for it counts."""

import asyncio

from dialform.compiler.planning.actions import KINDS
from dialform.reconcile.proofs import Prover
from dialform.switch.events import Event
from dialform.switch.hub import Hub
from dialform.switch.limits import Limits

RUNS = "internal\t  profile\t  sip:mod_sofia@127.0.0.1:5060\t  RUNNING (0)\n"
PARTS = {"profile": "internal"}


def doubt(told: bool) -> str:
    """What is doubted of a restart that no look ever saw, with the switch's event and without."""
    now = 0.0

    async def ask(question: str) -> str:
        return f"  {RUNS}"

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def scene() -> str:
        hub, proof = Hub(Limits()), KINDS["profile_restart"].proof
        assert proof is not None
        came = hub.expect(lambda event: event.kind == proof.event)
        if told:
            hub.publish(Event("CUSTOM", "sofia::profile_start", {"profile_name": "internal"}), 1)
        why, _ = await Prover(ask, sleep, lambda: now).doubt(proof, PARTS, frozenset(), {}, came)
        return why

    return asyncio.run(scene())


def test_the_switch_says_that_it_started_the_profile_again() -> None:
    assert doubt(told=True) == ""


def test_nobody_saw_it_gone_and_nobody_said_so() -> None:
    assert "never showed it gone" in doubt(told=False)
