"""Texts of people end where they began; files are the same each time and of one tenant only."""

import dataclasses
import re
import string
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.resolved import Emergency
from dialform.renderers.freeswitch import BadFileError, check, render_host, render_tenant
from dialform.renderers.freeswitch.media import media_name

from . import samples
from .samples import did, extension, target

# What the schema lets through: no control characters, no `${`, no words of the preprocessor.
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="$\u2028\u2029\ufffe\uffff"),
    min_size=1,
    max_size=40,
).filter(lambda t: not re.search(r"x-pre-process|<\?|</?include|<!--|[\ufdd0-\ufdef]", t, re.I))


def _full(text="Sales", slug="acme", domain=samples.DOMAIN, number="+12125550199"):
    """A tenant with one of everything, whose texts are all `text`."""
    return samples.tenant(
        slug,
        domain,
        caller_id_name=text,
        emergency=Emergency("+12125550101", text),
        extensions=(
            extension("1001", domain, name=text, caller_id_name=text, mailbox="1001"),
            extension("1002", domain, emergency=Emergency("", text + "2")),
        ),
        mailboxes=(
            samples.mailbox("1001", name=text),
            samples.mailbox("1999", name=text, of_extension=False, greeting="media/general.wav"),
        ),
        ring_groups=(samples.group("600", "simultaneous", *_members(), name=text),),
        ivr_menus=(samples.menu("700", name=text, options=(("1", target("extension", "1001")),)),),
        inbound_routes=(did(number, target("ivr", "700")),),
        media=("media/welcome.wav", "media/general.wav"),
    )


def _members():
    from dialform.compiler.resolved import GroupMember

    return (GroupMember("1001", 0, None),)


def _shape(artifacts):
    """The elements and attributes of all files, without what the attributes say."""
    return {
        a.path: [(e.tag, sorted(e.attrib)) for e in ElementTree.fromstring(a.content).iter()]
        for a in artifacts
        if a.content
    }


@given(TEXTS)
def test_no_text_makes_an_element_or_an_attribute(text):
    assert _shape(render_tenant(_full(text))) == _shape(render_tenant(_full()))


@given(TEXTS)
def test_a_name_reaches_the_switch_as_it_was_written(text):
    root = samples.xml(render_tenant(_full(text)), "directory.xml")
    variables = samples.settings(root.find(".//user[@id='1001']"), "variable")
    # XML has one kind of blank in attributes (XML 1.0, 3.3.3). mod_sofia decodes names (names.py).
    assert unquote(variables["effective_caller_id_name"]) == text
    shared = samples.settings(root.find("domain/variables"), "variable")
    assert unquote(shared["dialform_cid_name"]) == text
    assert not re.search("[/:@]", shared["dialform_cid_name"])


@given(TEXTS)
def test_no_text_stands_where_signs_have_a_meaning(text):
    marker = f"\u2603{text}"
    for artifact in render_tenant(_full(marker)):
        if not artifact.path.endswith(".xml"):
            continue
        for element in ElementTree.fromstring(artifact.content).iter("action"):
            if element.get("application") in ("multiset", "bridge", "transfer", "limit"):
                assert "\u2603" not in element.get("data")


def test_the_same_objects_give_the_same_bytes():
    assert render_tenant(_full()) == render_tenant(_full())
    host = (samples.platform(), samples.host(), [samples.summary("acme", "+12125550199")], "r1")
    assert render_host(*host) == render_host(*host)


def test_a_tenant_s_files_name_no_other_tenant_and_no_host():
    one = _full(
        text="Umbrella", slug="umbrella", domain="umbrella.example.org", number="+13035550100"
    )
    two = _full(text="Initech", slug="initech", domain="initech.example.net", number="+14045550100")
    for mine, other in ((one, two), (two, one)):
        theirs = {other.slug, other.domain, other.inbound_routes[0].did[1:]}
        theirs |= {e.a1_hash for e in other.extensions} | {"pbx1", "203.0.113.10", "/var/"}
        for artifact in render_tenant(mine):
            assert artifact.path.startswith(f"freeswitch/tenants/{mine.slug}/")
            for word in theirs:
                assert word not in (artifact.content or b"").decode()


def test_the_host_s_files_have_no_hash_and_no_name_of_a_tenant_s_people():
    tenant = _full(text="Umbrella")
    files = render_host(
        samples.platform(), samples.host(), [samples.summary("acme", "+12125550199")], "r1"
    )
    for artifact in files:
        assert tenant.extensions[0].a1_hash.encode() not in artifact.content
        assert b"Umbrella" not in artifact.content


def test_media_are_copied_and_found_wherever_the_folder_lies():
    files = render_tenant(_full())
    copies = {a.copy_of: a.path for a in files if a.copy_of}
    assert copies["media/welcome.wav"] == "freeswitch/tenants/acme/media/welcome.wav"
    menu = samples.xml(files, "ivr.xml").find("menu")
    assert menu.get("greet-long") == "$${conf_dir}/tenants/acme/media/welcome.wav"


PATHS = st.text(st.sampled_from(string.ascii_letters + "/.- _!@{}'ü|&"), min_size=1, max_size=30)


@given(st.lists(PATHS.map("media/{}".format) | PATHS, min_size=1, unique=True))
def test_media_have_names_of_their_own_without_signs(paths):
    names = [media_name(path) for path in paths]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_./-]+", name)
        assert ".." not in name.split("/") and not name.startswith("/")


# The last look.


def test_what_is_rendered_passes():
    for artifact in render_tenant(_full()):
        if artifact.content:
            check(artifact.content)


@pytest.mark.parametrize(
    "trap",
    [
        '<a b="<?"/>',
        '<a b="1">',
        '<a b="x-Pre-Process"/>',
        '<X-PRE-PROCESS cmd="exec" data="ls"/>',
        '<!--#exec "ls"-->',
        "<a>\x01</a>",
        "  <include>\n  </include>",
        "",
    ],
)
def test_traps_of_the_preprocessor_are_found(trap):
    with pytest.raises(BadFileError):
        check(f"<include>\n{trap}\n</include>\n".encode() if trap else b"")


@pytest.mark.parametrize(
    "line", ['<X-PRE-PROCESS cmd="include" data="a/*.xml"/>', '<a b="&lt;x"/>']
)
def test_our_own_lines_pass(line):
    check(f"<include>\n{line}\n</include>\n".encode())


def test_a_field_that_changes_changes_the_files():
    base = _full()
    before = [a.content for a in render_tenant(base)]
    changed = {
        "suspended": True, "timezone": "Europe/Berlin", "country": "GB", "language": "fr",
        "cap": 7, "plan": "gold", "caller_id": "+12125550123",
        "caller_id_name": "Else", "emergency_numbers": ("112",), "feature_codes": (),
        "dial_patterns": (), "domain": "else.example.com", "slug": "else",
    }  # fmt: skip
    for name, value in changed.items():
        other = dataclasses.replace(base, **{name: value})
        assert [a.content for a in render_tenant(other)] != before, name
