"""The demo site compiled once, and small configurations written by hand, to send calls through."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.renderers import freeswitch
from dialform.schema.tree import scan
from dialform.simulator.journey import Journey
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.run import simulate
from dialform.simulator.scene import Dial, Phone, Scene

ROOT = Path(__file__).resolve().parents[3]
Call = Callable[..., Journey]

TINY = """\
<?xml version="1.0"?>
<document type="freeswitch/xml">
<section name="configuration">
<configuration name="sofia.conf"><profiles>
<profile name="external"><gateways>
<gateway name="g1"><param name="proxy" value="g1.example"/><param name="username" value="user1"/></gateway>
<gateway name="g2"><param name="proxy" value="g2.example"/><param name="username" value="user2"/>
<param name="caller-id-in-from" value="true"/></gateway>
</gateways></profile>
<profile name="internal"></profile>
</profiles></configuration>
<configuration name="ivr.conf"><menus>{menus}</menus></configuration>
<configuration name="callcenter.conf"><settings/><queues>{queues}</queues>
<agents>{agents}</agents><tiers>{tiers}</tiers></configuration>
</section>
<section name="dialplan">
<context name="default">
{default}
</context>
{contexts}
</section>
<section name="directory">
<domain name="d.example"><params>
<param name="dial-string" value="{{presence_id=${{dialed_user}}@${{dialed_domain}}}}${{sofia_contact(*/${{dialed_user}}@${{dialed_domain}})}}"/>
</params><variables><variable name="user_context" value="default"/></variables>
<users><user id="1"/><user id="2"/><user id="3"/><user id="4"/></users></domain>
</section>
</document>
"""
PARTS = ("menus", "queues", "agents", "tiers", "default", "contexts")


def extension(number: str, *actions: str) -> str:
    """An extension whose number is a regular expression and whose actions are `app data`."""
    lines = [
        f'<extension name="{number}"><condition field="destination_number" expression="{number}">'
    ]
    for action in actions:
        application, _, data = action.partition(" ")
        text = data.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        lines.append(f'<action application="{application}" data="{text}"/>')
    return "\n".join([*lines, "</condition></extension>"])


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo site, compiled without secrets."""
    out = tmp_path_factory.mktemp("demo")
    build(Run(scan(ROOT), open_store(None, os.environ), 1), freeswitch, Options(out, None))
    return out / "pbx1/freeswitch"


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Configuration:
    """The same, read."""
    return Configuration.load(demo_folder, {"local_ip_v4": "127.0.0.1"})


def place(configuration: Configuration, caller: str, to: str, given: dict[str, Any]) -> Journey:
    """One call. What is no part of a Dial sets the scene; a phone is named by its number alone."""
    about_dial = {"press", "name", "trunk", "patience", "tone"}
    dial = Dial(caller, to, **{key: value for key, value in given.items() if key in about_dial})
    scene = {key: value for key, value in given.items() if key not in about_dial}
    domain = caller.partition("@")[2] or scene.pop("domain", "acme.example.com")
    scene.pop("domain", None)
    phones: dict[str, Phone] = scene.get("phones", {})
    scene["phones"] = {k if "@" in k else f"{k}@{domain}": v for k, v in phones.items()}
    return simulate(configuration, Scene(**scene), dial)


@pytest.fixture
def acme(demo: Configuration) -> Call:
    """Calls of the demo's American tenant: `acme("1001", "1002", phones={…})`."""

    def call(caller: str, to: str, **given: Any) -> Journey:
        inside = caller.isdigit() and len(caller) == 4
        return place(demo, f"{caller}@acme.example.com" if inside else caller, to, given)

    return call


@pytest.fixture
def nordlicht(demo: Configuration) -> Call:
    """Calls of the demo's German tenant."""

    def call(caller: str, to: str, **given: Any) -> Journey:
        given.setdefault("domain", "nordlicht.pbx.example.com")
        inside = caller.isdigit() and len(caller) == 4
        return place(demo, f"{caller}@nordlicht.pbx.example.com" if inside else caller, to, given)

    return call


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., Call]:
    """Writes a configuration of a few lines: `tiny(extension("5", "answer"))("1", "5")`."""

    def make(*extensions: str, **parts: str) -> Call:
        filled = dict.fromkeys(PARTS, "") | {"default": "\n".join(extensions)} | parts
        (tmp_path / "freeswitch.xml").write_text(TINY.format(**filled))
        configuration = Configuration.load(tmp_path)

        def call(caller: str, to: str, **given: Any) -> Journey:
            return place(configuration, f"{caller}@d.example", to, given)

        return call

    return make
