"""Units of systemd for the agent and for the switch, as closed as they can be."""

import re
from itertools import pairwise
from pathlib import Path

from dialform.cli.installing.facts import FAXES, SPOOL, Facts
from dialform.cli.installing.hardening import NOTHING_GAINED, SYSTEM, calls
from dialform.cli.installing.quoting import command_line, escaped, folders, word
from dialform.cli.installing.written import marked
from dialform.values import dataclass

AGENT_UNIT, SWITCH_UNIT = "dialform-agent.service", "freeswitch.service"

CREDENTIAL = re.compile(r"[A-Za-z0-9_.-]{1,255}\Z")
"""What systemd takes as the name of a credential."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command was told. `secrets` are the files that become credentials, `encrypted` if they
    were made by `systemd-creds encrypt`; `agent` is the rest of the agent's command line.
    """

    program: str
    site: str
    host: str
    state: str
    user: str
    group: str
    secrets: tuple[Path, ...] = ()
    encrypted: bool = False
    agent: tuple[str, ...] = ()


_AGENT = """\
[Unit]
Description=Dialform agent: git to a live switch
Wants=network-online.target
After=network-online.target freeswitch.service
# A switch that is stopped stays stopped, and one that runs needs no agent to run on.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
WatchdogSec=180
# Where the switch's user is there already; its own unit does the same. Call records, and received faxes.
ExecStartPre=-+/usr/bin/install -d -o freeswitch -g {group} -m 2770 {spool}
ExecStartPre=-+/usr/bin/install -d -o freeswitch -g {group} -m 2770 {faxes}
ExecStart={start}
Restart=on-failure
RestartSec=5
# A pass that is under way ends at the next safe place; if it does not, the next start converges.
TimeoutStopSec=60
KillMode=mixed

User={user}
Group={group}
UMask=0027
Environment=HOME={state}
{storage}
{credentials}
# No privileges, and no way to get any.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
{gained}

# It sees the system, and writes to its own folder (the ledger is there), to that of the call records and to
# that of received faxes.
{system}

# git, the event socket, a status store; the journal and systemd over AF_UNIX.
{calls}

[Install]
WantedBy=multi-user.target
"""

_SWITCH = """\
# An example: where the switch's packages bring a unit of their own, take its ExecStart from here.
[Unit]
Description=FreeSWITCH, with the configuration that the Dialform agent put there
Wants=network-online.target
After=network-online.target
# Before the first apply there is nothing to start from.
ConditionPathExists={state}/current/freeswitch/freeswitch.xml

[Service]
Type=exec
# Its call records and the faxes that it receives: written by the switch, put away by the agent.
ExecStartPre=+/usr/bin/install -d -o freeswitch -g {group} -m 2770 {spool}
ExecStartPre=+/usr/bin/install -d -o freeswitch -g {group} -m 2770 {faxes}
# All of -conf, -log and -db, or the switch refuses.
ExecStart={start}
Restart=on-failure
RestartSec=2
TimeoutStopSec=45
User=freeswitch
Group=freeswitch
# The files with passwords are for the agent's group to read, and for nobody to write.
SupplementaryGroups={group}
UMask=0027
LimitNOFILE=999999
LimitRTPRIO=60
LimitNICE=-10
Nice=-5
{storage}

NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


def agent_unit(wishes: Wishes, known: Facts | None = None) -> str:
    """`dialform-agent.service`. Where records and faxes lie says the compiled configuration, if any."""
    spool, faxes = (known.spool, known.faxes) if known else (SPOOL, FAXES)
    command = [wishes.program, "agent", "--site", wishes.site, "--host", wishes.host]
    command += ["--state", wishes.state, *wishes.agent]
    text = _AGENT.format(
        start=command_line(command),
        gained=NOTHING_GAINED,
        system=SYSTEM,
        calls=calls("strangers' faxes"),
        user=wishes.user,
        group=wishes.group,
        state=wishes.state,
        storage="\n".join((
            folders({"State": [wishes.state]}),
            *(f"ReadWritePaths={word(f'-{path}')}" for path in (spool, faxes)),
        )),
        credentials=credentials(wishes),
        spool=plain(spool),
        faxes=plain(faxes),
    )  # fmt: skip
    return marked(re.sub(r"\n{3,}", "\n\n", text))


def switch_unit(wishes: Wishes, known: Facts | None) -> str:
    """`freeswitch.service`, booting from what the agent put there.

    The folders that it writes are those of the compiled configuration, where there is one.
    """
    boot = list(known.boot) if known else ["freeswitch", "-nonat", "-nc"]
    options = dict(pairwise(boot))
    named = {name: options[name] for name in boot if name in options and options[name][:1] == "/"}
    named["-conf"] = f"{wishes.state}/current/freeswitch"
    named.setdefault("-log", "/var/log/freeswitch")
    named.setdefault("-db", "/var/lib/freeswitch/db")
    program = boot[0] if boot[0].startswith("/") else f"/usr/bin/{boot[0]}"
    command = [program, "-nonat", "-nf", "-nc", "-run", "/run/freeswitch"]
    for option in ("-conf", "-log", "-db"):
        command += [option, named.pop(option)]
    written = [command[command.index(option) + 1] for option in ("-log", "-db")]
    for option, path in named.items():
        command += [option, path]
        written += [path] if option in _WRITTEN else []
    spool, faxes = (known.spool, known.faxes) if known else (SPOOL, FAXES)
    if "-storage" not in named:
        written.append(faxes.removesuffix("/fax"))
    if not any(spool.startswith(f"{path}/") for path in written):
        written.append(spool)
    storage = folders({"Logs": written, "State": written, "Runtime": ["/run/freeswitch"]})
    text = _SWITCH.format(
        start=command_line(command), group=wishes.group, state=wishes.state, storage=storage,
        spool=plain(spool), faxes=plain(faxes),
    )  # fmt: skip
    return marked(text)


_WRITTEN = {"-storage", "-recordings", "-cache", "-certs"}


def plain(path: str) -> str:
    """A path on a command line of a unit."""
    return word(path.replace("$", "$$"))


def credentials(wishes: Wishes) -> str:
    """Each secret is handed over by systemd: the agent's user cannot read where it lies."""
    kind = "LoadCredentialEncrypted" if wishes.encrypted else "LoadCredential"
    lines = [f"{kind}={path.name}:{escaped(str(path))}" for path in sorted(wishes.secrets)]
    note = "# A secret that is added needs a line of its own: `dialform agent install` writes them anew.\n"
    return note + "\n".join(lines) + "\n" if lines else ""
