"""Values are written as Jinja2 itself would write them, at half of the work."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from dialform.compiler.phones.catalogue import FORMATS, Model, Vendor
from dialform.renderers.phones import render
from dialform.renderers.phones.templating import environment, one_line

from .test_every_vendor import EVERY_TEMPLATE, SAMPLES

FOLDER = Path(render.__file__).parent
FORM = pytest.mark.parametrize("form", FORMATS)
TEMPLATE = """\
{%- macro said(x) -%}<{{ x }}>{%- endmacro -%}
{%- set kept -%}{{ value }}&{%- endset -%}
{{ value }}|{{ said(value) }}|{{ kept }}|{{ value ~ '<' }}|{{ [value, '"']|join('&') }}|{{ value|e }}|\
{{ value|string|upper }}|{{ said(said(value)) }}|{% for each in [value, 1, true] %}{{ each }}{% endfor %}\
"""
VALUES = st.one_of(
    st.text(), st.text("<>&\"'\n\x00\x85\u2028ab"), st.integers(-2, 2), st.booleans(), st.just(1.0),
    st.builds(Markup, st.text("<>&a\n")),
)  # fmt: skip


@cache
def plainly(form: str) -> Environment:
    """The same environment without what makes ours quick."""

    def finalize(value: object) -> object:
        return value if form == "xml" and isinstance(value, Markup) else one_line(value)

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=form == "xml",
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@FORM
@given(value=VALUES)
def test_any_value_is_written_as_jinja2_writes_it(form: str, value: object) -> None:
    one, other = (e.from_string(TEMPLATE) for e in (environment(form), plainly(form)))
    assert one.render(value=value) == other.render(value=value)


@pytest.mark.parametrize("sample", SAMPLES)
@EVERY_TEMPLATE
def test_every_vendors_files_are_what_jinja2_makes_of_them(
    vendor: Vendor, model: Model, sample: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = SAMPLES[sample](vendor.key, model.name)
    ours = list(render.render_phone(phone))
    monkeypatch.setattr(render, "template", lambda form, name: plainly(form).get_template(name))
    assert ours == list(render.render_phone(phone))


@FORM
def test_an_unknown_name_is_a_fault(form: str) -> None:
    with pytest.raises(UndefinedError):
        environment(form).from_string("{{ unheard_of }}").render()
