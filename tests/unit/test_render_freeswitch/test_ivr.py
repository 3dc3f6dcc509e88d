"""IVR menus: what a key does, and what no key and a wrong key do."""

import re

from dialform.renderers.freeswitch import render_tenant

from . import samples
from .samples import extension, target


def _menu(**fields):
    tenant = samples.tenant(
        extensions=(extension("1001"), extension("100234")),
        ivr_menus=(samples.menu("700", **fields),),
    )
    return samples.xml(render_tenant(tenant), "ivr.xml").find("menu")


def test_there_is_no_file_without_menus():
    assert not [a for a in render_tenant(samples.tenant()) if a.path.endswith("ivr.xml")]


def test_times_are_milliseconds():
    menu = _menu(timeout=7, digit_timeout=3)
    assert (menu.get("timeout"), menu.get("inter-digit-timeout")) == ("7000", "3000")


def test_a_key_transfers():
    menu = _menu(options=(("1", target("extension", "1001")), ("*2", target("hangup", "busy"))))
    keys = {entry.get("digits"): entry.get("param") for entry in menu}
    assert keys == {
        "1": "transfer 1001 XML acme",
        "*2": "transfer busy XML ended",
    }
    assert menu.get("digit-len") == "2"


def test_direct_dial_reaches_the_tenant_s_extensions_and_nothing_else():
    menu = _menu(direct_dial=True)
    (entry,) = list(menu)
    assert entry.get("param") == "transfer $1 XML acme"
    exact = entry.get("digits").strip("/")
    assert re.search(exact, "1001") and re.search(exact, "100234")
    assert not any(re.search(exact, n) for n in ("911", "10010", "2125551000", "100", "1002"))
    assert menu.get("digit-len") == "6"


def test_no_key_goes_to_no_input_after_so_many_greetings():
    menu = _menu(max_timeouts=2, no_input=target("extension", "1001"))
    assert menu.get("max-timeouts") == "2"
    assert menu.get("exec-on-max-timeouts") == "transfer 1001 XML acme"


def test_a_wrong_key_plays_again_and_at_last_counts_as_none():
    menu = _menu(max_failures=4, no_input=target("extension", "1001"))
    assert menu.get("max-failures") == "4"
    assert menu.get("exec-on-max-failures") == "transfer 1001 XML acme"
    assert menu.get("invalid-sound")


def test_a_wrong_key_with_a_destination_goes_there_at_once():
    menu = _menu(invalid=target("voicemail", "1999"), no_input=target("extension", "1001"))
    assert menu.get("max-failures") == "1"
    assert menu.get("exec-on-max-failures") == "transfer voicemail-1999 XML acme.flow"
    assert menu.get("invalid-sound") is None


def test_without_destinations_the_call_just_ends():
    menu = _menu()
    assert menu.get("exec-on-max-timeouts") is None and menu.get("exec-on-max-failures") is None


def test_the_hash_key_is_a_key_where_a_menu_has_it():
    for options, terminator in (((("#", target("hangup", "busy")),), "none"), ((), "#")):
        tenant = samples.tenant(ivr_menus=(samples.menu("700", options=options),))
        text = samples.content(render_tenant(tenant), "dialplan.xml")
        assert f"ivr_menu_terminator={terminator}" in text


def test_menus_and_dialplan_name_the_same_nodes():
    owner = "ivr 700"
    tenant = samples.tenant(
        ivr_menus=(
            samples.menu("700", options=(("1", target("external", "+19175550123", owner)),)),
        )
    )
    files = render_tenant(tenant)
    name = samples.xml(files, "ivr.xml").find("menu/entry").get("param").split()[1]
    flow = samples.context(samples.xml(files, "dialplan.xml"), "acme.flow")
    assert samples.first_match(flow, name).get("name") == name
