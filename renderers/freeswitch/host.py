"""The files of a host that are no tenant's."""

import shlex
from collections.abc import Sequence
from functools import lru_cache

from dialform.compiler.resolved import Artifact, TenantSummary
from dialform.compiler.resolved_host import Host, Platform
from dialform.renderers.freeswitch import (
    inbound,
    languages,
    music,
    names,
    parking,
    phrases,
    queues,
    refusals,
    rooms,
    trunks,
)
from dialform.renderers.freeswitch.addresses import is_ip, network
from dialform.renderers.freeswitch.check import check
from dialform.renderers.freeswitch.modules import modules
from dialform.renderers.freeswitch.outbound import ways
from dialform.renderers.freeswitch.profiles import profiles
from dialform.renderers.freeswitch.prompts import used_languages
from dialform.renderers.freeswitch.retention import retention
from dialform.renderers.freeswitch.templating import render
from dialform.schema.zones import posix_rule

LOG, DB = "/var/log/freeswitch", "/var/lib/freeswitch/db"
"""The folders of the distributions' packages, where a host names none."""

_SET = {
    "sounds": "sounds_dir",
    "recordings": "recordings_dir",
    "storage": "storage_dir",
    "certs": "certs_dir",
}
"""The switch's variable for each folder that a host may name; what is not named stays its own."""

_PLAIN = (
    "acl",
    "callcenter",
    "db",
    "directory",
    "hash",
    "ivr",
    "logfile",
    "loopback",
    "opus",
    "sofia",
    "spandsp",
)


def boot_command(host: Host, folder: str = "/etc/freeswitch") -> list[str]:
    """How the switch is started from the configuration folder `folder`.

    It wants all of -conf, -log and -db, or none.
    """
    command = ["freeswitch", "-nonat", "-nc"]
    paths = {"conf": folder, "log": host.log or LOG, "db": host.db or DB}
    paths |= {name: path for name in _SET if (path := getattr(host, name))}
    for option, path in paths.items():
        command += [f"-{option}", path]
    return command


def render_host(
    platform: Platform, host: Host, tenants: Sequence[TenantSummary], revision: str
) -> list[Artifact]:
    """The host's own files. The revision stands in `freeswitch.xml` alone."""
    first = render(
        "freeswitch.xml.j2",
        revision=revision,
        folders=[(name, path) for key, name in _SET.items() if (path := getattr(host, key))],
        sounds=languages.sound_folder(platform.language),
    )
    check(first)
    files = {**_unrevised(platform, host, tuple(tenants)), "freeswitch.xml": first}
    owner = f"host {host.name}"
    return [
        retention(host, tenants),
        *(
            Artifact(f"freeswitch/{path}", owner, content, secret=path in _SECRET)
            for path, content in sorted(files.items())
        ),
    ]


# A host is rendered twice: to learn the revision from what it holds, and with it.
@lru_cache(maxsize=1)
def _unrevised(
    platform: Platform, host: Host, tenants: tuple[TenantSummary, ...]
) -> dict[str, bytes]:
    """The files that do not know the revision."""
    spoken = used_languages(platform, tenants)
    files = {
        **profiles(platform, host),
        "dialplan/public.xml": render(
            "public.xml.j2",
            ranges=inbound.ranges(tenants),
            names=trunks.known_names(platform),
            refusals=refusals.by_cause(),
            hangups=refusals.HANGUPS,
            cut=names.CUT,
        ),
        "dialplan/outbound.xml": render(
            "outbound.xml.j2",
            ways=ways(platform),
            trunks=trunks.trunks(platform),
            forms=trunks.national_forms(platform),
            failures=",".join(trunks.TRUNK_FAILURES),
            codecs=",".join(platform.codecs),
            refuse=refusals.refuse,
        ),
        "dialplan/queue_place.xml": render("queue_place.xml.j2", **queues.telling()),
        **{f"autoload_configs/{n}": c for n, c in _settings(platform, host, tenants).items()},
        **{f"lang/{language}.xml": _language(language) for language in spoken},
    }
    for content in files.values():
        check(content)
    mail = render("voicemail.tpl.j2")
    files |= {"voicemail.tpl": mail, "notify-voicemail.tpl": mail}
    files[music.SILENCE] = music.silence()
    files["mime.types"] = render("mime.types.j2")
    return files


_SECRET = frozenset(
    (
        "sip_profiles/external.xml",
        "sip_profiles/external6.xml",
        "autoload_configs/event_socket.conf.xml",
        "autoload_configs/hiredis.conf.xml",
        "autoload_configs/switch.conf.xml",
    )
)
"""Files with a password in them."""


def _settings(platform: Platform, host: Host, tenants: Sequence[TenantSummary]) -> dict[str, bytes]:
    lists = {**_lists(platform, host), "local": [network(n) for n in host.nat.local_networks]}
    files = {f"{name}.conf.xml": render(f"{name}.conf.xml.j2", **lists) for name in _PLAIN}
    files["modules.conf.xml"] = render(
        "modules.conf.xml.j2", name="modules.conf", modules=modules(platform, tenants)
    )
    files["switch.conf.xml"] = render(
        "switch.conf.xml.j2", platform=platform, host=host, mailer=_mailer(platform)
    )
    files["event_socket.conf.xml"] = render("event_socket.conf.xml.j2", host=host)
    files["conference.conf.xml"] = render("conference.conf.xml.j2", **rooms.settings())
    files["json_cdr.conf.xml"] = render(
        "json_cdr.conf.xml.j2", folder=host.cdr or "$${log_dir}/json_cdr"
    )
    files["voicemail.conf.xml"] = render(
        "voicemail.conf.xml.j2",
        sender=platform.mail.sender if platform.mail else "",
        folder=f"{host.storage or '$${storage_dir}'}/voicemail/default",
    )
    zones = {platform.timezone, *(zone for t in tenants for zone in (t.timezone, *t.timezones))}
    files["timezones.conf.xml"] = render(
        "timezones.conf.xml.j2", zones=[(zone, posix_rule(zone)) for zone in sorted(zones)]
    )
    files["local_stream.conf.xml"] = render(
        "local_stream.conf.xml.j2",
        fallback=music.FALLBACK, folder=music.SILENCE.rpartition("/")[0],
        rate=music.RATE, interval=music.INTERVAL,
            buffer=music.BUFFER,
    )  # fmt: skip
    if platform.redis:
        files["hiredis.conf.xml"] = render("hiredis.conf.xml.j2", redis=platform.redis)
    if platform.core_db:
        files["pre_load_modules.conf.xml"] = render(
            "modules.conf.xml.j2", name="pre_load_modules.conf", modules=["mod_pgsql"]
        )
    return files


def _lists(platform: Platform, host: Host) -> dict[str, object]:
    """The access lists: who may speak to the event socket, and whose calls are a carrier's."""
    allowed = ["127.0.0.0/8", "::1/128"]
    if is_ip(host.esl_host) and network(host.esl_host) not in ("0.0.0.0/32", "::/128"):
        allowed.append(network(host.esl_host))
    return {"event_socket": allowed, "providers": trunks.known_networks(platform)}


def _mailer(platform: Platform) -> tuple[str, str]:
    """The program and its arguments: `cat MESSAGE | PROGRAM -f FROM ARGUMENTS TO`.

    The switch hands this to a shell (switch_utils.c, switch_simple_email) and quotes only the
    addresses.
    """
    if platform.mail is None:
        return "true", ""
    return "dialform sendmail", f"--smtp {shlex.quote(platform.mail.smtp)}"


def _language(language: str) -> bytes:
    how = languages.spoken(language)
    return render(
        "language.xml.j2", name=language, spoken=how, macros=phrases.MACROS | parking.MACROS
    )
