"""The compiled configuration as the switch would see it: preprocessor, lazy files, places, faults."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.reading.markup import MarkupError

ROOT = """\
<?xml version="1.0"?>
<document type="freeswitch/xml">
<X-PRE-PROCESS cmd="set" data="city = Berlin"/>
<section name="configuration">
<X-PRE-PROCESS cmd="include" data="autoload_configs/*.xml"/>
</section>
<section name="dialplan">
<X-PRE-PROCESS cmd="include" data="dialplan/*.xml"/>
<X-PRE-PROCESS cmd="include" data="tenants/*/dialplan.xml"/>
</section>
<section name="directory">
<X-PRE-PROCESS cmd="include" data="tenants/*/directory.xml"/>
</section>
</document>
"""
QUEUES = """\
<include>
<configuration name="callcenter.conf">
  <settings><param name="a" value="1"/><param name="a" value="2"/></settings>
  <queues>
    <X-PRE-PROCESS cmd="include" data="../tenants/*/queues.xml"/>
  </queues>
</configuration>
</include>
"""
DIRECTORY = """\
<include>
<domain name="{slug}.example.com">
  <params><param name="dial-string" value="x"/></params>
  <variables><variable name="tenant" value="{slug}"/><variable name="toll" value="local"/></variables>
  <groups><group name="all"><users>
    <user id="1001" number-alias="alice"><variables><variable name="TOLL" value="world"/></variables></user>
    <user id="1002"/>
  </users></group></groups>
</domain>
</include>
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def context(name: str, number: str = "1", data: str = "x") -> str:
    return (
        f'<include>\n<context name="{name}">\n<extension name="e">\n'
        f'<condition field="destination_number" expression="^{number}$">\n'
        f'<action application="log" data="{data}"/>\n</condition>\n</extension>\n</context>\n</include>\n'
    )


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    files = {
        "freeswitch.xml": ROOT,
        "autoload_configs/callcenter.conf.xml": QUEUES,
        "dialplan/public.xml": context("public") + context("global"),
    }
    for slug in ("acme", "zoo"):
        files[f"tenants/{slug}/dialplan.xml"] = context(slug, data="$${city}/$${nowhere}$1")
        files[f"tenants/{slug}/directory.xml"] = DIRECTORY.format(slug=slug)
        files[f"tenants/{slug}/queues.xml"] = f'<include>\n<queue name="{slug}.800"/>\n</include>\n'
    return write(tmp_path, files)


def test_globals_are_put_in_and_unknown_ones_are_empty(conf: Path) -> None:
    found = Configuration.load(conf).context("acme")
    assert found is not None
    action = found.element.children[0].children[0].children[0]
    assert action.get("data") == "Berlin/$1"


def test_every_element_knows_its_file_and_line(conf: Path) -> None:
    found = Configuration.load(conf).context("zoo")
    assert found is not None
    action = found.element.children[0].children[0].children[0]
    assert (action.file, action.line) == ("tenants/zoo/dialplan.xml", 5)


def test_of_several_contexts_in_a_file_each_keeps_its_lines(conf: Path) -> None:
    found = Configuration.load(conf).context("global")
    assert found is not None
    assert (found.element.file, found.element.line) == ("dialplan/public.xml", 11)


def test_files_of_other_tenants_are_not_read(conf: Path) -> None:
    (conf / "tenants/zoo/dialplan.xml").write_text('<context name="zoo">\n</x>\n')
    configuration = Configuration.load(conf)
    assert configuration.context("acme") is not None
    with pytest.raises(MarkupError):
        configuration.context("zoo")


def test_a_context_in_an_unexpected_folder_is_found_too(conf: Path) -> None:
    write(conf, {"tenants/odd/dialplan.xml": context("elsewhere")})
    found = Configuration.load(conf).context("elsewhere")
    assert found is not None
    assert found.element.file == "tenants/odd/dialplan.xml"


def test_an_unknown_context_is_global(conf: Path) -> None:
    found = Configuration.load(conf).context("nowhere")
    assert found is not None
    assert found.name == "global"


def test_no_context_at_all_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"freeswitch.xml": '<document><section name="dialplan"/></document>\n'})
    assert Configuration.load(tmp_path).context("public") is None


def test_the_context_of_an_earlier_file_wins(conf: Path) -> None:
    write(conf, {"dialplan/a.xml": context("acme", data="first")})
    found = Configuration.load(conf).context("acme")
    assert found is not None
    assert found.element.file == "dialplan/a.xml"


def test_names_are_the_same_in_capitals(conf: Path) -> None:
    configuration = Configuration.load(conf)
    assert configuration.domain("ACME.example.com") is configuration.domain("acme.example.com")
    assert configuration.context("ACME") is not None


def test_a_user_has_what_the_domain_says_unless_it_says_otherwise(conf: Path) -> None:
    configuration = Configuration.load(conf)
    first, second = (configuration.user(n, "acme.example.com") for n in ("1001", "1002"))
    assert first is not None
    assert second is not None
    assert first.variables == {"TOLL": "world", "tenant": "acme"}
    assert second.variables == {"tenant": "acme", "toll": "local"}
    assert second.params == {"dial-string": "x"}


def test_a_number_alias_is_a_user(conf: Path) -> None:
    found = Configuration.load(conf).user("Alice", "acme.example.com")
    assert found is not None
    assert found.id == "1001"


def test_queues_are_looked_up_one_by_one_or_counted(conf: Path) -> None:
    queues = Configuration.load(conf).queues()
    assert queues["acme.800"].file == "tenants/acme/queues.xml"
    assert "acme.801" not in queues
    assert list(queues) == ["acme.800", "zoo.800"]


def test_the_first_of_two_settings_holds(conf: Path) -> None:
    assert Configuration.load(conf).settings("callcenter.conf") == {"a": "1"}


def test_programs_are_not_run_and_are_told(conf: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    line = f'<X-PRE-PROCESS cmd="exec" data="touch {made}"/>\n'
    (conf / "freeswitch.xml").write_text(ROOT.replace("</document>", line + "</document>"))
    configuration = Configuration.load(conf)
    configuration.check()
    assert not made.exists()
    refused = configuration.refused[0]
    assert (refused.file, refused.line, refused.command) == ("freeswitch.xml", 14, "exec")


@pytest.mark.parametrize(
    "line",
    [
        '<action application="log" data=" x-pre-process "/>',
        '<action application="log" data="<?"/>',
        '<action application="log" data="</include>"/>',
    ],
)
def test_a_line_with_a_mark_of_the_preprocessor_is_dropped_whole(conf: Path, line: str) -> None:
    write(conf, {"tenants/odd/dialplan.xml": f'<context name="odd">\n{line}\n<a/></context>\n'})
    found = Configuration.load(conf).context("odd")
    assert found is not None
    assert [(child.tag, child.line) for child in found.element.children] == [("a", 3)]


def test_what_the_switch_lets_pass_is_read(conf: Path) -> None:
    odd = '<context name="odd" name="b" c=d>\n<a b="x & y &amp; z"/>\n</context>\n'
    write(conf, {"tenants/odd/dialplan.xml": odd})
    configuration = Configuration.load(conf)
    configuration.check()
    found = configuration.context("odd")
    assert found is not None
    assert found.element.children[0].get("b") == "x & y & z"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        # What a real switch answered to `reloadxml`.
        ('<context name="odd" / x>\n', 1, "missing >"),
        ('<context name="odd">\n<a>\n</context>\n', 3, "unexpected closing tag </context>"),
        ('<context name="odd"/>\n<!-- x\n', 2, "unclosed <!--"),
        ("< x/>\n", 1, "unexpected <"),
    ],
)
def test_a_fault_is_told_in_the_switchs_words_at_its_own_place(
    conf: Path, text: str, line: int, reason: str
) -> None:
    write(conf, {"tenants/zzz/dialplan.xml": text})
    with pytest.raises(MarkupError) as caught:
        Configuration.load(conf).check()
    assert (caught.value.file, caught.value.line) == ("tenants/zzz/dialplan.xml", line)
    assert caught.value.reason.endswith(f"]: {reason}")
    assert caught.value.reason.startswith("[error near line ")


@pytest.mark.parametrize("text", [None, ""])
def test_a_missing_or_empty_root_cannot_be_opened(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "freeswitch.xml").write_text(text)
    with pytest.raises(MarkupError, match="Cannot Open log directory or XML Root!"):
        Configuration.load(tmp_path).check()


def test_an_include_that_names_nothing_is_no_fault(conf: Path) -> None:
    (conf / "dialplan/public.xml").unlink()
    Configuration.load(conf).check()


NAMES = st.lists(
    st.from_regex(r"[a-z]{1,3}(\.[a-z]{1,2})?", fullmatch=True), unique=True, min_size=1, max_size=6
)


@settings(deadline=None, max_examples=40)
@given(st.data(), NAMES)
def test_lazily_found_contexts_are_those_of_the_whole_text(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("conf")
    files = {"freeswitch.xml": ROOT}
    for name in names:
        place = data.draw(st.sampled_from(["dialplan/x", f"tenants/{name.split('.')[0]}/dialplan",
                                           "tenants/other/dialplan"]))  # fmt: skip
        comment = data.draw(st.sampled_from(["", "<!-- c -->\n"]))
        files[f"{place}.xml"] = files.get(f"{place}.xml", "") + comment + context(name, data=name)
    write(folder, files)
    eager = Configuration.load(folder)
    eager.check()
    whole = eager.section("dialplan")
    everything = {c.get("name"): c for c in eager.everything(whole).all("context")}
    lazy = Configuration.load(folder)
    for name in (*names, "nowhere"):
        found = lazy.context(name)
        assert (found.element if found else None) == everything.get(name)
