"""Two states, compared object by object."""

from pathlib import Path

import pytest

from dialform.compiler.planning.changes import changes
from dialform.compiler.planning.objects import WITHHELD, Change

from . import sites

ACME = "tenants.d/acme.yaml"


def found(tmp: Path, before: sites.Site, after: sites.Site) -> list[Change]:
    return changes(*sites.states(tmp, before, after))


def one(tmp: Path, before: sites.Site, after: sites.Site) -> Change:
    (only,) = found(tmp, before, after)
    return only


class TestObjects:
    def test_a_new_one(self, tmp_path: Path) -> None:
        after = sites.site()
        after[ACME]["extensions"]["1005"] = {"name": "Eve"}
        change = one(tmp_path, sites.site(), after)
        assert (change.action, str(change.id), change.title) == (
            "create", "acme extension 1005", "Eve",
        )  # fmt: skip
        assert [(f.path, f.old, f.new) for f in change.fields] == [(("name",), None, "Eve")]

    def test_one_that_is_gone(self, tmp_path: Path) -> None:
        after = sites.site()
        del after["providers.d/backup.yaml"]
        change = one(tmp_path, sites.site(), after)
        assert (change.action, str(change.id)) == ("delete", "provider backup")

    def test_a_field_from_old_to_new(self, tmp_path: Path) -> None:
        after = sites.site()
        after[ACME]["ring_groups"]["600"]["timeout"] = 30
        change = one(tmp_path, sites.site(), after)
        (field,) = change.fields
        assert (str(change.id), field.path, field.old, field.new) == (
            "acme ring group 600", ("timeout",), 20, 30,
        )  # fmt: skip

    def test_a_field_inside(self, tmp_path: Path) -> None:
        after = sites.site()
        after["platform.yaml"]["defaults"] = {"ring_timeout": 40}
        (field,) = one(tmp_path, sites.site(), after).fields
        assert (field.path, field.old, field.new) == (("defaults", "ring_timeout"), 25, 40)

    def test_a_destination_is_one_value(self, tmp_path: Path) -> None:
        after = sites.site()
        after[ACME]["inbound_routes"]["+12125550199"] = {"queue": "800"}
        (field,) = one(tmp_path, sites.site(), after).fields
        assert (field.old, field.new) == ({"ring_group": "600"}, {"queue": "800"})

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ({"name": "Bob Roe", "rotate": 1}, "a default that is written"),
            ({"name": "Bob Roe", "voicemail": False}, "another way to say none"),
        ],
    )
    def test_what_means_the_same_is_no_change(
        self, tmp_path: Path, written: sites.Site, meant: str
    ) -> None:
        after = sites.site()
        after[ACME]["extensions"]["1002"] = written
        assert found(tmp_path, sites.site(), after) == [], meant

    def test_a_tenant_in_several_files_is_the_same_tenant(self, tmp_path: Path) -> None:
        after = sites.site()
        whole = after.pop(ACME)
        users = whole.pop("users")
        after |= {"tenants.d/acme/a.yaml": whole, "tenants.d/acme/b.yaml": {"users": users}}
        assert found(tmp_path, sites.site(), after) == []

    def test_each_stands_at_its_line(self, tmp_path: Path) -> None:
        after = sites.site()
        after[ACME]["extensions"]["1002"]["name"] = "Robert"
        change = one(tmp_path, sites.site(), after)
        assert change.after is not None
        place = change.after.place()
        text = (tmp_path / "new" / place.file).read_text().split("\n")
        assert text[place.line - 1].strip().startswith('"1002"')

    def test_the_platform_comes_first_then_tenants_by_slug(self, tmp_path: Path) -> None:
        after = sites.site()
        for path in ("tenants.d/zeta.yaml", ACME):
            after[path]["extensions"]["1002"]["name"] = "Robert"
        after["routes.yaml"]["routes"]["us"]["plan"] = "standard"
        assert [str(c.id) for c in found(tmp_path, sites.site(), after)] == [
            "route us", "acme extension 1002", "zeta extension 1002",
        ]  # fmt: skip

    def test_prices_in_a_file(self, tmp_path: Path) -> None:
        before, after = sites.site(), sites.site()
        before["rates/world.csv"], after["rates/world.csv"] = b"a\n", b"b\n"
        assert str(one(tmp_path, before, after).id) == "rate file rates/world.csv"

    def test_a_sound_file_belongs_to_those_who_play_it(self, tmp_path: Path) -> None:
        before, after = sites.site(), sites.site()
        for data, content in ((before, b"one"), (after, b"two")):
            data["media/hello.wav"] = data["media/unused.wav"] = content
            data[ACME]["voicemails"]["1999"]["greeting"] = "media/hello.wav"
        assert str(one(tmp_path, before, after).id) == "acme media hello.wav"

    def test_a_base_with_a_mistake_is_read_as_far_as_it_goes(self, tmp_path: Path) -> None:
        before = sites.site()
        before[ACME]["ring_groups"]["600"]["timeout"] = "soon"
        change = one(tmp_path, before, sites.site())
        assert str(change.id) == "acme ring group 600"


class TestSecrets:
    def test_only_that_it_changed(self, tmp_path: Path) -> None:
        after = sites.site()
        after[ACME]["extensions"]["1001"]["password"] = "Other1Other2Other3"
        (field,) = one(tmp_path, sites.site(), after).fields
        assert field.secret
        assert (field.old, field.new) == (WITHHELD, WITHHELD)

    def test_inside_of_what_is_new(self, tmp_path: Path) -> None:
        before = sites.site()
        before[ACME]["extensions"]["1001"].pop("voicemail")
        changed = repr(found(tmp_path, before, sites.site()))
        assert "7391" not in changed
        assert WITHHELD in changed

    def test_a_login_in_an_address(self, tmp_path: Path) -> None:
        after = sites.site()
        after["platform.yaml"]["redis"] = "redis://:Deep9Secret@10.0.0.5:6379"
        assert "Deep9Secret" not in repr(found(tmp_path, sites.site(), after))

    def test_keys_that_may_be_a_pin(self, tmp_path: Path) -> None:
        after = sites.site()
        test = {"from": "1002", "to": "900", "press": "4711", "expect": {"conference": "900"}}
        after[ACME]["calls"] = [test]
        assert "4711" not in repr(found(tmp_path, sites.site(), after))


class TestRenames:
    def test_another_number_is_a_renaming_and_what_names_it_follows(self, tmp_path: Path) -> None:
        after = sites.site()
        acme = after[ACME]
        acme["extensions"]["1101"] = acme["extensions"].pop("1001")
        acme["ring_groups"]["600"]["members"][0] = "1101"
        acme["call_queues"]["800"]["agents"][0] = "1101"
        renamed, *others = found(tmp_path, sites.site(), after)
        assert (renamed.action, renamed.id.key, renamed.renamed_from) == ("rename", "1101", "1001")
        assert [(str(c.id), c.follows) for c in others] == [
            ("acme ring group 600", True), ("acme call queue 800", True),
        ]  # fmt: skip

    def test_one_that_also_changed_a_little(self, tmp_path: Path) -> None:
        after = sites.site()
        group = after[ACME]["ring_groups"].pop("600")
        after[ACME]["ring_groups"]["610"] = group | {"timeout": 25}
        after[ACME]["inbound_routes"]["+12125550199"] = {"ring_group": "610"}
        renamed = found(tmp_path, sites.site(), after)[0]
        assert renamed.action == "rename"
        assert [f.path for f in renamed.fields] == [("timeout",)]

    def test_a_schedule_has_another_name(self, tmp_path: Path) -> None:
        before, after = sites.site(), sites.site()
        hours = {"open": ["Mon-Fri 09:00-17:00"], "closed": ["12-25"]}
        route = {"open": {"extension": "1001"}, "closed": {"extension": "1002"}}
        for site, name in ((before, "office"), (after, "opening")):
            site[ACME]["schedules"] = {name: hours}
            site[ACME]["inbound_routes"]["+12125550199"] = {"schedule": name, **route}
        renamed = found(tmp_path, before, after)[0]
        assert (renamed.action, renamed.renamed_from) == ("rename", "office")

    def test_somebody_else_is_not_a_renaming(self, tmp_path: Path) -> None:
        after = sites.site()
        del after[ACME]["extensions"]["1003"]
        after[ACME]["extensions"]["1005"] = {"name": "Eve", "toll": "internal"}
        actions = [change.action for change in found(tmp_path, sites.site(), after)]
        assert actions == ["delete", "create"]

    def test_two_that_are_the_same_are_not_guessed(self, tmp_path: Path) -> None:
        before, after = sites.site(), sites.site()
        before[ACME]["extensions"] |= {"2001": {"name": "Lobby"}, "2002": {"name": "Lobby"}}
        after[ACME]["extensions"] |= {"3001": {"name": "Lobby"}, "3002": {"name": "Lobby"}}
        actions = sorted(change.action for change in found(tmp_path, before, after))
        assert actions == ["create", "create", "delete", "delete"]

    def test_a_number_is_never_another_one(self, tmp_path: Path) -> None:
        after = sites.site()
        numbers = after[ACME]["numbers"]
        numbers["+12125550188"] = numbers.pop("+12125550150")
        found_ = [c for c in found(tmp_path, sites.site(), after) if c.id.table == "numbers"]
        assert sorted(change.action for change in found_) == ["create", "delete"]

    def test_a_trunk_is_followed_by_the_tenants_too(self, tmp_path: Path) -> None:
        after = sites.site()
        after["providers.d/spare.yaml"] = after.pop("providers.d/backup.yaml")
        for route in after["routes.yaml"]["routes"].values():
            route["providers"] = ["main", "spare"]
        before = sites.site()
        before[ACME]["numbers"]["+12125550150"]["provider"] = "backup"
        after[ACME]["numbers"]["+12125550150"]["provider"] = "spare"
        renamed, *others = found(tmp_path, before, after)
        assert (str(renamed.id), renamed.renamed_from) == ("provider spare", "backup")
        assert [str(change.id) for change in others if change.follows] == [
            "route us", "route emergency", "acme number +12125550150",
        ]  # fmt: skip

    def test_a_tenant(self, tmp_path: Path) -> None:
        after = sites.site()
        after["tenants.d/omega.yaml"] = after.pop("tenants.d/zeta.yaml")
        change = one(tmp_path, sites.site(), after)
        assert (change.action, str(change.id), change.renamed_from) == (
            "rename", "omega account", "zeta",
        )  # fmt: skip
