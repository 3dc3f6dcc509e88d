"""The API commands, by name. What is not here, or whose module is not loaded, is not found."""

from collections.abc import Callable

from dialform.simulator.commands import channels, core, show, sofia, streams, voicemail
from dialform.simulator.state.live import Live

Command = Callable[[Live, str], str]

COMMANDS: dict[str, Command] = {
    "bgapi": core.bgapi,
    "create_uuid": core.create_uuid,
    "echo": core.echo,
    "eval": core.evaluate,
    "fsctl": core.fsctl,
    "global_getvar": core.global_getvar,
    "global_setvar": core.global_setvar,
    "hupall": core.hupall,
    "limit_status": core.limit_status,
    "load": core.load,
    "local_stream": streams.local_stream,
    "module_exists": core.module_exists,
    "reload": core.reload,
    "reloadacl": core.reloadacl,
    "reloadxml": core.reloadxml,
    "show": show.show,
    "sofia": sofia.sofia,
    "sofia_contact": sofia.contact,
    "sofia_gateway_data": sofia.gateway_data,
    "status": core.status,
    "unload": core.unload,
    "uptime": core.uptime,
    "version": core.version,
    "uuid_dump": channels.dump,
    "uuid_hold": channels.hold,
    "uuid_park": channels.park,
    "uuid_recv_dtmf": channels.receive_keys,
    "uuid_send_dtmf": channels.send_keys,
    "vm_boxcount": voicemail.boxcount,
    "vm_delete": voicemail.delete,
    "vm_fsdb_pref_greeting_set": voicemail.set_greeting,
    "vm_fsdb_pref_password_set": voicemail.set_password,
    "vm_fsdb_pref_recname_set": voicemail.set_name,
    "vm_inject": voicemail.inject,
    "vm_list": voicemail.listed,
    "vm_read": voicemail.read,
    "voicemail": voicemail.voicemail,
    "voicemail_inject": voicemail.inject,
    "xml_locate": core.xml_locate,
}
