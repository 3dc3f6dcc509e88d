"""The SIP profiles: `internal` for phones, `external` for carriers, and both again for IPv6."""

from dialform.compiler.resolved_host import Host, Platform
from dialform.renderers.freeswitch import presence, trunks
from dialform.renderers.freeswitch.addresses import listening, websockets
from dialform.renderers.freeswitch.modules import codecs
from dialform.renderers.freeswitch.templating import render

SIX = "6"
"""Follows the name of a profile for IPv6: a profile of mod_sofia binds to one address."""


def profiles(platform: Platform, host: Host) -> dict[str, bytes]:
    """The profiles' files, by their paths."""
    files = {}
    for family in ("", SIX) if host.address6 else ("",):
        six = family == SIX
        gateways = trunks.gateways(platform, host, six)
        shared: dict[str, object] = {
            "host": host,
            "family": family,
            "listening": listening(host, six),
            "codecs": ",".join(codecs(platform)),
        }
        files[f"sip_profiles/internal{family}.xml"] = render(
            "internal.xml.j2",
            guard=presence.guard(),
            websockets=[] if six else websockets(host),
            **shared,
        )
        files[f"sip_profiles/external{family}.xml"] = render(
            "external.xml.j2",
            gateways=[(gateway, gateway.stamp(platform.stamp_key)) for gateway in gateways],
            stamp=trunks.STAMP,
            encrypted_trunks=any(gateway.transport == "tls" for gateway in gateways),
            all_by_address=not trunks.known_names(platform),
            **shared,
        )
    return files
