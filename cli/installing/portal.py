"""The unit of systemd for the portal."""

from dialform.cli.installing.facts import FAXES, Facts
from dialform.cli.installing.hardening import NOTHING_GAINED, SYSTEM, calls, privileges
from dialform.cli.installing.quoting import command_line, word
from dialform.cli.installing.units import Wishes, credentials, plain
from dialform.cli.installing.written import marked

UNIT = "dialform-console.service"
OWN = "console"
"""Its own folder, below the agent's."""
EXCHANGE = "greetings"
"""Below the switch's folder of what it stores: both write there (reconcile/desk/greetings.py)."""

_UNIT = """\
[Unit]
Description=Dialform portal: the phone system in a browser
Wants=network-online.target
After=network-online.target dialform-agent.service
# Before the first apply there is nothing to show.
ConditionPathExists={state}/current
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={start}
Restart=on-failure
RestartSec=2
TimeoutStopSec=20
KillMode=mixed

# The agent's user, for the ledger's database is its own, and so are faxes and what the switch's group may
# read. What the agent alone writes it can only read; the agent's copy of the repository it does not see.
User={user}
Group={group}
UMask=0027
Environment=HOME={state}/{own}
Environment=MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
ExecStartPre=/usr/bin/install -d -m 0750 {state}/{own}
# Where greetings are laid down for the switch, which moves them to their mailbox.
ExecStartPre=-+/usr/bin/install -d -o freeswitch -g {group} -m 2770 {greetings}
ReadWritePaths={state}
ReadWritePaths={writable}
{kept}
{hidden}
{credentials}
{privileges}
NoNewPrivileges=yes
{gained}

{system}

{calls}

# What people do in browsers cannot take the machine from the calls.
CPUWeight=20
MemoryMax=2G
TasksMax=256
LimitNOFILE=16384

[Install]
WantedBy=multi-user.target
"""

_KEPT = ("generations", "current", "site", "build", "record.json", "applied.json", "guard.json")
_HIDDEN = ("repository", "spool")


def portal_unit(wishes: Wishes, port: int, known: Facts | None = None) -> str:
    """`dialform-console.service`. `port` is the one that it listens on, by the compiled site."""
    faxes = known.faxes if known else FAXES
    greetings = f"{faxes.removesuffix('/fax')}/{EXCHANGE}"
    command = [wishes.program, "console", "serve", "--site", wishes.site, "--state", wishes.state]
    text = _UNIT.format(
        start=command_line(command), user=wishes.user, group=wishes.group, state=wishes.state, own=OWN,
        greetings=plain(greetings), writable=word(f"-{greetings}"),
        kept="\n".join(f"ReadOnlyPaths={word(f'-{wishes.state}/{name}')}" for name in _KEPT),
        hidden="\n".join(f"InaccessiblePaths={word(f'-{wishes.state}/{name}')}" for name in _HIDDEN),
        credentials=credentials(wishes), privileges=privileges(0 < port < 1024),
        gained=NOTHING_GAINED, system=SYSTEM, calls=calls("what people upload"),
    )  # fmt: skip
    return marked(text)
