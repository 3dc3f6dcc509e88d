"""The unit of systemd for the provisioning service, and the jail for who guesses at it."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from dialform.cli.installing.facts import Facts, FactsError
from dialform.cli.installing.hardening import NOTHING_GAINED, SYSTEM, calls, privileges
from dialform.cli.installing.quoting import command_line, escaped, word
from dialform.cli.installing.written import marked
from dialform.provisioning.settings import BEHIND
from dialform.values import dataclass

UNIT = "dialform-provision.service"
FILTER_FILE, JAIL_FILE = "filter.d/dialform-provision.conf", "jail.d/dialform-provision.conf"
USER = "dialform-provision"
"""Its own user: what strangers talk to owns nothing of the agent's."""


@dataclass(frozen=True, slots=True)
class Phones:
    """How phones come in, by what was compiled: the port that they come to, that of the service itself
    (another one behind a proxy), its certificate and key.
    """

    public: int
    port: int
    certificate: str = ""
    key: str = ""


def phones_of(host: Path) -> Phones | None:
    """What a host's folder says; None where nothing is served to phones. Raises FactsError."""
    path = host / "phones/service.json"
    try:
        said = json.loads(path.read_bytes())
        certificate, key = str(said["certificate"] or ""), str(said["key"] or "")
        base = urlsplit(str(said["base_url"]))
        public = base.port or (443 if base.scheme == "https" else 80)
        port = int(said["port"] or 0) or (public if certificate else BEHIND[1])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise FactsError(f"'{path}' cannot be read: compile the site again.") from None
    return Phones(public, port, certificate, key)


_UNIT = """\
[Unit]
Description=Dialform provisioning: phones fetch their configuration
Wants=network-online.target
After=network-online.target dialform-agent.service
# Before the first apply there is nothing to serve.
ConditionPathExists={state}/current
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={start}
Restart=on-failure
RestartSec=2
TimeoutStopSec=15
KillMode=mixed

# A user of its own, that can read what the agent applied, and write to its own folder alone.
User={user}
Group={group}
UMask=0077
Environment=HOME={own}
# What is free goes back to the system (mallopt(3)): threads that read files leave it in pieces otherwise.
Environment=MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
{storage}
{credentials}
# Of what the agent keeps it sees what is applied, not where that comes from, nor the money, nor any fax.
{hidden}

{privileges}
NoNewPrivileges=yes
{gained}

{system}

{calls}

# What strangers send cannot take the machine from the calls.
CPUWeight=20
MemoryMax=1G
TasksMax=128
LimitNOFILE=16384

[Install]
WantedBy=multi-user.target
"""

_HIDDEN = ("repository", "site", "mixed", "build", "ledger.db", "spool", "fax")


def provision_unit(program: str, state: str, group: str, known: Phones | None) -> str:
    """`dialform-provision.service`. It serves what the agent with this state folder applied.

    Certificate and key are handed over by systemd, so that their files can stay root's.
    """
    own = f"{state}/provisioning"
    command = [program, "provision", "serve", "--root", f"{state}/current", "--state", own]
    below = own.removeprefix("/var/lib/")
    storage = (
        f"StateDirectory={word(below)}\nStateDirectoryMode=0700"
        if below != own
        else f"ReadWritePaths={word(f'-{own}')}"
    )
    credentials = ""
    if known and known.certificate and known.key:
        credentials = (
            "# Copies, made when it starts: restart it when the certificate was renewed.\n"
            f"LoadCredential=certificate:{escaped(known.certificate)}\n"
            f"LoadCredential=key:{escaped(known.key)}\n"
        )
    text = _UNIT.format(
        start=command_line(command), user=USER, group=group, own=own, state=state, storage=storage,
        credentials=credentials,
        hidden="\n".join(f"InaccessiblePaths={word(f'-{state}/{name}')}" for name in _HIDDEN),
        privileges=privileges(known is None or known.port < 1024),
        gained=NOTHING_GAINED, system=SYSTEM, calls=calls(),
    )  # fmt: skip
    return marked(text)


LINE = (
    r'^(?:\s*\S+ \S+\[\d+\]:)?\s*\{"at": "[^"]*", "outcome": "(?:refused|denied)", "status": 40[14], '
    r'"address": "<ADDR>", "agent": "'
)

_FILTER = f"""\
# Who asks the provisioning service for what there is not (guessed tokens, a list of MACs, other paths), or
# with a wrong login. One line of JSON each, as `dialform provision serve` logs it (docs/provisioning.md).
#
# The pattern begins where the line does and ends before what a stranger says of itself (`agent`): nothing
# that is sent can name somebody else's address. A phone's first request without a login (`challenged`) is
# passed over.

[Definition]

failregex = {LINE}

ignoreregex =

datepattern = %%Y-%%m-%%dT%%H:%%M:%%S(?:\\.\\d+)?%%z

journalmatch = _SYSTEMD_UNIT={UNIT}
"""

_JAIL = """\
# A phone that is new, or unknown, asks for half a dozen names at each start, and a whole office comes from
# one address: hence so many. A ban ends nothing for phones but fetching.

[dialform-provision]
enabled  = true
filter   = dialform-provision
backend  = systemd
port     = {port}
protocol = tcp
banaction = nftables-multiport
maxretry = 1000
findtime = 10m
bantime  = 1h
bantime.increment = true
bantime.maxtime = 1w
usedns   = no
ignoreip = {ignored}
"""


def filter_file() -> str:
    """`filter.d/dialform-provision.conf`."""
    return marked(_FILTER)


def jail_file(known: Phones, facts: Facts) -> str:
    """`jail.d/dialform-provision.conf` of a host. Networks that extensions are bound to are left alone."""
    ignored = "\n           ".join(["127.0.0.0/8", "::1", *map(str, facts.phones)])
    return marked(_JAIL.format(port=known.public, ignored=ignored))
