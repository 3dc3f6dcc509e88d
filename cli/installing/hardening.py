"""What the agent, the provisioning service and the portal may not do, as lines of systemd.exec(5): all three
are closed in the same way.
"""

NOTHING_GAINED = """\
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictNamespaces=yes
KeyringMode=private
RemoveIPC=yes"""
"""No way to become more than it is; `NoNewPrivileges` stands beside it in each unit."""

SYSTEM = """\
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid"""
"""The system is there to be read, but for what the unit names besides."""

_CALLS = """\
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
"""
_SANDBOX = (
    "SystemCallFilter=seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self "
    "setrlimit"
)
_REFUSED = "SystemCallErrorNumber=EPERM\nMemoryDenyWriteExecute=yes"

_LOW = """\
# A port below 1024, and nothing else that only root may.
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
AmbientCapabilities=CAP_NET_BIND_SERVICE"""
_HIGH = """\
# No privileges, and no way to get any.
CapabilityBoundingSet=
AmbientCapabilities="""


def calls(sandbox: str = "") -> str:
    """The system calls that are left.

    Args:
        sandbox: whose files programs read that are closed in further, as the comment says it; those
            calls are then let through.
    """
    more = (
        f"# By these it takes still more away from the programs that read {sandbox}.\n{_SANDBOX}\n"
    )
    return _CALLS + (more if sandbox else "") + _REFUSED


def privileges(low: bool) -> str:
    """None; with a `low` port the one to listen there."""
    return _LOW if low else _HIGH
