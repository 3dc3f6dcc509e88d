"""From what a tenant writes to what a phone is told."""

from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.phones.resolved import Codes
from dialform.compiler.secrets import open_store

from .tenants import MAC, phone, resolved, scope

MASTER = "a master secret of some length"


def kinds(**changes: Any) -> list[tuple[str, int]]:
    return [(key.kind, key.line) for key in phone(**changes).keys]


class TestLines:
    def test_a_line_is_its_extension(self) -> None:
        (line,) = phone().lines
        assert (line.extension, line.domain) == ("1001", "acme.pbx.example.com")
        assert (line.label, line.name, line.voicemail) == ("Alice Doe", "Alice Doe", "*98")
        assert (line.server, line.port, line.transport, line.srtp) == ("", 5060, "udp", "optional")

    def test_what_a_line_says_itself_counts(self) -> None:
        written = {"extension": "1002", "label": "Me", "ringtone": "3", "server": "sip.example.com"}
        (line,) = phone(device={"lines": [written]}).lines
        assert (line.label, line.ringtone, line.server) == ("Me", "3", "sip.example.com")
        assert (line.port, line.voicemail, line.srtp) == (5060, "", "required")

    @pytest.mark.parametrize(
        ("server", "host", "port"),
        [
            ("sip.example.com:5070", "sip.example.com", 5070),
            ("203.0.113.10", "203.0.113.10", 5060),
            ("[2001:db8::1]", "[2001:db8::1]", 5060),
            ("[2001:db8::1]:5070", "[2001:db8::1]", 5070),
        ],
    )
    def test_a_server_may_have_a_port(self, server: str, host: str, port: int) -> None:
        (line,) = phone(device={"lines": [{"extension": "1001", "server": server}]}).lines
        assert (line.server, line.port) == (host, port)

    def test_over_tls_the_port_is_that_of_tls(self) -> None:
        assert phone(profile={"transport": "tls"}).lines[0].port == 5061

    def test_the_ports_are_those_that_its_hosts_agree_on(self) -> None:
        host = {"address": "203.0.113.10", "ports": {"internal": 5070, "tls": 5071}}
        both = {"pbx1": host, "pbx2": {**host, "address": "203.0.113.20"}}
        other = {"pbx1": host, "pbx2": {"address": "203.0.113.20"}}
        assert phone(platform={"hosts": both}).lines[0].port == 5070
        assert phone(platform={"hosts": other}).lines[0].port == 5060
        mine = {**other, "pbx2": {"address": "203.0.113.20", "tenants": ["b*"]}}
        assert phone(platform={"hosts": mine}).lines[0].port == 5070

    def test_a_mailbox_of_its_own_is_one_too(self) -> None:
        boxes = {"voicemails": {"1002": {"name": "Bob"}}}
        lines = {"lines": [{"extension": "1002"}]}
        assert phone(device=lines, tenant=boxes).lines[0].voicemail == "*98"


class TestKeys:
    def test_the_lines_first_then_the_profile_then_its_own(self) -> None:
        own = {"lines": [{"extension": "1001"}, {"extension": "1002"}], "keys": [{"type": "dnd"}]}
        shared = {"keys": [{"type": "blf", "value": "1002"}]}
        assert kinds(device=own, profile=shared) == [
            ("line", 1), ("line", 2), ("blf", 1), ("dnd", 1),
        ]  # fmt: skip

    def test_who_says_where_a_line_is_has_it_there(self) -> None:
        two = {"lines": [{"extension": "1001"}, {"extension": "1002"}]}
        shared = {"keys": [{"type": "dnd"}, {"type": "line", "value": "2"}, {"type": "line"}]}
        assert kinds(device=two, profile=shared) == [("dnd", 1), ("line", 2), ("line", 1)]

    def test_what_the_phone_cannot_have_keeps_its_place_empty(self) -> None:
        shared = {"keys": [{"type": "blf", "value": "1002", "line": 2}, {"type": "dnd"}]}
        assert kinds(profile=shared) == [("line", 1), ("none", 1), ("dnd", 1)]

    @pytest.mark.parametrize(
        ("key", "label", "dial", "watch", "pickup"),
        [
            ({"type": "blf", "value": "1002"}, "Bob Roe", "1002", "1002", "*81002"),
            ({"type": "speed-dial", "value": "1002"}, "Bob Roe", "1002", "", ""),
            ({"type": "speed-dial", "value": "+12125550177"}, "+12125550177", "+12125550177", "", ""),
            ({"type": "park", "value": "5901"}, "5901", "5901", "park+5901", ""),
            ({"type": "page", "value": "950", "label": "All"}, "All", "950", "", ""),
            ({"type": "dnd"}, "DND", "*78", "", ""),
            ({"type": "forward", "value": "1002"}, "Bob Roe", "*721002", "", ""),
            ({"type": "forward"}, "", "*72", "", ""),
            ({"type": "voicemail"}, "Voicemail", "*98", "", ""),
            ({"type": "voicemail", "value": "1999"}, "1999", "*981999", "", ""),
            ({"type": "voicemail", "value": "*98"}, "*98", "*98", "", ""),
            ({"type": "none"}, "", "", "", ""),
        ],
    )  # fmt: skip
    def test_what_a_key_dials_and_watches(
        self, key: dict[str, str], label: str, dial: str, watch: str, pickup: str
    ) -> None:
        found = phone(device={"keys": [key]}).keys[1]
        assert (found.kind, found.label) == (key["type"], label)
        assert (found.dial, found.watch, found.pickup) == (dial, watch, pickup)

    def test_a_code_that_is_off_is_dialled_by_no_key(self) -> None:
        off = {"feature_codes": dict.fromkeys(("pickup", "dnd_on", "voicemail", "forward_on"))}
        keys = [{"type": "blf", "value": "1002"}, {"type": "dnd"}, {"type": "voicemail"},
                {"type": "forward", "value": "1002"}, {"type": "forward"},
                {"type": "voicemail", "value": "1999"}]  # fmt: skip
        found = phone(device={"keys": keys}, tenant=off)
        assert [(key.dial, key.pickup) for key in found.keys[1:]] == [
            ("1002", ""), ("", ""), ("", ""), ("", ""), ("", ""), ("", ""),
        ]  # fmt: skip
        assert found.lines[0].voicemail == ""
        assert found.codes == Codes(dnd_off="*79", forward_off="*73")


class TestSettings:
    def test_what_nobody_says_comes_from_tenant_and_platform(self) -> None:
        plain = phone()
        assert plain.clock.zone == "America/New_York"
        assert (plain.language, plain.ntp, plain.country) == ("en", "pool.ntp.org", "US")
        assert plain.codecs == ("OPUS", "PCMU", "PCMA")
        assert plain.emergency_numbers == ("911",)
        german = phone(tenant={"timezone": "Europe/Berlin", "language": "de", "country": "DE"})
        assert german.clock.zone == "Europe/Berlin"
        assert (german.language, german.country) == ("de", "DE")

    def test_the_nearest_word_counts(self) -> None:
        ours = {"base_url": "https://p.example.com", "language": "fr", "ntp": "a.example.com"}
        changes: dict[str, Any] = {"platform": {"provisioning": ours}, "tenant": {"language": "de"}}
        shared = phone(**changes)
        assert (shared.language, shared.ntp) == ("fr", "a.example.com")
        profile = {"language": "it", "ntp": "b.example.com", "timezone": "Asia/Tokyo"}
        own = phone(**changes, profile=profile)
        assert (own.language, own.ntp, own.clock.zone) == ("it", "b.example.com", "Asia/Tokyo")

    def test_codecs_that_the_model_lacks_are_left_out(self) -> None:
        assert phone(profile={"codecs": ["SPEEX", "PCMA", "PCMU"]}).codecs == ("PCMA", "PCMU")

    def test_modules_by_the_catalogues_names_and_no_more_than_fit(self) -> None:
        assert phone(device={"modules": ["EXP-40", "x", *["exp40"] * 9]}).modules == ("exp40",) * 6

    def test_its_template_is_the_models(self) -> None:
        model_s = phone().template
        assert phone(device={"template": model_s}).template == model_s

    def test_without_provisioning_it_has_no_address(self) -> None:
        assert phone().url == f"https://pbx.example.com/provision/{phone().token}/"
        assert phone(platform={"provisioning": None}).url == ""

    def test_browsers_and_unknown_ones_are_no_phones(self) -> None:
        device = {"label": "X", "lines": [{"extension": "1001"}]}
        for vendor, key in (("webphone", "web"), ("yealnik", "805ec0a00005"), ("snom", "slug")):
            devices = {"devices": {MAC: {**device, "vendor": "yealink", "model": "t46s"},
                                   key: {**device, "vendor": vendor, "model": "d785"}}}  # fmt: skip
            assert [one.mac for one in resolved(scope(tenant=devices))[0]] == [MAC]


class TestSecrets:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "master").write_text(MASTER)
        (tmp_path / "web").write_text("of-all")
        (tmp_path / "acme-web").write_text("of-some")
        return tmp_path

    def test_each_phone_has_its_own_and_rotate_changes_all(self, folder: Path) -> None:
        store = open_store(folder, {})
        two = {"devices": {mac: {"label": "D", "vendor": "yealink", "model": "t46s",
                                 "lines": [{"extension": "1001"}], "rotate": rotate}
                           for mac, rotate in ((MAC, 1), ("805ec0a00005", 1))}}  # fmt: skip
        phones, _ = resolved(scope(tenant=two), store)
        (again,), _ = resolved(scope(device={"rotate": 2}), store)
        secrets = [
            secret
            for one in (*phones, again)
            for secret in (one.token, one.http_password, one.admin_password)
        ]
        assert len(set(secrets)) == 9
        assert all(len(secret) == 24 for secret in secrets)
        assert not [secret for secret in secrets if secret in repr(phones)]

    def test_of_its_web_page_the_profile_then_the_platform_then_a_derived_one(
        self, folder: Path
    ) -> None:
        store = open_store(folder, {})
        ours = {"base_url": "https://p.example.com", "admin_password": {"secret": "web"}}
        named = {"admin_password": {"secret": "acme-web"}}
        platform = {"provisioning": ours}
        assert resolved(scope(platform=platform), store)[0][0].admin_password == "of-all"
        both = scope(platform=platform, profile=named)
        assert resolved(both, store)[0][0].admin_password == "of-some"
        assert len(resolved(scope(), store)[0][0].admin_password) == 24

    def test_what_cannot_be_read_is_told_once_and_where_it_stands(self, folder: Path) -> None:
        (folder / "web").unlink()
        (folder / "acme-web").unlink()
        store = open_store(folder, {})
        named = {"admin_password": {"secret": "acme-web"}}
        _, flaws = resolved(scope(profile=named), store)
        assert {flaw.path for flaw in flaws} == {("device_profiles", "desk", "admin_password")}
        extension = {"1001": {"name": "A", "password": {"secret": "acme-web"}}}
        _, flaws = resolved(scope(tenant={"extensions": extension}), store)
        assert {flaw.path for flaw in flaws} == {("extensions", "1001", "password")}
        ours = {"base_url": "https://p.example.com", "admin_password": {"secret": "web"}}
        _, flaws = resolved(scope(platform={"provisioning": ours}), store)
        assert flaws == []  # it is the platform's, and told there
