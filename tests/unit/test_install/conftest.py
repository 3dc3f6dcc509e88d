"""A compiled host as small as the facts about it allow."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

ACL = """<include><configuration name="acl.conf"><network-lists>
<list name="event_socket" default="deny"><node type="allow" cidr="127.0.0.0/8"/></list>
<list name="providers" default="deny">{}</list>
</network-lists></configuration></include>"""
PROFILE = """<include><profile name="{}"><gateways><gateway name="x">
<param name="sip-port" value="9"/></gateway></gateways><settings>{}</settings></profile></include>"""


def params(**values: str) -> str:
    return "".join(
        f'<param name="{name.replace("_", "-")}" value="{value}"/>'
        for name, value in values.items()
    )


@pytest.fixture
def host(tmp_path: Path) -> Callable[..., Path]:
    """Makes the folder of a host with these carriers, and users bound to these networks."""

    def make(carriers: tuple[str, ...] = (), allow: tuple[str, ...] = ()) -> Path:
        folder = tmp_path / "pbx1"
        switch = folder / "freeswitch"
        for name in ("sip_profiles", "autoload_configs", "tenants/acme", "tenants/quiet"):
            (switch / name).mkdir(parents=True, exist_ok=True)
        boot = ["freeswitch", "-nonat", "-nc", "-conf", "/etc/freeswitch",
                "-log", "/var/log/freeswitch", "-db", "/var/lib/freeswitch/db",
                "-recordings", "/srv/rec 100%"]  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps({"boot": boot}))
        internal = params(
            sip_port="5060",
            tls_sip_port="5061",
            wss_binding="$${local_ip_v4}:5067",
            ws_binding=":0",
        )
        (switch / "sip_profiles/internal.xml").write_text(PROFILE.format("internal", internal))
        external = PROFILE.format("external", params(sip_port="5080"))
        (switch / "sip_profiles/external.xml").write_text(external)
        nodes = "".join(f'<node type="allow" cidr="{each}"/>' for each in carriers)
        (switch / "autoload_configs/acl.conf.xml").write_text(ACL.format(nodes))
        users = "".join(
            f'<user id="{n}"><params><param name="auth-acl" value="{each}"/></params></user>'
            for n, each in enumerate(allow)
        )
        (switch / "tenants/acme/directory.xml").write_text(f"<include>{users}</include>")
        (switch / "tenants/quiet/directory.xml").write_text("<include/>")
        return folder

    return make
