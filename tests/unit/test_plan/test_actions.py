"""What each change does to the switch and to calls, and the least set of all together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.planning.actions import KINDS, least, step
from dialform.compiler.planning.impact import TABLE, Impact
from dialform.compiler.planning.objects import PLATFORM, TENANT

from . import sites

ACME = "tenants.d/acme.yaml"
Edit = Callable[[sites.Site], Any]


def set_(*path: str, to: Any) -> Edit:
    """An edit that sets a value."""

    def edit(data: sites.Site) -> None:
        node = data
        for step_ in path[:-1]:
            node = node.setdefault(step_, {})
        node[path[-1]] = to

    return edit


def drop(*path: str) -> Edit:
    """An edit that removes something."""

    def edit(data: sites.Site) -> None:
        node = data
        for step_ in path[:-1]:
            node = node[step_]
        del node[path[-1]]

    return edit


ACMES = "acme.pbx.example.com"
XML = "reloadxml"
NEW, REGISTER, DROPS, NONE = (
    Impact.NEW_CALLS, Impact.RE_REGISTER, Impact.DROPS_CALLS, Impact.NONE,
)  # fmt: skip
EXTENSION = (ACME, "extensions")
CASES: dict[str, tuple[Edit, Impact, list[str]]] = {
    "a new extension": (set_(*EXTENSION, "1005", to={"name": "Eve"}), NEW, [XML]),
    "an extension is gone": (
        drop(*EXTENSION, "1003"), REGISTER,
        [XML, f"sofia profile internal flush_inbound_reg 1003.acme@{ACMES}"],
    ),
    "a SIP secret": (
        set_(*EXTENSION, "1002", "rotate", to=2), REGISTER,
        [XML, f"sofia profile internal flush_inbound_reg 1002.acme@{ACMES}"],
    ),
    "a name": (set_(*EXTENSION, "1002", "name", to="Rob"), NEW, [XML]),
    "a payment": (
        set_(ACME, "payments", "p1", to={"date": "2026-11-01", "amount": "1.00"}), NONE, [],
    ),
    "a user's role": (set_(ACME, "users", "alice", "role", to="user"), NONE, []),
    "a limit that the agent keeps": (set_(ACME, "limits", "monthly", to=100), NONE, []),
    "a cap that the switch keeps": (set_(ACME, "limits", "concurrent_calls", to=9), NEW, [XML]),
    "a new queue": (
        set_(ACME, "call_queues", "801", to={"name": "Two", "agents": ["1003"]}), NEW,
        [XML, "callcenter_config queue load acme.801"],
    ),
    "a queue's strategy": (
        set_(ACME, "call_queues", "800", "strategy", to="random"), NEW,
        [XML, "callcenter_config queue reload acme.800"],
    ),
    "where a queue sends who waited": (
        set_(ACME, "call_queues", "800", "timeout", to={"ring_group": "600"}), NEW, [XML],
    ),
    "an agent leaves": (
        set_(ACME, "call_queues", "800", "agents", to=["1002"]), NEW,
        [XML, "callcenter_config tier del acme.800 acme.1001",
         "callcenter_config agent del acme.1001"],
    ),
    "music": (
        set_(ACME, "music_on_hold", "default", to={"files": ["media/m.wav"]}), NEW,
        [XML, "callcenter_config queue reload acme.800", "local_stream start acme.default"],
    ),
    "a new trunk": (
        set_("providers.d/third.yaml", to={"host": "192.0.2.9", "register": False}), NEW,
        [XML, "reloadacl", "sofia profile external rescan"],
    ),
    "a changed trunk is killed, waited for, and found again": (
        set_("providers.d/main.yaml", "username", to="u2"), NEW,
        [XML, "sofia profile external killgw main",
         "wait for event CUSTOM sofia::gateway_delete main", "sofia profile external rescan"],
    ),
    "a trunk is switched off": (
        set_("providers.d/backup.yaml", "active", to=False), NEW,
        [XML, "reloadacl", "sofia profile external killgw backup"],
    ),
    "how many calls a trunk takes": (
        set_("providers.d/main.yaml", "max_channels", to=9), NEW, [XML],
    ),
    "a route": (set_("routes.yaml", "routes", "us", "providers", to=["main"]), NEW, [XML]),
    "a price": (set_("billing.yaml", "rates", "us", "per_minute", to="0.02"), NONE, []),
    "a port of the phones": (
        set_("platform.yaml", "hosts", "pbx1", "ports", to={"internal": 5070}), DROPS,
        [XML, "sofia profile internal restart"],
    ),
    "the event socket": (
        set_("platform.yaml", "hosts", "pbx1", "esl", to={"port": 8022}), DROPS,
        [XML, "restart the switch"],
    ),
    "an admin": (set_("platform.yaml", "admins", to=["@ops"]), NONE, []),
    "a default of all": (set_("platform.yaml", "defaults", to={"ring_timeout": 30}), NEW, [XML]),
    "a new host": (
        set_("platform.yaml", "hosts", "pbx2", to={"address": "203.0.113.11"}), NONE, [],
    ),
    "a tenant's domain": (
        set_(ACME, "domain", to="phones.acme.example"), REGISTER,
        [XML, "sofia profile internal rescan",
         f"sofia profile internal flush_inbound_reg @{ACMES}"],
    ),
    "TLS on the first trunk restarts the trunks' profile": (
        set_("providers.d/backup.yaml", to={"host": "198.51.100.2", "register": False,
             "addresses": ["198.51.100.2"], "transport": "tls", "port": 5061}), DROPS,
        [XML, "sofia profile external restart"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_does(tmp_path: Path, name: str) -> None:
    edit, impact, sent = CASES[name]
    before, after = sites.site(), sites.site()
    before["media/m.wav"] = after["media/m.wav"] = WAV
    edit(after)
    plan = sites.plan(tmp_path, before, after)
    assert plan.impact is impact
    assert sites.commands(plan) == sent


WAV = (
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data"
    b"\x08\0\0\0" + bytes(8)
)


class TestWhole:
    def test_a_tenant_that_goes_loses_its_callers_and_phones(self, tmp_path: Path) -> None:
        after = sites.site()
        del after["tenants.d/zeta.yaml"]
        plan = sites.plan(tmp_path, sites.site(), after)
        sent = sites.commands(plan)
        assert plan.impact is Impact.DROPS_CALLS
        assert sent[0] == "reloadxml"
        assert "sofia profile internal flush_inbound_reg @zeta.pbx.example.com" in sent
        assert sent[-1] == "callcenter_config agent del zeta.1002", "nobody brings a login back"
        assert not any("1001.zeta@" in one for one in sent), "the whole domain goes at once"

    def test_a_new_tenant(self, tmp_path: Path) -> None:
        before = sites.site()
        del before["tenants.d/zeta.yaml"]
        plan = sites.plan(tmp_path, before, sites.site())
        assert sites.commands(plan) == [
            "reloadxml", "sofia profile internal rescan", "callcenter_config queue load zeta.800",
        ]  # fmt: skip

    def test_a_tenant_with_another_slug(self, tmp_path: Path) -> None:
        after = sites.site()
        after["tenants.d/omega.yaml"] = after.pop("tenants.d/zeta.yaml")
        sent = sites.commands(sites.plan(tmp_path, sites.site(), after))
        assert sent == [
            "reloadxml", "sofia profile internal rescan",
            "callcenter_config queue list members zeta.800",
            "callcenter_config queue unload zeta.800", "callcenter_config queue load omega.800",
            "sofia profile internal flush_inbound_reg @zeta.pbx.example.com",
            "callcenter_config tier del zeta.800 zeta.1001",
            "callcenter_config tier del zeta.800 zeta.1002",
            "callcenter_config agent del zeta.1001", "callcenter_config agent del zeta.1002",
        ]  # fmt: skip

    def test_a_trunk_with_another_name(self, tmp_path: Path) -> None:
        after = sites.site()
        after["providers.d/spare.yaml"] = after.pop("providers.d/backup.yaml")
        for route in after["routes.yaml"]["routes"].values():
            route["providers"] = ["main", "spare"]
        assert sites.commands(sites.plan(tmp_path, sites.site(), after)) == [
            "reloadxml", "reloadacl", "sofia profile external killgw backup",
            "sofia profile external rescan",
        ]  # fmt: skip

    def test_a_default_says_how_many_tenants_it_reaches(self, tmp_path: Path) -> None:
        after = sites.site()
        after["platform.yaml"]["timezone"] = "Europe/Berlin"
        plan = sites.plan(tmp_path, sites.site(), after)
        assert sites.item(plan, "platform").reaches == 2

    def test_each_host_gets_what_is_for_its_tenants(self, tmp_path: Path) -> None:
        before, after = sites.site(), sites.site()
        for data in (before, after):
            data["platform.yaml"]["hosts"] = {
                "pbx1": {"address": "203.0.113.10", "tenants": ["acme"]},
                "pbx2": {"address": "203.0.113.11", "tenants": ["zeta"]},
            }
        del after["tenants.d/zeta.yaml"]["extensions"]["1003"]
        plan = sites.plan(tmp_path, before, after)
        assert list(plan.actions) == ["pbx2"]
        assert sites.plan(tmp_path, before, after, host="pbx1").items == ()

    def test_one_reload_for_many_changes(self, tmp_path: Path) -> None:
        after = sites.site()
        for tenant in (ACME, "tenants.d/zeta.yaml"):
            for number in ("1001", "1002", "1003"):
                after[tenant]["extensions"][number]["name"] = "X"
        assert sites.commands(sites.plan(tmp_path, sites.site(), after)) == ["reloadxml"]


class TestTable:
    def test_names_tables_that_there_are(self) -> None:
        virtual = {"trunks", "webphones", "fax_files"}
        assert {table for table, _, _ in TABLE} - virtual <= {*PLATFORM, *TENANT}

    def test_what_needs_the_xml_asks_for_it(self) -> None:
        for row, effect in TABLE.items():
            if effect.kinds and not {"boot", "stop", "streams_with", "notify"} & {*effect.kinds}:
                virtual = row[0] == "trunks"  # comes with the trunk's own row
                assert virtual or effect.kinds[0] == "reloadxml", row

    def test_what_restarts_drops_calls(self) -> None:
        for row, effect in TABLE.items():
            if {"restart", "profile_restart", "restart_trunks"} & {*effect.kinds}:
                assert effect.impact is Impact.DROPS_CALLS, row

    def test_the_least_set_does_not_depend_on_the_order(self) -> None:
        steps = [step("rescan", profile="external"), step("reloadxml"), step("reloadacl")]
        assert least(steps) == least(reversed([*steps, *steps]))

    def test_a_restart_needs_no_rescan(self) -> None:
        both = [step("rescan", profile="internal"), step("profile_restart", profile="internal")]
        assert [one.kind for one in least(both)] == ["profile_restart"]

    def test_every_command_can_be_written(self) -> None:
        parts = dict.fromkeys(
            ("profile", "gateway", "queue", "agent", "stream", "who", "host", "module", "tenant"),
            "x",
        )
        for kind in KINDS:
            made = step(kind, **parts)
            assert "{" not in made.words + made.success
