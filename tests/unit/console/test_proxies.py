"""DF2008: whether the portal knows the proxy that must stand before it."""

from typing import Any

import pytest

from dialform.compiler.consolecheck import check_console
from dialform.schema.platform import Platform

PLATFORM = {
    "platform": "t", "domain": "pbx.example.com", "country": "US", "timezone": "UTC",
    "mail": {"smtp": "smtp://127.0.0.1:25", "from": "pbx@example.com"},
    "hosts": {"pbx1": {"address": "203.0.113.10"}},
}  # fmt: skip
PAIR = {"certificate": "/etc/tls/chain.pem", "key": "/etc/tls/key.pem"}


def codes(**console: Any) -> list[str]:
    entry = {"base_url": "https://portal.example.com/", **console}
    platform = Platform.model_validate({**PLATFORM, "console": entry})
    return [flaw.rule.code for flaw in check_console(platform)]


@pytest.mark.parametrize(
    "console",
    [
        {},
        {"listen": "127.0.0.1"},
        {"listen": "::1"},
        {"trusted_proxies": ["203.0.113.7"]},
        {"trusted_proxies": ["203.0.113.0/24"], "listen": "localhost"},
        {"listen": "203.0.113.10"},
    ],
)
def test_a_proxy_that_nobody_names_is_told(console: dict[str, Any]) -> None:
    assert codes(**console) == ["DF2008"]


@pytest.mark.parametrize(
    "console",
    [
        PAIR,
        {"trusted_proxies": ["127.0.0.1"]},
        {"trusted_proxies": ["::1"]},
        {"trusted_proxies": ["203.0.113.7", "127.0.0.0/8"]},
        {"trusted_proxies": ["203.0.113.7"], "listen": "203.0.113.10"},
        {"base_url": "http://127.0.0.1:8086/"},
    ],
)
def test_a_proxy_that_is_named_or_is_not_there_is_fine(console: dict[str, Any]) -> None:
    assert codes(**console) == []
