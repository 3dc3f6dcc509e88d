"""How counts are written, asked for and set right."""

import pytest

from dialform.renderers.freeswitch import caps


def test_keys_of_both_backends():
    assert caps.key("hash", "tenant", "acme") == "hash tenant acme"
    assert caps.key("hiredis", "trunk", "north") == "hiredis dialform dialform:trunk:north"
    with pytest.raises(KeyError):
        caps.key("db", "tenant", "acme")


def test_what_counts_is_asked_of_the_backend():
    assert caps.usage("hash", "tenant", "acme") == "limit_usage hash tenant acme"
    assert (
        caps.usage("hiredis", "tenant", "acme") == "hiredis_raw dialform get dialform:tenant:acme"
    )


@pytest.mark.parametrize(("counted", "live", "by"), [(3, 1, -2), (0, 2, 2)])
def test_a_count_is_mended_by_the_difference(counted, live, by):
    mend = caps.mend("hiredis", "tenant", "acme", counted, live)
    assert mend == f"hiredis_raw dialform incrby dialform:tenant:acme {by}"


def test_what_is_right_is_left_alone():
    assert caps.mend("hiredis", "tenant", "acme", 2, 2) == ""
    assert caps.mend("hash", "tenant", "acme", 3, 1) == ""
