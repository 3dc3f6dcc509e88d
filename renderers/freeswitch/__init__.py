"""From a resolved site to a FreeSWITCH configuration folder.

Pure functions: the same objects give the same bytes, on any host and in any order.
"""

from dialform.renderers.freeswitch.check import BadFileError, check
from dialform.renderers.freeswitch.directory import registration
from dialform.renderers.freeswitch.host import boot_command, render_host
from dialform.renderers.freeswitch.languages import sound_folder
from dialform.renderers.freeswitch.prompts import prompt_files
from dialform.renderers.freeswitch.templating import remember_templates
from dialform.renderers.freeswitch.tenant import render_tenant

__all__ = [
    "BadFileError",
    "boot_command",
    "check",
    "prompt_files",
    "registration",
    "remember_templates",
    "render_host",
    "render_tenant",
    "sound_folder",
]
