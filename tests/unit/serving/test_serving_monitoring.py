"""docs/monitoring: what rules, dashboard and page name is there to be scraped."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dialform.reconcile.serving.metrics import FAMILIES, NAMES
from dialform.reconcile.telling.commitstatus import FORGES
from dialform.reconcile.telling.told import KINDS
from dialform.reconcile.telling.webhooks import as_json
from dialform.reconcile.waves.store import STORES

DOCS = Path(__file__).resolve().parents[3] / "docs"
METRIC = re.compile(r"\bdialform_[a-z0-9_]+")
LABELS = {f"dialform_{one.name}": set(one.labels) for one in FAMILIES}


def rules() -> list[dict[str, Any]]:
    read = YAML(typ="safe").load((DOCS / "monitoring/alerts.yaml").read_text("utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DOCS / "monitoring/grafana.json").read_text("utf-8"))
    return found


def expressions() -> list[str]:
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    asked = [
        one["query"]["query"] for one in dashboard()["templating"]["list"] if one["type"] == "query"
    ]
    noted = [one["expr"] for one in dashboard()["annotations"]["list"]]
    return [*(rule["expr"] for rule in rules()), *panels, *asked, *noted]


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_that_is_asked_for_is_served(expression: str) -> None:
    assert set(METRIC.findall(expression)) <= NAMES
    assert METRIC.search(expression) or expression.startswith('up{job="dialform"}')


@pytest.mark.parametrize("expression", expressions())
def test_every_label_that_is_asked_for_is_there(expression: str) -> None:
    metrics = METRIC.findall(expression)
    known = {"instance", "job"}.union(*(LABELS[one.removesuffix("_total")] for one in metrics))
    asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=(?!=))\s*\"", expression))
    for listed in re.findall(r"by \(([^)]*)\)", expression):
        asked |= {label.strip() for label in listed.split(",")}
    assert asked <= known
    assert expression.count("(") == expression.count(")")
    assert expression.count("{") == expression.count("}")


def test_every_rule_says_who_must_look_and_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "warning", "info")
        assert rule["annotations"].keys() == {"summary", "description"}
        # What a rule sums away cannot stand in its text.
        shown = set(re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"])))
        labels = set().union(
            *(LABELS[m.removesuffix("_total")] for m in METRIC.findall(rule["expr"]))
        )
        assert shown <= labels | {"instance"}


def test_a_failed_rollback_is_the_loudest_and_waits_for_nothing() -> None:
    first = rules()[0]
    assert first["alert"] == "DialformRollbackFailed"
    assert first["labels"]["severity"] == "page"
    assert "for" not in first


def test_panels_do_not_lie_on_each_other() -> None:
    cells: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        mine = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not mine & cells
        cells |= mine
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(ids) == len(set(ids))


def test_the_page_names_each_metric_with_its_labels() -> None:
    page = (DOCS / "monitoring.md").read_text("utf-8")
    for one in FAMILIES:
        name = next(n for n in NAMES if n.removesuffix("_total") == f"dialform_{one.name}")
        labels = f"{{{', '.join(one.labels)}}}" if one.labels else ""
        assert f"`{name}{labels}`" in page
    assert set(METRIC.findall(page)) <= NAMES


def test_the_pages_name_each_kind_key_forge_and_store() -> None:
    hooks, waves = (DOCS / "webhooks.md").read_text("utf-8"), (DOCS / "waves.md").read_text("utf-8")
    assert [kind for kind in KINDS if kind != "reconciling" and f"`{kind}`" not in hooks] == []
    from dialform.reconcile.telling.told import Told

    assert [key for key in as_json(Told("applied", "", "", "")) if f"`{key}`" not in hooks] == []
    assert [forge for forge in FORGES if f"--forge {forge}" not in hooks] == []
    aliases = {"postgres", "http", "file"}
    assert [one for one in STORES if one not in aliases and f"`{one}" not in waves] == []
