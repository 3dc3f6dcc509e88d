"""How the portal is told to run, and that each entry of `console:` does something."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dialform.console.errors import SettingsError
from dialform.console.settings import settings_of
from dialform.schema.console import SELF_SERVICE, Console, Forge, OpenId
from dialform.schema.tenant import Tenant

BASE: dict[str, Any] = {"base_url": "https://portal.example.com/"}


def entry(**more: Any) -> Console:
    return Console.model_validate({**BASE, **more})


def test_without_any_entry_it_is_a_trial_on_loopback() -> None:
    found = settings_of(None)
    assert (found.listen, found.port, found.base_url) == (
        "127.0.0.1",
        8086,
        "http://127.0.0.1:8086/",
    )
    assert not found.secure and not found.tls


def test_behind_a_proxy_it_is_called_as_the_proxy_is() -> None:
    found = settings_of(
        entry(base_url="https://pbx.example.com/portal", trusted_proxies=["10.0.0.0/8"])
    )
    assert (found.origin, found.root_path) == ("https://pbx.example.com", "/portal")
    assert found.secure and not found.tls


@pytest.mark.parametrize(
    ("base", "origin"),
    [
        ("https://Portal.example.com:443/x", "https://portal.example.com"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("https://portal.example.com:8443/", "https://portal.example.com:8443"),
        ("http://127.0.0.1:443/", "http://127.0.0.1:443"),
    ],
)
def test_the_origin_is_as_browsers_write_it(base: str, origin: str) -> None:
    """They leave the usual port out: with it every form would come from another site."""
    assert settings_of(None, base_url=base).origin == origin


def test_with_a_certificate_it_listens_everywhere_on_the_port_of_its_address() -> None:
    keys = {"certificate": "/etc/tls/cert.pem", "key": "/etc/tls/key.pem"}
    found = settings_of(entry(base_url="https://portal.example.com:8443/", **keys))
    assert (found.listen, found.port, found.certificate) == ("::", 8443, Path("/etc/tls/cert.pem"))
    assert settings_of(entry(**keys)).port == 443
    assert settings_of(entry(**keys, listen="203.0.113.9", port=444)).port == 444


def test_what_is_said_on_the_command_line_counts() -> None:
    found = settings_of(entry(port=9000), listen=("127.0.0.1", 0), base_url="http://127.0.0.1:1/")
    assert (found.port, found.base_url) == (0, "http://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"certificate": "/etc/tls/cert.pem"}, "belong together"),
        ({"key": "/etc/tls/key.pem"}, "belong together"),
        ({"listen": "203.0.113.9"}, "plain HTTP would be served on 203.0.113.9"),
    ],
)
def test_what_cannot_be_is_said_with_a_way_out(more: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings_of(entry(**more))


def test_each_word_of_self_service_is_of_a_table_that_tenants_have() -> None:
    for word, places in SELF_SERVICE.items():
        assert entry(self_service=[word]).self_service == [word]
        for table, field in places:
            assert table in Tenant.model_fields, word
            assert len(field) <= 1
    with pytest.raises(ValidationError):
        entry(self_service=["subscription"])


EFFECTS = {
    "base_url": "here", "listen": "here", "port": "here", "certificate": "here", "key": "here",
    "trusted_proxies": "here", "self_service": "tests/unit/console/saving", "title": "here",
    "idle_minutes": "tests/unit/console/signin", "session_hours": "tests/unit/console/signin",
    "second_factor": "tests/unit/console/signin", "forge": "tests/unit/console/saving",
    "signing_key": "tests/unit/console/saving", "websocket": "tests/unit/console/phone",
    "openid": "tests/unit/console/signin",
}  # fmt: skip
"""Where each entry's effect is tested."""


def test_each_entry_is_tested_somewhere() -> None:
    assert EFFECTS.keys() == Console.model_fields.keys()
    here = Path(__file__).parent
    for name, where in EFFECTS.items():
        folder = here / Path(where).name
        files = [Path(__file__)] if where == "here" else sorted(folder.glob("*.py"))
        assert any(name in file.read_text("utf-8") for file in files), name
    assert Forge.model_fields.keys() == {"kind", "url", "project", "token"}
    assert OpenId.model_fields.keys() == {"name", "issuer", "client_id", "client_secret", "claim"}


def test_the_title_stands_above_each_page(make_stage: Any) -> None:
    import asyncio

    async def look(**more: Any) -> str:
        async with make_stage(**more).browser("tenant_admin") as alice:
            return (await alice.get("/")).text

    assert "Our own telephones" in asyncio.run(look(title="Our own telephones"))
    assert "<title>Dashboard · demo</title>" in asyncio.run(look())
