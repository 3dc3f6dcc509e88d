"""The modules of the switch, and which of them brings which API command."""

from collections.abc import Iterator

from dialform.simulator.events import Event, Source
from dialform.simulator.reading.configuration import Configuration

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
    "mod_sofia": (
        "sofia",
        "sofia_contact",
        "sofia_gateway_data",
        "sofia_username_of",
        "sofia_presence_data",
    ),
    "mod_valet_parking": ("valet_info",),
    "mod_voicemail": (
        "voicemail",
        "voicemail_inject",
        "vm_boxcount",
        "vm_delete",
        "vm_fsdb_pref_greeting_set",
        "vm_fsdb_pref_password_set",
        "vm_fsdb_pref_recname_set",
        "vm_inject",
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


INTERFACES = {
    "mod_hash": (
        (
            "application",
            "hash",
            "Insert into the hashtable",
            "[insert|insert_ifempty|delete|delete_ifmatch]/<realm>/<key>/<val>",
        ),
        ("api", "hash", "hash get/set", "[insert|delete|select]/<realm>/<key>/<value>"),
        (
            "api",
            "hash_dump",
            "dump hash/limit_hash data (used for synchronization)",
            "all|limit|db [<realm>]",
        ),
        ("api", "hash_remote", "hash remote", "list|kill [name]|rescan"),
        ("limit", "hash", "", ""),
    ),
}
"""What a module brings: kind, name, description, syntax. Told when it is reloaded; others tell nothing."""

_LINES = {
    ("MODULE_LOAD", "application"): 330,
    ("MODULE_LOAD", "api"): 390,
    ("MODULE_LOAD", "limit"): 720,
    ("MODULE_UNLOAD", "application"): 1240,
    ("MODULE_UNLOAD", "api"): 1297,
    ("MODULE_UNLOAD", "limit"): 1611,
}


def told(module: str, name: str, folder: str) -> Iterator[Event]:
    """The events MODULE_UNLOAD or MODULE_LOAD of a module; `folder` is where modules lie."""
    loads = name == "MODULE_LOAD"
    function = f"switch_loadable_module_{'process' if loads else 'unprocess'}"
    for kind, what, description, syntax in INTERFACES.get(module, ()):
        headers = {"type": kind, "name": what, "description": description, "syntax": syntax}
        if loads or kind == "api":
            headers |= {"key": module, "filename": f"{folder}/{module}.so"}
        headers = {key: value for key, value in headers.items() if value}
        source = Source("switch_loadable_module.c", function, _LINES[name, kind])
        yield Event(name, headers, source=source)
