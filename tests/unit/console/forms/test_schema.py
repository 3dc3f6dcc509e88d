"""Every field of every kind can be changed by a form, and a form that nobody touched changes nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialform.console.forms import MISSING, Form
from dialform.console.objects.kinds import KINDS, Kind
from dialform.console.objects.shapes import model_and_path
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.shape import shape_check
from dialform.schema.tenant import Tenant

from .drawn import objects
from .page import html_of, sent_by

FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


def meant(kind: Kind, data: Any) -> Any:
    """What the schema's models make of an object; None for what they refuse."""
    model, steps, blank = model_and_path(kind, "1001")
    whole: Any = blank if data is MISSING else data
    for step in reversed(steps):
        whole = {step: whole}
    filled = {
        "company": "x",
        "platform": "x",
        "domain": "x.example",
        "hosts": {"a": {"address": "192.0.2.1"}},
    }
    fields = model.model_fields
    fill = {
        key: value for key, value in filled.items() if key in fields and fields[key].is_required()
    }
    found, misfits = shape_check(model, "x", {**fill, **whole})
    return None if misfits or found is None else one_form(found.model_dump())


def one_form(data: Any) -> Any:
    """`pass_caller_id` in `external` or beside it means the same."""
    if isinstance(data, list):
        return [one_form(each) for each in data]
    if not isinstance(data, dict):
        return data
    made = {key: one_form(value) for key, value in data.items()}
    outside = made.get("external")
    if isinstance(outside, dict) and "pass_caller_id" in made:
        passes = bool(made["pass_caller_id"] or outside["pass_caller_id"])
        made |= {"external": {**outside, "pass_caller_id": passes}, "pass_caller_id": passes}
    return made


@EVERY
@FEW
@given(st.data())
def test_what_nobody_touched_stays_as_it_is_written(kind: Kind, data: st.DataObject) -> None:
    written = data.draw(objects(kind))
    form = Form.of(kind.node, written)
    again = form.parse(sent_by(html_of(form)))
    assert again.data == written
    assert not again.changed


@EVERY
@FEW
@given(st.data())
def test_one_object_can_be_made_into_any_other(kind: Kind, data: st.DataObject) -> None:
    drawn = objects(kind, secrets=False)
    before, wanted = data.draw(st.one_of(drawn, st.just(MISSING))), data.draw(drawn)
    sent = sent_by(html_of(Form.of(kind.node, wanted)))
    made = Form.of(kind.node, before).parse(sent).data
    if (whole := meant(kind, wanted)) is not None:  # else nothing is asked but that the form lives
        assert meant(kind, made) == whole


@pytest.mark.parametrize("model", [Tenant, Platform, Routes, Billing, Provider])
def test_the_schema_has_no_table_without_a_kind(model: Any) -> None:
    documents = {
        Tenant: "",
        Platform: "platform",
        Routes: "routes",
        Billing: "billing",
        Provider: "providers",
    }
    mine = [kind for kind in KINDS.values() if kind.document == documents[model]]
    held = {str(kind.path[0]) for kind in mine if kind.path}
    for kind in mine:
        if not kind.path:
            held |= {entry.key for entry in getattr(kind.node, "entries", ())}
    keys = {info.alias or name for name, info in model.model_fields.items()}
    assert keys <= held
