"""Writes `contrib/`: what `dialform agent install` writes for a host like that of the demo site.

```sh
python -m dialform.cli.installing.examples contrib
```
"""

import sys
from ipaddress import ip_network
from pathlib import Path

from dialform.cli.installing import firewall, jail, phones, portal, units
from dialform.cli.installing.facts import Facts

DEMO = Facts(
    udp=(5060, 5080),
    tcp=(5060, 5061, 5067, 5080),
    carriers=tuple(map(ip_network, ("198.51.100.10/32", "198.51.100.20/32", "198.51.100.21/32"))),
    phones=(),
    too_wide=(),
    log="/var/log/freeswitch",
    boot=(
        *("freeswitch", "-nonat", "-nc", "-conf", "/etc/freeswitch"),
        *("-log", "/var/log/freeswitch", "-db", "/var/lib/freeswitch/db"),
    ),
)

_SECRETS = ("master", "esl", "mycarrier")

WISHES = units.Wishes(
    program="/opt/dialform/bin/dialform",
    site="ssh://git@git.example.com/phones/site.git",
    host="pbx1",
    state="/var/lib/dialform",
    user="dialform",
    group="dialform",
    secrets=tuple(Path("/etc/dialform/secrets", name) for name in _SECRETS),
)


PHONES = phones.Phones(443, 443, "/etc/dialform/tls/fullchain.pem", "/etc/dialform/tls/privkey.pem")


def examples() -> dict[str, str]:
    """The files, by their paths below `contrib/`."""
    return {
        f"systemd/{units.AGENT_UNIT}": units.agent_unit(WISHES, DEMO),
        f"systemd/{units.SWITCH_UNIT}": units.switch_unit(WISHES, DEMO),
        f"systemd/{phones.UNIT}": phones.provision_unit(
            WISHES.program, WISHES.state, WISHES.group, PHONES
        ),
        f"systemd/{portal.UNIT}": portal.portal_unit(WISHES, 443),
        f"fail2ban/{phones.FILTER_FILE}": phones.filter_file(),
        f"fail2ban/{phones.JAIL_FILE}": phones.jail_file(PHONES, DEMO),
        f"fail2ban/{jail.FILTER_FILE}": jail.filter_file(),
        f"fail2ban/{jail.JAIL_FILE}": jail.jail_file(DEMO),
        f"nftables/{firewall.RULES_FILE}": firewall.rules_file(DEMO),
    }


if __name__ == "__main__":
    for name, text in examples().items():
        path = Path(sys.argv[1], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
