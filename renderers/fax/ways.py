"""fax/ways.json: the fax routes and the trunks behind them, as the dialplan has them."""

import json

from dialform.compiler.resolved import Artifact
from dialform.compiler.resolved_host import Platform, Provider
from dialform.renderers.freeswitch import caps
from dialform.renderers.freeswitch.outbound import Way, ways
from dialform.renderers.freeswitch.trunks import (
    CALLER_ID_TYPES,
    FULL,
    TRUNK_FAILURES,
    Trunk,
    national_forms,
    trunks,
)

PATH = "fax/ways.json"


def ways_file(platform: Platform) -> list[Artifact]:
    """The file; none where no route is for faxes."""
    faxes = [way for way in ways(platform) if way.service == "fax"]
    if not faxes:
        return []
    used = {name for way in faxes for name in way.providers}
    known = {provider.name: provider for provider in platform.providers}
    backend = "hiredis" if platform.redis else "hash"
    data = {
        "routes": [_route(way) for way in faxes],
        "trunks": {
            trunk.name: _trunk(trunk, known[trunk.name], backend)
            for trunk in trunks(platform)
            if trunk.name in used
        },
        "forms": {
            name: [[one.regex, one.replacement] for one in patterns]
            for name, patterns in national_forms(platform)
        },
        "failures": list(TRUNK_FAILURES),
    }
    return [Artifact(PATH, "platform", (json.dumps(data, indent=1) + "\n").encode())]


def _route(way: Way) -> dict[str, object]:
    return {
        "name": way.name,
        "expression": way.expression,
        "refused": way.refused,
        "tolls": way.tolls,
        "by_country": way.by_country,
        "plan": way.plan,
        "providers": list(way.providers),
    }


def _trunk(trunk: Trunk, provider: Provider, backend: str) -> dict[str, object]:
    counted = caps.key(backend, "trunk", provider.name) if provider.max_channels > 0 else ""
    return {
        "plus": trunk.plus,
        "forms": trunk.forms,
        "fallback": trunk.fallback,
        "caller_id_type": CALLER_ID_TYPES[provider.caller_id_in],
        "codecs": [codec for codec in provider.codecs if codec in ("PCMU", "PCMA")],
        "limit": f"{counted} {provider.max_channels} !{FULL}" if counted else "",
        "max_faxes": provider.max_faxes or provider.max_channels,
    }
