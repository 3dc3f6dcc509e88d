"""How a plan is shown: to people, to programs, in a pull request."""

import html
import json
import re
from pathlib import Path

import pytest

from dialform.cli.planned import FORMATS, View
from dialform.cli.planned.markdown import LONGEST
from dialform.compiler.planning.words import value

from . import sites

ACME, ZETA = "tenants.d/acme.yaml", "tenants.d/zeta.yaml"


@pytest.fixture
def changed() -> sites.Site:
    """The site with one change of each kind."""
    after = sites.site()
    acme = after[ACME]
    acme["extensions"]["1005"] = {"name": "Eve"}
    acme["ring_groups"]["600"]["timeout"] = 30
    acme["inbound_routes"]["+12125550199"] = {"queue": "800"}
    acme["conferences"]["900"]["pin"] = "9999"
    acme["extensions"]["1101"] = acme["extensions"].pop("1001")
    acme["ring_groups"]["600"]["members"] = ["1101", "1005"]
    acme["call_queues"]["800"]["agents"] = ["1101", "1002"]
    del after[ZETA]["extensions"]["1003"]
    return after


def shown(tmp: Path, after: sites.Site, form: str = "text", **more: object) -> str:
    return FORMATS[form](View(sites.plan(tmp, sites.site(), after), **more))  # type: ignore[arg-type]


def test_a_line_a_change(tmp_path: Path, changed: sites.Site) -> None:
    lines = shown(tmp_path, changed).split("\n")
    assert [line for line in lines if line[:1] in "+~-→"][1:] != []
    for line in (
        "→ acme extension 1001 → 1101 Alice Doe  [re-register: its phones log in under the new "
        "number, its mailbox is a new one]",
        "+ acme extension 1005 Eve  [new calls]",
        "    timeout 20 → 30",
        "    members +1101 +1005 -1001 -{number 1002, delay 5}",
        "  what names it follows: call queue 800",
        "~ acme inbound route +12125550199 to {ring_group 600} → {queue 800}  [new calls]",
        "~ acme conference 900 pin changed  [new calls]",
        "- zeta extension 1003 Carol Poe  [re-register: its phones are cut off]",
        "   1. reloadxml",
        "Plan: 1 to add, 3 to change, 1 to remove, 1 to rename; 2 tenants; impact: re-register",
    ):
        assert line in lines, (line, lines)


def test_a_whole_tenant_is_one_line(tmp_path: Path) -> None:
    after = sites.site()
    del after[ZETA]
    text = shown(tmp_path, after)
    assert (
        "- tenant zeta with 1 user, 3 extensions, 1 mailbox, 1 ring group, 1 call queue, 1 "
        "conference  [drops calls: its phones are cut off, callers in its menus and queues lost]"
    ) in text
    assert "zeta extension" not in text
    assert "waits for the window Sun 02:00-04:00 (UTC) or --allow-disruption" in text
    assert "--force 9" in text


def test_one_tenant_alone(tmp_path: Path, changed: sites.Site) -> None:
    text = shown(tmp_path, changed, tenant="zeta")
    assert "zeta extension 1003" in text
    assert "- zeta" in text
    assert "+ acme" not in text


def test_a_name_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    assert value("a\x1b[2Jb\r\n\u202e").isprintable()
    assert "\x1b" not in value("a\x1b[2Jb\r\n\u202e")
    assert len(value("x" * 500)) <= 60


def test_json_has_everything(tmp_path: Path, changed: sites.Site) -> None:
    data = json.loads(shown(tmp_path, changed, "json"))
    assert set(data) == {
        "version", "base", "head", "changes", "actions", "summary", "safety", "refused", "waits",
    }  # fmt: skip
    assert data["summary"] == {
        "create": 1, "update": 3, "delete": 1, "rename": 1, "tenants": 2, "impact": "re-register",
    }  # fmt: skip
    (group,) = [one for one in data["changes"] if one["object"] == "acme ring group 600"]
    assert group["file"] == ACME
    assert group["line"] > 1
    assert {"path": ["timeout"], "old": 20, "new": 30, "secret": False, "follows": False} in group[
        "fields"
    ]
    assert data["actions"]["pbx1"][0] == {
        "kind": "reloadxml", "command": "reloadxml", "success": "+OK [Success]", "by_hand": False,
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_no_secret(tmp_path: Path, changed: sites.Site, form: str) -> None:
    text = html.unescape(shown(tmp_path, changed, form))
    assert not any(secret in text for secret in (*sites.SECRETS, "9999"))


class TestMarkdown:
    @pytest.mark.parametrize(
        "name",
        [
            "@ops please", "<img src=x onerror=y>", "a | b", "[x](http://evil.example)", "#12",
            "**bold**", "`code`", "www.evil.example", "</code></details>", "![x](y)", "GH-1 :+1:",
        ],
    )  # fmt: skip
    def test_what_a_tenant_wrote_means_nothing(self, tmp_path: Path, name: str) -> None:
        after = sites.site()
        after[ACME]["extensions"]["1005"] = {"name": name}
        text = shown(tmp_path, after, "markdown")
        (inside,) = re.findall(r"<code>extension 1005 (.*?)</code>", text)
        assert html.unescape(inside) == name
        assert not re.search(r"[<>@|`*#!\[\]:_~](?!\d+;)", inside.replace("&#", ""))
        assert "&#" in inside or re.fullmatch(r"[\w -]+", inside)

    def test_a_table_a_tenant(self, tmp_path: Path, changed: sites.Site) -> None:
        text = shown(tmp_path, changed, "markdown")
        assert text.startswith("### Plan: 1 to add, 3 to change")
        assert "#### tenant <code>acme</code>\n\n| | object | change | impact |\n|---|" in text
        rows = [line for line in text.split("\n") if line.startswith("|")]
        assert {row.count("|") for row in rows} == {5}

    def test_fits_into_a_comment(self, tmp_path: Path) -> None:
        after = sites.site()
        for path in (ACME, ZETA):
            for number in range(4000, 4600):
                after[path]["extensions"][str(number)] = {"name": "<" * 100}
        after["billing.yaml"]["packages"]["business"]["slots"]["extensions"] = 1000
        text = shown(tmp_path, after, "markdown")
        assert len(text) <= LONGEST
        assert "left out here" in text or "more changes" in text
        assert text.count("<details>") == text.count("</details>")

    def test_a_picture_cannot_leave_its_fence(self, tmp_path: Path, changed: sites.Site) -> None:
        text = shown(tmp_path, changed, "markdown", extras={"acme": "flowchart\n```\n# out"})
        assert "````mermaid\nflowchart\n```\n# out\n````" in text

    def test_nothing_changed(self, tmp_path: Path) -> None:
        assert "No changes." in shown(tmp_path, sites.site(), "markdown")


def test_hours_and_closed_days_are_written_as_people_write_them(tmp_path: Path) -> None:
    before, after = sites.site(), sites.site()
    before[ACME]["schedules"] = {"office": {"open": ["Mon-Fri 09:00-17:00"]}}
    after[ACME]["schedules"] = {
        "office": {"open": ["Mon-Fri 09:00-18:00"], "closed": ["2026-12-25"]},
        "night": {"open": ["20:00-06:00"], "closed": ["12-31"]},
    }
    made = sites.plan(tmp_path, before, after)
    data = json.loads(FORMATS["json"](View(made)))
    fields = [one for change in data["changes"] for one in change["fields"]]
    assert ["2026-12-25"] in [one["new"] for one in fields]
    assert "open +Mon-Fri 09:00-18:00 -Mon-Fri 09:00-17:00" in FORMATS["text"](View(made))
