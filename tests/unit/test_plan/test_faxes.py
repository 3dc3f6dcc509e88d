"""What plans say of faxes: accounts and documents each by itself, and what the switch has to do with it."""

from pathlib import Path

import pytest

from dialform.compiler.planning.impact import Impact

from . import sites

ACME = "tenants.d/acme.yaml"
COVER, LOGO, LIST = "media/acme/cover.html", "media/acme/logo.png", "media/acme/list.txt"
PNG = b"\x89PNG\r\n\x1a\n"


def site() -> sites.Site:
    data = sites.site()
    acme = data[ACME]
    acme["permissions"] = [*acme["permissions"], "fax_setting"]
    acme["extensions"]["1050"] = {"name": "Fax", "type": "fax"}
    acme["inbound_routes"]["+12125550150"] = {"fax": "1050"}
    acme["fax"] = {
        "accounts": {
            "1050": {"number": "+12125550150", "deliver_to": "f@acme.example", "cover": COVER}
        },
        "documents": {"prices": {"file": LIST}},
    }
    data["routes.yaml"]["routes"]["fax"] = {"service": "fax", "prefix": "+1", "providers": ["main"]}
    data["billing.yaml"]["rates"]["fax"] = {"service": "fax", "prefix": "+1", "per_page": "0.05"}
    data["billing.yaml"]["plans"]["standard"]["rates"] = ["us", "fax"]
    return {**data, COVER: b'<img src="logo.png">{{ subject }}', LOGO: PNG, LIST: b"Prices\n"}


@pytest.mark.parametrize(
    ("path", "value", "name", "sent"),
    [
        (("accounts", "1050", "deliver_to"), "g@acme.example", "acme fax account 1050", []),
        (("accounts", "1050", "retries"), 1, "acme fax account 1050", []),
        (("accounts", "1050", "station_id"), "ACME", "acme fax account 1050", ["reloadxml"]),
        (("accounts", "1050", "t38"), False, "acme fax account 1050", ["reloadxml"]),
        (("documents", "prices", "name"), "Prices", "acme fax document prices", []),
        (("documents", "list"), {"file": LIST}, "acme fax document list", []),
        (("keep_days",), 30, "acme fax settings", []),
    ],
)
def test_a_change(
    tmp_path: Path, path: tuple[str, ...], value: object, name: str, sent: list[str]
) -> None:
    after = site()
    node = after[ACME]["fax"]
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    plan = sites.plan(tmp_path, site(), after)
    assert [str(item.change.id) for item in plan.items] == [name]
    assert sites.commands(plan) == sent
    assert plan.impact is (Impact.NEW_CALLS if sent else Impact.NONE)


def test_an_account_that_comes_and_goes_is_the_switchs_matter(tmp_path: Path) -> None:
    after = site()
    del after[ACME]["fax"]["accounts"]["1050"]
    after[ACME]["inbound_routes"]["+12125550150"] = {"queue": "800"}
    assert "acme fax account 1050" in {
        str(item.change.id) for item in sites.plan(tmp_path, site(), after).items
    }
    assert sites.commands(sites.plan(tmp_path / "back", after, site())) == ["reloadxml"]


def test_a_number_that_listens_for_faxes_is_one_value(tmp_path: Path) -> None:
    after = site()
    after[ACME]["inbound_routes"]["+12125550199"]["detect_fax"] = "1050"
    (item,) = sites.plan(tmp_path, site(), after).items
    (field,) = item.change.fields
    assert (field.old, field.new) == (
        {"ring_group": "600"}, {"ring_group": "600", "detect_fax": "1050"},
    )  # fmt: skip


def test_an_extension_with_its_account_under_another_number(tmp_path: Path) -> None:
    after = site()
    acme = after[ACME]
    acme["extensions"]["1060"] = acme["extensions"].pop("1050")
    acme["fax"]["accounts"]["1060"] = acme["fax"]["accounts"].pop("1050")
    acme["inbound_routes"]["+12125550150"] = {"fax": "1060"}
    items = sites.plan(tmp_path, site(), after).items
    assert {(item.change.action, str(item.change.id)) for item in items} == {
        ("rename", "acme extension 1060"), ("rename", "acme fax account 1060"),
        ("update", "acme inbound route +12125550150"),
    }  # fmt: skip
    assert all(
        field.follows
        for item in items
        for field in item.change.fields
        if item.change.action == "update"
    )


@pytest.mark.parametrize(
    ("file", "content"),
    [(COVER, b'<img src="logo.png">{{ text }}'), (LOGO, PNG + b"x"), (LIST, b"Other prices\n")],
)
def test_a_file_of_faxes_is_told_and_nobody_hears_it(
    tmp_path: Path, file: str, content: bytes
) -> None:
    plan = sites.plan(tmp_path, site(), {**site(), file: content})
    (item,) = plan.items
    assert str(item.change.id) == f"acme media {file.removeprefix('media/')}"
    assert (plan.impact, sites.commands(plan)) == (Impact.NONE, [])


def test_a_file_of_faxes_in_a_commit(tmp_path: Path) -> None:
    from dialform.compiler.planning.changes import changes
    from dialform.compiler.states.state import open_state

    root = sites.repository(tmp_path, site())
    sites.commit(sites.write(root, {**site(), LOGO: PNG + b"x"}))
    found = changes(open_state("HEAD~1", root), open_state("HEAD", root))
    assert [str(one.id) for one in found] == ["acme media acme/logo.png"]


def test_limits_of_faxes_are_the_agents(tmp_path: Path) -> None:
    after = site()
    after[ACME]["limits"] = {"concurrent_faxes": 1}
    after["providers.d/main.yaml"]["max_faxes"] = 3
    plan = sites.plan(tmp_path, site(), after)
    assert (plan.impact, sites.commands(plan)) == (Impact.NONE, [])
