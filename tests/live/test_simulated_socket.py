"""The simulated switch and the real one are asked the same, on the same folder."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from dialform.simulator.served import SimulatedSwitch

from .esl import Esl
from .switch import Switch

COMMANDS = """
sofia status
sofia status profile internal
sofia status profile external
sofia xmlstatus
sofia xmlstatus profile internal
sofia xmlstatus profile internal reg
sofia status profile nope
sofia status gateway nope
sofia status gateway backup
sofia xmlstatus gateway backup
sofia status bogus x
sofia bogus
sofia xmlstatus gateway
sofia xmlstatus gateway nope
sofia xmlstatus profile nope
sofia_gateway_data
sofia_gateway_data backup
sofia_gateway_data backup var
sofia_gateway_data backup var dialform_stamp
sofia_gateway_data backup ivar dialform_stamp
sofia_gateway_data backup ovar dialform_stamp
sofia_gateway_data backup bogus dialform_stamp
sofia_gateway_data backup var nope
sofia_gateway_data nope var dialform_stamp
sofia profile
sofia profile nope rescan
sofia profile internal bogus
sofia profile external killgw
sofia profile external killgw nope
sofia profile external startgw nope
sofia profile external rescan
sofia profile external register nope
sofia profile nope start
sofia profile internal check_sync x@y
sofia profile internal flush_inbound_reg x@y
sofia profile internal flush_inbound_reg x@y reboot
sofia_contact */1001@acme.example.com
sofia_contact 1001
local_stream show
local_stream show acme.default
local_stream show nope
local_stream start nope
local_stream stop nope
local_stream bogus x
callcenter_config
callcenter_config bogus
callcenter_config bogus x
callcenter_config queue count
callcenter_config queue load nope
callcenter_config queue unload nope
callcenter_config queue reload nope
callcenter_config agent add
callcenter_config agent set status x
callcenter_config queue list bogus
callcenter_config queue list
callcenter_config queue list agents
callcenter_config queue list members
callcenter_config queue list tiers
callcenter_config queue count bogus
callcenter_config queue count agents
callcenter_config queue count members
callcenter_config queue count tiers
callcenter_config agent list
callcenter_config agent list nope
callcenter_config tier list
voicemail
voicemail status
voicemail reload nope
voicemail load default reloadxml
show
show bogus
show calls as json
show channels as xml
show channels as bogus
show registrations as json
show channels as json
show registrations count
show channels count as json
uuid_exists x
uuid_getvar x y
uuid_getvar
uuid_kill
uuid_kill x
uuid_dump x
uuid_transfer x 1
uuid_bridge a b
originate
originate bogus/x &park
originate user/1001@acme.example.com &park
originate user/nosuch@acme.example.com &park
conference list
valet_info
limit_usage hash a b
fsctl
fsctl bogus
fsctl sps
fsctl ready_check
load mod_hash
unload mod_nope
xml_locate
xml_locate configuration configuration name acl.conf
xml_locate configuration configuration name modules.conf
xml_locate directory domain name nope
xml_locate configuration configuration name dialform.conf
xml_locate dialplan context name outbound
reloadxml
reloadacl
reloadacl reloadxml
module_exists
module_exists mod_sofia
module_exists mod_httapi
global_getvar sound_prefix
global_getvar nope
global_getvar conf_dir
global_getvar core_uuid
hash select/a/b
db select/a/b
nosuch
"""
VARYING = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"Uptime  \t\d+s", "Uptime"),
    (r"<uptime-usec>\d+", "<uptime-usec>"),
    (r"((?:FAILED-)?CALLS-\w+ *\t|(?:Failed)?Calls(?:IN|OUT) *\t)\d+", r"\1N"),
    (r"(<(?:failed-)?calls-\w+>)\d+", r"\1N"),
    (r"  total: *\d+", "  total: N"),
)  # fmt: skip


def masked(text: str) -> str:
    """A reply without what is never the same twice."""
    for pattern, put in VARYING:
        text = re.sub(pattern, put, text)
    return text


@pytest.fixture(scope="module")
def simulated() -> dict[Path, dict[str, str]]:
    """The replies of the simulated switch, by folder: all of them are asked for at once."""
    return {}


async def _ask(conf: Path, variables: dict[str, str], commands: list[str]) -> dict[str, str]:
    async with SimulatedSwitch(conf, ("127.0.0.1", 0), variables=variables) as switch:
        await asyncio.sleep(2.5)  # until its gateways have registered too
        esl = Esl(switch.address, switch.password)
        return {each: await asyncio.to_thread(esl.api, each) for each in commands}


@pytest.mark.parametrize("command", COMMANDS.strip().splitlines())
def test_it_says_what_the_switch_says(
    switch: Switch, command: str, simulated: dict[Path, dict[str, str]]
) -> None:
    switch.expects(r"\b(nope|bogus)\b")  # what it does not know it also complains of in its log
    if switch.conf not in simulated:
        lines = switch.api("global_getvar").splitlines()
        variables = dict(line.split("=", 1) for line in lines if "=" in line)
        variables.pop("core_uuid", None)
        commands = COMMANDS.strip().splitlines()
        simulated[switch.conf] = asyncio.run(_ask(switch.conf, variables, commands))
    assert masked(simulated[switch.conf][command]) == masked(switch.api(command))
