"""Extensions with so many calls at once: who counts, and that nobody else pays for it."""

from dialform.renderers.freeswitch import render_tenant
from dialform.renderers.freeswitch.busy import most

from . import samples
from .samples import actions, context, extension, first_match


def _tenant(*calls: int, **fields):
    people = tuple(extension(f"100{i}", max_calls=n) for i, n in enumerate(calls))
    return samples.tenant(extensions=people, **fields)


def test_extensions_with_the_same_number_of_calls_share_an_entry():
    found = [(some.numbers, some.calls) for some in most(_tenant(2, 0, 1, 2))]
    assert found == [("1002", 1), ("1000|1003", 2)]


def test_own_calls_count_after_those_for_help_and_before_the_tenant_s():
    phones = context(samples.xml(render_tenant(_tenant(1, cap=5)), "dialplan.xml"), "acme")
    order = [entry.get("name") for entry in phones.findall("extension")]
    own = order.index("calls of its own, 1 at once")
    assert order.index("emergency") < own < order.index("cap")
    assert actions(phones.findall("extension")[own]) == [
        ("limit", "hash extension acme.${user_name} 1 cap XML refused")
    ]


def test_a_called_phone_counts_as_it_rings_and_as_it_answers():
    files = render_tenant(_tenant(1, cap_backend="hiredis"))
    dial = samples.settings(samples.xml(files, "directory.xml").find("domain/params"))[
        "dial-string"
    ]
    assert "~execute_on_originate_calls=execute_extension calls XML acme.flow" in dial
    # In the switch itself: what a crash leaves in Redis would make a phone busy for ever.
    assert "~execute_on_answer_calls=limit hash extension acme.${dialed_user} -1" in dial
    flow = context(samples.xml(files, "dialplan.xml"), "acme.flow")
    (counted,) = actions(first_match(flow, "calls"), "anti-action")
    assert counted[1].endswith(
        "${uuid_limit(${uuid} hash extension acme.${dialform_self} 1 !USER_BUSY)}"
    )


def test_without_such_an_extension_nothing_is_compiled():
    files = render_tenant(_tenant(0, 0))
    for name in ("directory.xml", "dialplan.xml"):
        text = samples.content(files, name)
        assert "hash extension" not in text and "execute_on_originate_calls" not in text
