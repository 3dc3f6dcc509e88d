"""Addresses of repositories: what is spoken, and that no password gets out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.source import SourceError, address


@pytest.mark.parametrize(
    ("text", "shown", "protocols"),
    [
        ("https://forge.example/ops/site.git", "https://forge.example/ops/site.git", ("https",)),
        (
            "https://ann:hush-hush@forge.example:8443/site",
            "https://forge.example:8443/site",
            ("https",),
        ),
        ("https://ghp_abcdef@forge.example/site", "https://forge.example/site", ("https",)),
        ("https://forge.example/site?private_token=hush", "https://forge.example/site", ("https",)),
        ("ssh://git@forge.example:2222/site", "ssh://git@forge.example:2222/site", ("ssh",)),
        ("ssh://git:hush@forge.example/site", "ssh://git@forge.example/site", ("ssh",)),
        ("git@forge.example:ops/site.git", "git@forge.example:ops/site.git", ("ssh",)),
        ("http://127.0.0.1:3000/site", "http://127.0.0.1:3000/site", ("http",)),
        ("https://[2001:db8::1]:8443/site", "https://[2001:db8::1]:8443/site", ("https",)),
        ("file:///srv/a%20site", "/srv/a site", ("file",)),
        ("/srv/site", "/srv/site", ("file",)),
    ],
)
def test_what_is_spoken_and_what_is_shown(text, shown, protocols):
    found = address.read(text)
    assert (found.shown, found.protocols) == (shown, protocols)


@pytest.mark.parametrize(
    "text",
    [
        "", "-upload-pack=touch x", "ext::sh -c touch% x", "fd::17", "http://forge.example/site",
        "git://forge.example/site", "ftp://forge.example/x", "https://forge.example/", "https:///x",
        "ssh://-oProxyCommand=x/y", "https://a:b%0ahost=evil@forge.example/x", "https://h:port/x",
        "file://elsewhere/srv", "https://forge.example/x\nhost=evil",
    ],
)  # fmt: skip
def test_what_is_not_spoken_is_refused_with_a_way_out(text):
    with pytest.raises(SourceError) as told:
        address.read(text)
    assert told.value.kind == "bad_url"
    assert "--site" in str(told.value)


_SECRETS = st.text("abcdefghijkXYZ0123456789%:@/?#!$&'()*+,;=~._-", min_size=5, max_size=20)


@given(user=_SECRETS, password=_SECRETS)
def test_a_password_is_in_nothing_that_is_shown(user, password):
    from urllib.parse import quote

    user, password = f"u{user}U", f"p{password}P"
    url = f"https://{quote(user, safe='')}:{quote(password, safe='')}@forge.example/site.git"
    found = address.read(url)
    assert (found.username, found.password) == (user, password)
    told = found.clean(f"fatal: unable to access '{url}/': {password} {quote(password, safe='')}")
    for text in (found.shown, found.url, repr(found), told):
        assert password not in text
        assert quote(password, safe="") not in text
