"""The modules of the switch, and which of them brings which API command."""

from .configuration import Configuration

CORE = frozenset({"CORE_SOFTTIMER_MODULE", "CORE_PCM_MODULE", "CORE_SPEEX_MODULE"})
"""What is there without being loaded."""

BROUGHT = {
    "mod_callcenter": ("callcenter_config", "callcenter_break"),
    "mod_conference": ("conference",),
    "mod_db": ("db", "group"),
    "mod_distributor": ("distributor", "distributor_ctl"),
    "mod_expr": ("expr",),
    "mod_hash": ("hash", "hash_dump", "hash_remote"),
    "mod_hiredis": ("hiredis_raw",),
    "mod_local_stream": ("local_stream",),
    "mod_sofia": ("sofia", "sofia_contact", "sofia_username_of", "sofia_presence_data"),
    "mod_valet_parking": ("valet_info",),
    "mod_voicemail": (
        "voicemail",
        "voicemail_inject",
        "vm_boxcount",
        "vm_delete",
        "vm_list",
        "vm_prefs",
        "vm_read",
    ),
}
"""All other commands belong to mod_commands."""

_OWNERS = {command: module for module, commands in BROUGHT.items() for command in commands}


def owner(command: str) -> str:
    """The module that brings a command."""
    return _OWNERS.get(command, "mod_commands")


def listed(configuration: Configuration) -> list[str]:
    """The modules that `modules.conf` loads, in order."""
    found = configuration.configuration("modules.conf")
    modules = found.first("modules") if found else None
    return [load.get("module") for load in modules.all("load")] if modules else []
