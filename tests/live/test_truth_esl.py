"""What the simulated switch says on its event socket and writes into records, beside the real one."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dialform.simulator.scene import Dial
from dialform.simulator.scene import Phone as Manner
from dialform.simulator.served import SimulatedSwitch

from .conftest import Extension
from .desk import desk
from .esl import Esl
from .phone import answers
from .scene import scene
from .site import Site
from .switch import FOLDERS, Switch
from .truth.outcome import INSTANT, UUID, record

AGENT, QUEUE = "queues.6099", "queues.800"
# In this order, on both; what one sets the next one shows, and the last ones take it back.
COMMANDS = (
    """
reloadxml
reloadacl
nonsense
show channels
show calls
show channels count
db insert/truth/key/a value
db select/truth/key
db exists/truth/key
db list/truth
db delete/truth/key
db select/truth/key
db nonsense
hash insert/truth/key/value
hash select/truth/key
hash delete/truth/key
hash select/truth/key
hash nonsense
limit_usage hash tenant nobody
cond 1 == 1 ? yes : no
cond nonsense
expr 7 % 3
md5 text
regex +12125550177|^\\+1(\\d+)$|%1
regex nothing|^x$
url_encode a b&c/ö
url_decode a%20b%26c
strftime_tz UTC %Y
user_exists id 2001 lab.pbx.example.com
user_exists id 2999 lab.pbx.example.com
user_data 2008@lab.pbx.example.com var dialform_toll
user_data 2008@lab.pbx.example.com var nonsense
user_data 9999@lab.pbx.example.com var dialform_toll
domain_exists lab.pbx.example.com
domain_exists nowhere.example
host_lookup 127.0.0.1
acl 127.0.0.24 providers
acl 192.0.2.200 providers
module_exists mod_sofia
module_exists mod_nonsense
global_getvar nonsense
sofia_contact 2001@lab.pbx.example.com
sofia status gateway third
sofia status gateway nonsense
sofia status profile nonsense
sofia profile external rescan
sofia profile nonsense rescan
sofia profile external startgw third
sofia profile external killgw nonsense
sofia profile internal flush_inbound_reg 2001@lab.pbx.example.com
sofia profile internal check_sync 2001@lab.pbx.example.com
sofia nonsense
local_stream show
local_stream show acme.default
local_stream show nonsense
local_stream start nonsense
local_stream reload nonsense
local_stream nonsense
callcenter_config
callcenter_config nonsense
callcenter_config agent add {agent} Callback
callcenter_config agent add {agent} Callback
callcenter_config agent set status {agent} Available
callcenter_config agent set status {agent} Nonsense
callcenter_config agent set status nobody.1 Available
callcenter_config agent set contact {agent} user/6001@queues.pbx.example.com
callcenter_config agent set nonsense {agent} 1
callcenter_config agent get status {agent}
callcenter_config agent get status nobody.1
callcenter_config tier add {queue} {agent} 1 2
callcenter_config tier add {queue} {agent} 1 2
callcenter_config tier add {queue} nobody.1 1 2
callcenter_config tier set level {queue} {agent} 3
callcenter_config tier list
callcenter_config queue load nobody.1
callcenter_config queue reload nobody.1
callcenter_config queue count agents {queue}
callcenter_config queue count agents {queue} Available
callcenter_config queue count members {queue}
callcenter_config queue list members {queue}
callcenter_config queue list agents {queue}
callcenter_config tier del {queue} {agent}
callcenter_config agent del {agent}
callcenter_config agent del {agent}
uuid_exists 00000000-0000-0000-0000-000000000000
uuid_kill 00000000-0000-0000-0000-000000000000
uuid_getvar 00000000-0000-0000-0000-000000000000 x
uuid_transfer 00000000-0000-0000-0000-000000000000 2001 XML lab
conference list
conference nonsense list
conference nonsense get count
valet_info
vm_boxcount 2001@lab.pbx.example.com
vm_prefs 2001@lab.pbx.example.com
voicemail reload default reloadxml
originate user/2001@lab.pbx.example.com &park
originate sofia/gateway/nonsense/1 &park
originate nonsense/1 &park
hupall NORMAL_CLEARING truth 1
fsctl nonsense
""".strip()
    .format(agent=AGENT, queue=QUEUE)
    .splitlines()
)


@asynccontextmanager
async def simulated(site: Site, folder: Path, **given: Any) -> AsyncIterator[SimulatedSwitch]:
    """The simulator with the very folder that the real switch runs."""
    known = {f"{name}_dir": str(site.state / name) for name in FOLDERS}
    switch = SimulatedSwitch(site.conf, ("127.0.0.1", 0), variables=known, **given)
    async with switch:
        yield switch


# What only real SIP and real sound bring into a record.
OF_THE_WIRE = re.compile(
    r"^(?:sip_|rtp_|switch_[rm]_sdp|remote_|local_|advertised_|rtcp_|video_|text_|audio_|ep_codec|"
    r"(?:original_)?(?:read|write)_|dtmf_|recovery_|max_forwards|zrtp|ice_|last_sent|inbound_codec|"
    r"codec|originator_codec|presence_|Event-|media_|endpoint_disposition|sofia_profile_url|"
    r"bypass|Core-UUID|FreeSWITCH-|mwi-account|number_alias|requested_|progress_media_stamp|"
    r"last_bridge_proto_specific_hangup_cause)"
)
SAME = (
    *("direction", "hangup_cause", "hangup_cause_q850", "originate_disposition", "DIALSTATUS"),
    *("last_app", "last_arg", "current_application", "bridge_channel", "caller_id", "call_timeout"),
    *("dialed_user", "dialed_domain", "hangup_after_bridge", "continue_on_fail", "user_name"),
    *("domain_name", "user_context", "effective_caller_id_number", "last_bridge_role"),
)
"""Variables that say the same on both sides, besides all of ours."""


def steady(reply: str) -> str:
    """A reply without what differs from one second to the next, and from switch to switch."""
    reply = UUID.sub("<uuid>", INSTANT.sub("<moment>", reply))
    reply = re.sub(
        r"(?m)^((?:Ping|PingFreq|Uptime|CallsIN|CallsOUT|FailedCalls\w+)\s+).*$", r"\1", reply
    )
    return re.sub(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b", "<moment>", reply)


def test_replies_are_the_same(compiled: Site, switch: Switch, tmp_path: Path) -> None:
    switch.expects(r"nonsense|nobody|Invalid|not found!|PARSE EXPR")

    async def both() -> list[str]:
        found = []
        async with simulated(compiled, tmp_path) as twin:
            esl = Esl(twin.address, twin.password)
            for command in COMMANDS:
                real = steady(await switch.ask(command))
                told = steady(await asyncio.to_thread(esl.api, command))
                if real != told:
                    found.append(f"{command}\n    real      {real!r}\n    simulated {told!r}")
        return found

    found = asyncio.run(both())
    assert not found, f"{len(found)} of {len(COMMANDS)} differ\n" + "\n".join(found)


class Pair:
    """The records of one call: of the caller's leg, and of the other."""

    def __init__(self, cdrs: list[dict[str, Any]]) -> None:
        by_way = {cdr["variables"]["direction"]: cdr for cdr in cdrs}
        self.legs = by_way["inbound"], by_way["outbound"]


@scene
async def test_records_are_the_same(
    compiled: Site, extension: Extension, switch: Switch, tmp_path: Path
) -> None:
    async with desk(extension, "lab/2001", "lab/2002") as (caller, called):
        called.behaviour = answers(0.3)
        call = await caller.call("2002")
        await call.answered()
        await asyncio.sleep(1.0)
        await called.calls[-1].hangup()
        await call.ended()
    real = Pair(await switch.cdrs_where(2, dialform_tenant="lab"))
    async with simulated(compiled, tmp_path, cdr=tmp_path) as twin:
        phones = [f"{number}@{compiled.domain('lab')}" for number in ("2001", "2002")]
        for phone in phones:
            twin.register(phone)
        twin.live.surroundings.phones[phones[1]] = Manner(answer_after=0.3, hangup_after=1.0)
        twin.call(Dial(phones[0], "2002"))
        async with asyncio.timeout(10.0):
            while len(written := sorted(tmp_path.glob("*.cdr.json"))) < 2:
                await asyncio.sleep(0.1)
    told = Pair([json.loads(path.read_text("utf-8")) for path in written])
    for truth, copy in zip(real.legs, told.legs, strict=True):
        assert record(truth) == record(copy)
        assert sorted(shape(truth) ^ shape(copy)) == []
        assert marks(truth) == marks(copy)
        missing = truth["variables"].keys() - copy["variables"].keys()
        left = [name for name in missing if not OF_THE_WIRE.match(name)]
        assert not left, " ".join(sorted(left))


def shape(value: Any, path: str = "") -> set[str]:
    """Where a record has what, as deep as its keys are fixed."""
    if isinstance(value, dict):
        kept = [key for key in value if key not in ("variables", "channel_data", "callStats")]
        return {path}.union(*(shape(value[key], f"{path}/{key}") for key in kept))
    if isinstance(value, list):
        return {path}.union(*(shape(one, f"{path}[]") for one in value))
    return {path}


def marks(cdr: dict[str, Any]) -> dict[str, str]:
    """Our own variables, and those of the switch that bills and people go by."""
    said = cdr["variables"]
    own = [name for name in said if name.startswith("dialform_") and name != "dialform_phone"]
    return {
        name: re.sub(r"@[\d.]+(?::\d+)?", "@<phone>", steady(said[name]))
        for name in (*sorted(own), *SAME)
        if name in said
    }
