"""Phones as the compiled folder knows them, in somebody's scope; and what a list says of each."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.provisioning.fetches import Fetch
from dialform.provisioning.index import FOLDER, Device
from dialform.reconcile.desk import typed
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.devices import devices, hint, one_of
from dialform.reconcile.desk.errors import NotThere, Unusable
from dialform.reconcile.desk.phonelist import rows
from dialform.reconcile.desk.scope import WHOLE, Scope
from dialform.switch.questions import Registration

_LINES = (("1002", "acme.test"),)
BOB = Device("acme", "aabbcc112233", "Bob's desk", "yealink", "t46s", "r2", "", {}, _LINES, {})


def device(mac: str, label: str) -> dict[str, object]:
    return {
        "mac": mac, "label": label, "vendor": "snom", "model": "d785", "revision": "r1",
        "token": mac.rjust(64, "0"), "ha1": {"MD5": "", "SHA-256": ""},
        "lines": [["1001", "x.test"]], "answers": {f"{mac}.xml": ["a", "b"]},
    }  # fmt: skip


@pytest.fixture
def host(tmp_path: Path) -> Path:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for slug, labels in {"acme": "ab", "shop": "c"}.items():
        found = [device(f"00041300000{label}", f"Desk {label}") for label in labels]
        (folder / f"{slug}.json").write_text(json.dumps({"tenant": slug, "devices": found}))
    return tmp_path


def test_only_what_is_in_the_scope_is_there(host: Path) -> None:
    acme = Customer("acme", "acme.test", {}, {})
    assert [one.mac[-1] for one in devices(host, WHOLE)] == ["a", "b", "c"]
    assert [one.mac[-1] for one in devices(host, Scope(acme))] == ["a", "b"]
    assert [
        one.mac[-1] for one in devices(host, Scope(acme, None, frozenset({"00041300000b"})))
    ] == ["b"]
    assert devices(host, Scope(Customer("none", "x", {}, {}))) == []
    assert list(devices(host, WHOLE)[0].answers) == ["00041300000a.xml"]


def test_one_out_of_reach_is_not_there_and_not_a_hint(host: Path) -> None:
    known = devices(host, Scope(Customer("shop", "shop.test", {}, {})))
    with pytest.raises(NotThere) as found:
        one_of(known, "00041300000a")
    assert str(found.value) == (
        "There is no phone 00041300000a. Did you mean 00041300000c (Desk c)?"
    )
    assert hint("Desk C", known) == " Did you mean 00041300000c (Desk c)?"
    assert hint("zzz", known) == ""


_DIGITS = st.text("0123456789abcdef", min_size=12, max_size=12)


@given(
    _DIGITS,
    st.sampled_from([(2, ":"), (2, "-"), (4, "."), (6, "-"), (12, ""), (2, " ")]),
    st.booleans(),
)
def test_a_mac_is_the_same_in_every_usual_spelling(
    mac: str, way: tuple[int, str], large: bool
) -> None:
    size, between = way
    text = between.join(mac[at : at + size] for at in range(0, 12, size))
    assert typed.mac(text.upper() if large else text) == mac


@pytest.mark.parametrize(
    "text", ["", "aabbcc11223", "aabbcc1122334", "gabbcc112233", "bob", "aa/bb/cc/11/22/33"]
)
def test_what_is_no_mac(text: str) -> None:
    with pytest.raises(Unusable, match="12 hex digits"):
        typed.mac(text)


def here(number: str, domain: str = "acme.test") -> Registration:
    return Registration(
        f"{number}.acme", domain, "sip:x", "", "192.0.2.1", 5060, "udp", "internal", 0
    )


def test_a_row_says_what_is_known_and_null_for_what_is_not() -> None:
    (blind,) = rows([BOB], None, None)
    assert {name for name, value in blind.items() if value is None} == {
        "last_fetch", "fetches", "fetched", "address", "agent", "revision", "up_to_date", "registered",
    }  # fmt: skip
    (never,) = rows([BOB], {}, [])
    assert (never["fetches"], never["up_to_date"], never["registered"]) == (0, False, [])
    fetch = Fetch(BOB.mac, 1795850000.0, "x.cfg", "r1", "192.0.2.7", "phone", 3)
    (old,) = rows([BOB], {BOB.mac: fetch}, [here("1002"), here("1003")])
    assert (old["last_fetch"], old["fetches"]) == ("2026-11-28T07:13:20Z", 3)
    assert (old["up_to_date"], old["registered"]) == (False, ["1002"])
    (new,) = rows(
        [BOB], {BOB.mac: Fetch(BOB.mac, 1.0, "x", "r2", "", "")}, [here("1002", "ACME.TEST")]
    )
    assert (new["up_to_date"], new["registered"]) == (True, ["1002"])
    (elsewhere,) = rows([BOB], {}, [here("1002", "other.test")])
    assert elsewhere["registered"] == []
