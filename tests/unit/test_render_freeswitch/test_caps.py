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


@pytest.mark.parametrize(("counted", "live", "does"), [(3, 1, "set"), (3, 0, "del"), (0, 2, "set")])
def test_a_count_is_mended_where_it_is_still_the_same(counted, live, does):
    mend = caps.mend("hiredis", "tenant", "acme", counted, live)
    assert mend.startswith("hiredis_raw dialform eval 'return ")
    assert f'"{does}"' in mend
    assert mend.endswith(f"' 1 dialform:tenant:acme {counted} {live}")
    assert mend.count("'") == 2, "mod_hiredis takes what stands between two for one word"


def test_all_that_redis_says_is_read():
    counts, words = caps.read_all(
        "dialform:tenant:acme=3 dialform:trunk:a.b=1 pbx1~core|2|tenant:acme=3"
    )
    assert counts == {"dialform:tenant:acme": 3, "dialform:trunk:a.b": 1}
    assert words == {"pbx1": "core|2|tenant:acme=3"}
    assert caps.read_all("-ERR no reply\n") == ({}, {})
    for odd in ("-ERR hiredis_raw Command not found!\n", "dialform:tenant:acme=many", "x=1"):
        with pytest.raises(ValueError):
            caps.read_all(odd)


def test_what_is_right_is_left_alone():
    assert caps.mend("hiredis", "tenant", "acme", 2, 2) == ""
    assert caps.mend("hash", "tenant", "acme", 3, 1) == ""
