"""How phones register, vendor by vendor, and whose each registration is taken for."""

from __future__ import annotations

import pytest

from dialform.compiler.phones.catalogue import vendor_of, vendors
from dialform.reconcile.phones.choosing import own
from dialform.reconcile.phones.listed import Phone
from dialform.switch.questions import Registered

SPEAK = {
    "yealink": ("t46s", "Yealink SIP-T46S 66.86.0.15"),
    "grandstream": ("gxp2170", "Grandstream GXP2170 1.0.11.79"),
    "poly": ("vvx411", "PolycomVVX-VVX_410-UA/5.9.6.2327"),
    "fanvil": ("x4u", "Fanvil X4U 2.12.2.5 0c383e1a2b04"),
    "snom": ("d735", "snomD735/10.1.175.16"),
    "cisco": ("spa504g", "Cisco/SPA504G-7.6.2c"),
    "gigaset": ("n870", "Gigaset N870 IP PRO/83.V2.49.1"),
    "htek": ("uc926", "Htek UC926 2.0.4.8"),
    "generic": ("softphone", "Linphone/5.2.5 (Debian)"),
}


def at(agent: str) -> Registered:
    return Registered("internal", "1001.acme", "acme.example", agent, "<sip:1001@192.0.2.7>", agent)


def test_what_is_listed_here_is_in_the_catalogue() -> None:
    assert set(SPEAK) <= set(vendors())


@pytest.mark.parametrize("vendor", SPEAK)
def test_a_phone_is_told_from_all_others_on_one_extension(vendor: str) -> None:
    found = vendor_of(vendor)
    assert found is not None
    model, agent = SPEAK[vendor]
    assert model in found.models
    mac = "0c383e1a2b04"
    every = [at(said) for _, said in SPEAK.values()]
    mine = own(Phone(mac, "acme", vendor, model, "1"), every)
    assert mine == [at(SPEAK["fanvil"][1])], "a MAC counts for more than a name"
    others = [one for one in every if mac not in one.agent]
    expected = [at(agent)] if mac not in agent else []
    assert own(Phone("0015651a2b01", "acme", vendor, model, "1"), others) == expected


def test_a_phone_that_has_another_name_is_known_by_it() -> None:
    """The site's vvx410 is the catalogue's vvx411, and says of itself that it is the first."""
    other = "PolycomVVX-VVX_450-UA/6.4"
    mine = Phone("0015651a2b01", "acme", "poly", "vvx411", "1")
    assert own(mine, [at(other), at(SPEAK["poly"][1])]) == [at(SPEAK["poly"][1])]
