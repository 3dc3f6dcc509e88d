"""The carriers' networks, as the switch that runs has them: what comes from there is no attack."""

from __future__ import annotations

from pathlib import Path

from dialform.reconcile.watching.carriers import carriers

ACL = """<include>
<configuration name="acl.conf"><network-lists>
<list name="event_socket" default="deny"><node type="allow" cidr="127.0.0.0/8"/></list>
<list name="providers" default="deny">
<node type="allow" cidr="198.51.100.0/28"/><node type="allow" cidr="2001:db8::/32"/>
</list></network-lists></configuration></include>"""


def folder(path: Path, text: str) -> Path:
    file = path / "freeswitch/autoload_configs/acl.conf.xml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return path


def test_those_of_the_list_of_providers(tmp_path: Path) -> None:
    assert carriers(folder(tmp_path, ACL)) == ("198.51.100.0/28", "2001:db8::/32")


def test_what_cannot_be_read_names_none(tmp_path: Path) -> None:
    assert carriers(tmp_path) == ()
    assert carriers(folder(tmp_path, "<half")) == ()
    assert carriers(folder(tmp_path, ACL.replace("198.51.100.0/28", "nonsense"))) == (
        "2001:db8::/32",
    )
