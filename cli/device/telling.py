"""What resync and reboot share: phones are told one after the other, and what came of it is said."""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from dialform.cli.desk import Desk, on_switch
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.reconcile.desk.devices import Device
    from dialform.reconcile.phones.telling import What
    from dialform.switch import Client

RATE = click.option(
    "--per-second", "rate", type=click.FloatRange(0.1, 1000), default=20.0, show_default=True,
    metavar="N", help="How many phones are told in a second, so that they do not come all at once.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of telling a phone; `at` are the addresses of its registration."""

    phone: "Device"
    how: str
    event: str = ""
    at: tuple[str, ...] = ()


def told(
    desk: Desk, phones: "Sequence[Device]", what: "What", rate: float, *, spare_calls: bool = False
) -> list[Outcome]:
    """Tells the phones; with `spare_calls` none whose extension is in a call."""

    async def work(client: "Client") -> list[Outcome]:
        from dialform.reconcile.desk.telling import busy, in_calls
        from dialform.reconcile.phones.telling import phone_profiles

        profiles = await phone_profiles(client.api)
        talking = await in_calls(client.api, desk.scope) if spare_calls else frozenset()
        found = []
        for phone in phones:
            if busy(phone, talking):
                found.append(Outcome(phone, "busy"))
                continue
            found.append(one := await _tell(client, profiles, phone, what))
            if one.how == "told":
                await asyncio.sleep(1 / rate if len(phones) > 1 else 0)
        return found

    return on_switch(desk, work)


async def _tell(
    client: "Client", profiles: Sequence[str], phone: "Device", what: "What"
) -> Outcome:
    from dialform.reconcile.desk.telling import tell_device

    done = await tell_device(client, profiles, phone, what)
    return Outcome(phone, done.how, done.event, tuple(one.contact for one in done.at))


def say(what: str, outcomes: Sequence[Outcome], form: str) -> None:
    """Says what came of each phone, and of all."""
    from dialform.reconcile.desk.telling import WORDS

    if form == "json":
        click.echo(json.dumps({"what": what, "phones": [_row(one) for one in outcomes]},
                              ensure_ascii=False))  # fmt: skip
        return
    for one in outcomes:
        click.echo(f"{one.phone.who} of {one.phone.tenant}: {WORDS[one.how]}")
    if len(outcomes) > 1:
        counts = {how: sum(one.how == how for one in outcomes) for how in WORDS}
        said = (f"{n} {WORDS[how].partition(':')[0]}" for how, n in counts.items() if n)
        click.echo(", ".join(said))


def _row(one: Outcome) -> dict[str, Any]:
    return {
        "mac": one.phone.mac, "label": one.phone.label, "tenant": one.phone.tenant,
        "vendor": one.phone.vendor, "result": one.how, "event": one.event, "at": list(one.at),
    }  # fmt: skip
