"""What the API functions answer: each reply is a real switch's, to the letter."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialform.simulator.dialplan.functions import Environment, address_of, call
from dialform.simulator.reading.configuration import Configuration

ROOT = """\
<document>
<section name="configuration">
<configuration name="acl.conf"><network-lists>
<list name="providers" default="deny"><node type="allow" cidr="198.51.100.10/32"/>
<node type="allow" cidr="203.0.113.0/24"/><node type="deny" cidr="203.0.113.9/32"/></list>
</network-lists></configuration>
<configuration name="timezones.conf"><timezones>
<zone name="America/New_York" value="EST5EDT,M3.2.0,M11.1.0"/>
</timezones></configuration>
<configuration name="voicemail.conf"><profiles><profile name="default"/></profiles></configuration>
<configuration name="modules.conf"><modules><load module="mod_expr"/></modules></configuration>
</section>
<section name="directory">
<domain name="acme.example.com"><variables><variable name="toll" value="local"/></variables>
<groups><group name="all"><users><user id="1001" number-alias="alice">
<params><param name="Mwi" value="on"/></params></user></users></group></groups></domain>
</section>
</document>
"""


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    (tmp_path / "freeswitch.xml").write_text(ROOT)
    now = datetime(2026, 12, 24, 10, 0, tzinfo=ZoneInfo("UTC"))
    return Environment(Configuration.load(tmp_path), lambda: now, globals={"city": "Berlin"})


REPLIES = [
    ("expr 1+2", "3"),
    ("expr mod(7,3)", "1"),
    ("expr mod(5,0)", "nan"),
    ("expr 7/2", "3.5"),
    ("expr 1/3", "0.3333333333"),
    ("expr -2^2", "4"),
    ("expr 2^3^2", "64"),
    ("expr x=3;x*2", "6"),
    ("expr if(above(3,2),5,6)", "5"),
    ("expr clip(5,1,3)", "1"),
    ("expr 1<2", "!err!"),
    ("expr 2/0", "!err!"),
    ("expr 5 6", "!err!"),
    ("expr", "!err!"),
    ("cond 1 == 1 ? yes : no", "yes"),
    ("cond 1 == 2 ? yes", ""),
    ("cond abc == 3 ? yes : no", "yes"),
    ("cond 'a b' == 'a b' ? yes : no", "yes"),
    ("cond 10 > 9.5 ? a:b:c", "a"),
    ("cond == 3 ? yes : no", "-ERR"),
    ("cond 5<6 ? yes : no", "-ERR"),
    ("cond 1 = 1 ? a : b", "-ERR"),
    ("regex 1001|^1(.*)$", "true"),
    ("regex 1001|^1(.*)$|%1", "001"),
    ("regex 2001|^1(.*)$|%1", "2001"),
    ("regex 2001|^1(.*)$|%1|n", ""),
    ("regex 2001|^1(.*)$|%1|b", "false"),
    ("regex m:/2001/^2(.*)$/[%1]/", "[001]"),
    ("regex abc", "-ERR"),
    ("regex abc|(", "false"),
    ("regex 001112|(a)?(0+)(1+)|<%1><%2><%3>", "<><00><111>"),
    ("regex é|^..$", "true"),
    ("regex 2125550100|_NXXNXXXXXX", "true"),
    ("regex aBc|a(?i)b(?-i)c", "true"),
    ("strftime_tz America/New_York %H:%M", "05:00"),
    ("strftime_tz America/New_York 86400|%Y-%m-%d %H", "1970-01-01 19"),
    ("strftime_tz Asia/Tokyo %H", "-ERR Invalid timezone/format\n"),
    ("strepoch 2026-12-24 10:00:00", "1798106400"),
    ("strepoch 2026-02-30 10:00:00", "1772445600"),
    ("strepoch nonsense", "0"),
    ("strmicroepoch", "1798106400000000"),
    ("acl 198.51.100.10 providers", "true"),
    ("acl 198.51.100.11 providers", "false"),
    ("acl ::ffff:198.51.100.10 providers", "true"),
    ("acl 203.0.113.8 providers", "true"),
    ("acl 203.0.113.9 providers", "false"),
    ("acl 10.1.1.1 rfc1918.auto", "true"),
    ("acl 10.1.1.1 wan.auto", "false"),
    ("acl 10.1.1.1 1.0.0.0/8,10.0.0.0/8", "true"),
    ("acl 10.1.1.1 nolist", "false"),
    ("acl x providers", "false"),
    ("md5 acme.900:4711", "536afb3d647ad23710c62138d4bffb85"),
    ("md5", "!err!"),
    ('url_encode a b/c:d@e%20f%zz+ü"', "a%20b/c%3Ad%40e%20f%25zz%2B%C3%BC%22"),
    ("url_decode a%20b%zz%c3%bc%4", "a b%zzü%4"),
    ("url_decode a%5gb", "a\x05b"),
    ("user_data 1001@acme.example.com var TOLL", "local"),
    ("user_data alice@ACME.example.com param mwi", "on"),
    ("user_data 1001@acme.example.com attr id", "1001"),
    ("user_data 1001@acme.example.com var nope", ""),
    ("user_exists id 1001 acme.example.com", "true"),
    ("user_exists id 9001 acme.example.com", "false"),
    ("user_exists id 1001", "false"),
    ("domain_exists acme2.example.com", "false"),
    ("host_lookup 127.0.0.1", "127.0.0.1"),
    ("host_lookup", "parameter missing\n"),
    ("hash select/r/k", ""),
    ("hash insert/r/k/v w/x", "+OK\n"),
    ("hash delete/r/k", "-ERR Not found\n"),
    ("db select/r/k", ""),
    ("db delete/r", "+OK"),
    ("db foo", "!err!"),
    ("limit_usage hash tenant acme", "0"),
    ("limit_usage hash tenant acme rate", "0/0"),
    ("vm_prefs default/1001@acme.example.com|foo", "::"),
    ("vm_prefs nope/1001@acme.example.com", "-ERR No such profile\n"),
    ("vm_prefs 1001", "-ERR No domain specified\n"),
    ("replace abcabc|b|X", "aXcaXc"),
    ("coalesce ,b,c", "b"),
    ("toupper abcü", "ABCü"),
    ("module_exists mod_foo", "false"),
    ("global_getvar city", "Berlin"),
    ("EXPR  1+1 ", "2"),
]


@pytest.mark.parametrize(("command", "reply"), REPLIES)
def test_a_command_is_answered_as_the_switch_answers_it(
    environment: Environment, command: str, reply: str
) -> None:
    name, _, arguments = command.partition(" ")
    assert call(environment, name, arguments) == reply


@pytest.mark.parametrize("name", ["system", "bg_system", "spawn", "nofunc", ""])
def test_programs_and_unknown_commands_are_none_of_these(
    environment: Environment, name: str
) -> None:
    assert call(environment, name, "touch /tmp/x") is None


def test_a_host_that_nobody_named_has_one_made_up_address() -> None:
    made_up = address_of("sip.example.com", {})
    assert made_up == address_of("SIP.example.com", {})
    assert made_up.startswith(("198.18.", "198.19."))
    assert address_of("sip.example.com", {"sip.example.com": "192.0.2.1"}) == "192.0.2.1"
