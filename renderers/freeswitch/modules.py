"""Which modules the switch loads: what the configuration uses, and nothing else."""

from collections.abc import Iterable, Sequence

from dialform.compiler.resolved import TenantSummary
from dialform.compiler.resolved_host import Platform
from dialform.renderers.freeswitch.languages import spoken
from dialform.renderers.freeswitch.prompts import used_languages

_ALWAYS = (
    "mod_logfile",
    # First of the CDR modules: a later one must not keep a record from it.
    "mod_json_cdr",
    "mod_event_socket",
    "mod_sofia",
    "mod_loopback",
    "mod_commands",
    "mod_dptools",
    "mod_expr",
    "mod_hash",
    "mod_db",
    "mod_voicemail",
    "mod_directory",
    "mod_valet_parking",
    "mod_conference",
    "mod_dialplan_xml",
    "mod_callcenter",
    "mod_sndfile",
    "mod_native_file",
    "mod_local_stream",
    "mod_tone_stream",
    "mod_spandsp",
)

_CODECS = {
    "AMR": "mod_amr",
    "AMR-WB": "mod_amrwb",
    "G722": "mod_spandsp",
    "G726-32": "mod_spandsp",
    "G729": "mod_g729",
    "GSM": "mod_spandsp",
    "H263": "mod_h26x",
    "H264": "mod_h26x",
    "ILBC": "mod_ilbc",
    "OPUS": "mod_opus",
}
"""Codecs outside the core, which has PCMU, PCMA, L16, SPEEX, VP8 and VP9 itself."""


def codecs(platform: Platform) -> list[str]:
    """The codecs of the platform and of its providers, in order of preference."""
    trunks = (codec for provider in platform.providers for codec in provider.codecs)
    return list(dict.fromkeys((*platform.codecs, *trunks)))


def modules(platform: Platform, tenants: Sequence[TenantSummary]) -> list[str]:
    """The modules to load, in order."""
    languages: Iterable[str] = used_languages(platform, tenants)
    wanted = [
        *_ALWAYS,
        *(["mod_hiredis"] if platform.redis else []),
        *(_CODECS[codec] for codec in codecs(platform) if codec in _CODECS),
        *(f"mod_say_{spoken(language).say}" for language in languages),
    ]
    return list(dict.fromkeys(wanted))
