"""Which registrations of an extension are a phone's own."""

from __future__ import annotations

import pytest

from dialform.reconcile.phones.choosing import own
from dialform.reconcile.phones.listed import Phone
from dialform.switch.questions import Registered

PHONE = Phone("0015651a2b3c", "acme", "yealink", "t46s", "1")


def at(agent: str, contact: str = '"" <sip:1001@192.0.2.7:5060>') -> Registered:
    return Registered("internal", "1001.acme", "acme.example", agent, contact, agent)


@pytest.mark.parametrize(
    ("there", "mine"),
    [
        ([], []),
        (["Yealink SIP-T46S 66.86.0.15"], [0]),
        (["yealink sip-t46s 66.86.0.15", "Yealink SIP-T42S 66.86"], [0]),
        (["Yealink SIP-T42S 66.86"], [0]),  # its model is written wrongly, and it is the only one
        (["Yealink SIP-T46S 00:15:65:1a:2b:3c", "Yealink SIP-T46S 00:15:65:1a:2b:3d"], [0]),
        (["Yealink SIP-T46S 0015651A2B3C", "Yealink SIP-T46S 66.86"], [0]),
        (["Yealink SIP-T46S 0015651a2b3d"], []),
        (["baresip v1.0.0 (x86_64/linux)"], [0]),
        (["baresip v1.0.0 (x86_64/linux)", "Yealink SIP-T46S 66.86"], [1]),
        (["Yealink SIP-T46S 66.86", "Yealink SIP-T46S 66.86"], [0, 1]),
    ],
)
def test_a_phone_is_known_by_mac_maker_and_model(there: list[str], mine: list[int]) -> None:
    registered = [at(agent, f"<sip:1001@192.0.2.{n}>") for n, agent in enumerate(there)]
    assert own(PHONE, registered) == [registered[n] for n in mine]


def test_a_mac_in_the_contact_names_the_phone_too() -> None:
    named = at("Acrobits", '"" <sip:1001@192.0.2.7:5060;mac=00-15-65-1A-2B-3C>')
    assert own(PHONE, [at("Yealink SIP-T46S"), named]) == [named]


def test_digits_that_go_on_are_no_mac() -> None:
    longer = at("Yealink SIP-T46S 0015651a2b3d0015651a2b3d")
    assert own(PHONE, [longer]) == [longer]
