"""A filter and a jail of fail2ban, for the log lines that mod_sofia writes."""

from dialform.cli.installing.facts import Facts
from dialform.cli.installing.written import marked

FILTER_FILE, JAIL_FILE = "filter.d/dialform.conf", "jail.d/dialform.conf"

LINE = r"^\s*(?:\d+\.\d+%% )?\[WARNING\] sofia_reg\.c:\d+ SIP auth "
TAIL = r" \((?:REGISTER|INVITE)\) on sofia profile '[\w.-]+' for \[.*\] from ip <ADDR>$"

_FILTER = f"""\
# Refused log-ins on the SIP ports, as FreeSWITCH 1.10 logs them where a profile has log-auth-failures.
#
# What stands between [ and ] is what a stranger wrote, brackets, spaces and " from ip 1.2.3.4" included. So
# the pattern holds the line at both ends, and the address is the last thing in it: that is the switch's.
# <ADDR> takes addresses only: a name in the log never asks DNS.
#
# mode  normal  wrong passwords and unknown accounts (one line each)
#       strict  and calls to the carriers' port from who is no carrier. A single UDP packet with a forged
#               sender is enough for such a line: read docs/attackers.md before you choose it.

[Definition]

mode = normal

_refused = {LINE}failure{TAIL}
_stranger = ^\\s*(?:\\d+\\.\\d+%% )?\\[WARNING\\] sofia\\.c:\\d+ IP <ADDR> Rejected by acl "providers"$

failregex-normal = %(_refused)s
failregex-strict = %(_refused)s
                   %(_stranger)s

failregex = <failregex-<mode>>

ignoreregex =

datepattern = ^%%Y-%%m-%%d %%H:%%M:%%S\\.%%f
"""

_JAIL = """\
# Never banned: this machine, the carriers, and networks that extensions are bound to (`allow:`).
# Written from the compiled configuration; write it again after carriers or networks change.

[dialform]
enabled  = true
filter   = dialform[mode=normal]
backend  = auto
logpath  = {log}/freeswitch.log
port     = {ports}
protocol = tcp,udp
banaction = nftables-multiport
maxretry = 10
findtime = 10m
bantime  = 1h
bantime.increment = true
bantime.maxtime = 1w
usedns   = no
ignoreip = {ignored}
"""


def filter_file() -> str:
    """`filter.d/dialform.conf`."""
    return marked(_FILTER)


def jail_file(known: Facts) -> str:
    """`jail.d/dialform.conf` of a host."""
    ports = ",".join(str(port) for port in sorted({*known.udp, *known.tcp}))
    ignored = ["127.0.0.0/8", "::1", *map(str, known.known)]
    return marked(_JAIL.format(log=known.log, ports=ports, ignored="\n           ".join(ignored)))
