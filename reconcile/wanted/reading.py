"""What each file of a compiled configuration wants. Dialplans are not read: a reload is all they need."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from html import unescape
from xml.etree import ElementTree as ET

from dialform.compiler.digests import digest
from dialform.reconcile.wanted.resources import Domain, Gateway, Part, Profile, Queue

_RESCANNED = frozenset((
    "NDLB-force-rport", "aggressive-nat-detection", "inbound-codec-prefs", "local-network-acl",
    "outbound-codec-prefs", "unregister-on-options-fail",
))  # fmt: skip
"""Settings of a profile that a rescan takes (sofia.c, config_sofia). All others need a restart."""

_PLACES = frozenset(("tls-cert-dir", "storage-dir"))
"""Folders: what has opened them keeps them until the switch is started again."""

_OWN_STREAM = "default"
"""The host's own stream, of silence (renderers, music.FALLBACK)."""
_STAMP = "dialform_stamp"
_USER = re.compile(
    r'<user id="[^"]*"><params>(?P<params>.*?)</params>'
    r'<variables><variable name="sip-force-extension" value="(?P<filed>[^"]+)"/>'
)
_LOGIN = re.compile(r'<param name="(?:a1-hash|sip-forbid-register|auth-acl)" value="[^"]*"/>')
_DOMAIN = re.compile(r'<domain name="([^"]+)">')
_SET = re.compile(r'<X-PRE-PROCESS cmd="set" data="(\w+)=([^"]*)"/>')
_FOLDERS = frozenset(("sounds_dir", "recordings_dir", "storage_dir", "certs_dir"))

_COLUMNS = {
    "strategy": "strategy", "moh-sound": "moh_sound", "max-wait-time": "max_wait_time",
    "max-wait-time-with-no-agent": "max_wait_time_with_no_agent",
    "tier-rules-apply": "tier_rules_apply", "tier-rule-wait-second": "tier_rule_wait_second",
}  # fmt: skip
"""Parameters of a queue, and the columns in which the live one shows them (mod_callcenter.c)."""


def _root(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - the compiler wrote it, and has parsed it


def _params(node: ET.Element | None) -> list[tuple[str, str]]:
    found = node.iter("param") if node is not None else ()
    return [(one.get("name", ""), one.get("value", "")) for one in found]


def _told(pairs: Iterable[tuple[str, str]]) -> str:
    return digest(json.dumps(list(pairs)))


def _profile(sha256: str, text: str, path: str) -> Part:
    """A profile with its gateways. What it is bound to without a restart goes to `boot`."""
    root = _root(text)
    profile = root if root.tag == "profile" else root.find("profile")
    if profile is None:
        return Part(sha256)
    name = profile.get("name", "")
    settings = _params(profile.find("settings"))
    soft = [one for one in settings if one[0] in _RESCANNED]
    hard = [one for one in settings if one[0] not in _RESCANNED | _PLACES]
    aliases = [
        (one.get("name", ""), one.get("alias", "")) for one in profile.iterfind("domains/domain")
    ]
    gateways = {}
    for one in profile.iterfind("gateways/gateway"):
        stamps = (v for v in one.iter("variable") if v.get("name") == _STAMP)
        stamp = next((v.get("value", "") for v in stamps), "")
        registers = dict(_params(one)).get("register") == "true"
        gateways[one.get("name", "")] = Gateway(name, stamp, registers)
    return Part(
        sha256,
        gateways=gateways,
        profiles={name: Profile(_told([*hard, *aliases]), _told(soft), ("all", "true") in aliases)},
        boot=_places(settings),
    )


def _places(params: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Folders, by what they hold: several files name one."""
    return {name: digest(value) for name, value in params if name in _PLACES}


def _queues(sha256: str, text: str, path: str) -> Part:
    queues, tiers = {}, set()
    for one in _root(text).iter("queue"):
        name = one.get("name", "")
        params = _params(one)
        shown = ((_COLUMNS[key], value) for key, value in params if key in _COLUMNS)
        queues[name] = Queue(_told(params), one.get("after", ""), tuple(shown))
        slug = name.rpartition(".")[0]
        tiers |= {(name, f"{slug}.{agent.get('number')}") for agent in one.iter("agent")}
    return Part(sha256, queues=queues, tiers=frozenset(tiers))


def _streams(sha256: str, text: str, path: str) -> Part:
    """Their files' digests come with the manifest: `music_files`."""
    found = {}
    for one in _root(text).iter("directory"):
        params = [("path", one.get("path", "")), *_params(one)]
        found[one.get("name", "")] = _told(params)
    return Part(sha256, streams=found)


def _directory(sha256: str, text: str, path: str) -> Part:
    """Each user stands on one line (renderers, directory.xml): no tree of 50,000 users is built."""
    domain = _DOMAIN.search(text)
    if domain is None:
        return Part(sha256)
    slug = path.split("/")[2]
    users = {}
    whole = blake2b(digest_size=12)
    for line in text.splitlines():
        user = _USER.search(line)
        if user is None:
            continue
        # The values are escaped, so none holds what parts them.
        login = blake2b("".join(_LOGIN.findall(user["params"])).encode(), digest_size=8).hexdigest()
        users[unescape(user["filed"])] = login
        whole.update(f"{user['filed']} {login}\n".encode())
    return Part(sha256, domains={unescape(domain[1]): Domain(slug, whole.hexdigest(), users)})


def _modules(sha256: str, text: str, path: str) -> Part:
    loads = _root(text).iter("load")
    return Part(sha256, modules=tuple(one.get("module", "") for one in loads))


def _acl(sha256: str, text: str, path: str) -> Part:
    """Without who may speak to the event socket: it has read that list when it began."""
    lists = [one for one in _root(text).iter("list") if one.get("name") != "event_socket"]
    said = [(one.get("name", ""), ET.tostring(one, "unicode").strip()) for one in lists]
    return Part(sha256, acl=_told(said))


def _voicemail(sha256: str, text: str, path: str) -> Part:
    params = _params(_root(text))
    kept = [one for one in params if one[0] not in _PLACES]
    return Part(sha256, voicemail=_told(kept), boot=_places(params))


def _top(sha256: str, text: str, path: str) -> Part:
    """The folders that `freeswitch.xml` names."""
    return Part(sha256, boot={path: _told(one for one in _SET.findall(text) if one[0] in _FOLDERS)})


def _boot(sha256: str, text: str, path: str) -> Part:
    return Part(sha256, boot={path: digest(text)})


Reader = Callable[[str, str, str], Part]

_CONFIGS = "freeswitch/autoload_configs/"
_BY_PATH: Mapping[str, Reader] = {
    "freeswitch/freeswitch.xml": _top,
    f"{_CONFIGS}acl.conf.xml": _acl,
    f"{_CONFIGS}local_stream.conf.xml": _streams,
    f"{_CONFIGS}modules.conf.xml": _modules,
    f"{_CONFIGS}voicemail.conf.xml": _voicemail,
    **{
        f"{_CONFIGS}{name}.conf.xml": _boot
        for name in (
            "callcenter", "db", "event_socket", "hash", "hiredis", "json_cdr", "logfile",
            "loopback", "opus", "pre_load_modules", "sofia", "spandsp", "switch",
        )
    },
}  # fmt: skip
_BY_NAME: Mapping[str, Reader] = {
    "directory.xml": _directory, "music.xml": _streams, "queues.xml": _queues,
}  # fmt: skip


def reader(path: str) -> Reader | None:
    """How a file of a generation is read; None: nothing but a reload follows from it."""
    if path.startswith("freeswitch/tenants/"):
        name = path.rpartition("/")[2]
        return _BY_NAME.get(name) if path.count("/") == 3 else None
    if path.startswith("freeswitch/sip_profiles/"):
        return _profile
    return _BY_PATH.get(path)


def music_files(files: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Each stream's sound files, as one digest, from the manifest."""
    found: dict[str, list[str]] = {}
    for path in sorted(files):
        match path.split("/"):
            case ["freeswitch", "tenants", slug, "music", name, _, *_]:
                stream = f"{slug}.{name}"
            case ["freeswitch", "music", _, *_]:
                stream = _OWN_STREAM
            case _:
                continue
        found.setdefault(stream, []).append(f"{path} {files[path]['sha256']}")
    return {name: digest(*lines) for name, lines in found.items()}
