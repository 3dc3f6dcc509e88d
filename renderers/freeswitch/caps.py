"""Counting calls: how the limit of each backend is written, and how a count is set right.

A count in mod_hash ends with the switch's process. One in Redis outlives it: what a crash left there has
to be taken away again by whoever notices it (a new Core-UUID, or a count that is not the number of
the legs that hold it). A leg that holds its tenant's count has `dialform_holds`; with Redis it has a number
in `hiredis_raw_response` too, unless Redis could not be reached at that moment (mod_hiredis.c).
"""

import re

_KEYS = {
    "hash": ("hash", "{kind}", "{name}"),
    # mod_hiredis: the realm is a profile of hiredis.conf, and the resource alone is the key.
    "hiredis": ("hiredis", "dialform", "dialform:{kind}:{name}"),
}


def key(backend: str, kind: str, name: str) -> str:
    """Backend, realm and resource of a `limit`; `kind` is `tenant`, `trunk` or `extension`.

    An extension's name is `<slug>.<number>`. Raises KeyError for an unknown backend.
    """
    return " ".join(_KEYS[backend]).format(kind=kind, name=name)


def usage(backend: str, kind: str, name: str) -> str:
    """The API command that replies how many calls count at the moment.

    For Redis, `-ERR no reply` is no call at all.
    """
    words = key(backend, kind, name).split(" ")
    if backend == "hiredis":
        return f"hiredis_raw dialform get {words[2]}"
    return f"limit_usage {' '.join(words)}"


def mend(backend: str, kind: str, name: str, counted: int, live: int) -> str:
    """The API command after which `live` calls count, where `counted` did; empty where none is needed.

    It does so only where still `counted` do: of two that mend at once only one does it, and calls that come
    or go at this moment are not lost (then nothing is said, and it is looked at again). mod_hash
    counts what lives and needs no mending.
    """
    if backend != "hiredis" or counted == live:
        return ""
    change = '"set",KEYS[1],ARGV[2]' if live > 0 else '"del",KEYS[1]'
    script = f'return ((redis.call("get",KEYS[1]) or "0")==ARGV[1] and redis.call({change}))'
    words = f"1 {key(backend, kind, name).split(' ')[2]} {counted} {max(live, 0)}"
    return f"{_RAW} eval '{script}' {words}"


# What the agents of several hosts say to each other of the legs that hold a count (reconcile/caps.py).
# mod_hiredis parts arguments at spaces outside of single quotes, and gives no lists: scripts make texts.

_RAW, _SHARES = "hiredis_raw dialform", "dialform:shares"

COUNTED = re.compile(r"dialform:(tenant|trunk|extension):([\w.-]+)")
"""A key that calls are counted under: kind and name."""


NOTHING = "-ERR no reply"
"""What the switch says where Redis has nothing to say."""


def say(host: str, text: str) -> str:
    """Leaves a host's word (no spaces, no `~`): `0` or `1` is the reply."""
    return f"{_RAW} hset {_SHARES} {host} {text}"


def forget(host: str) -> str:
    """Takes the word of a host away."""
    return f"{_RAW} hdel {_SHARES} {host}"


_ALL = (
    "local r={} "
    'for _,k in ipairs(redis.call("keys",ARGV[1])) do r[#r+1]=k.."="..redis.call("get",k) end '
    'local h=redis.call("hgetall",KEYS[1]) '
    'for i=1,#h,2 do r[#r+1]=h[i].."~"..h[i+1] end '
    'return table.concat(r," ")'
)

ALL = f"{_RAW} eval '{_ALL}' 1 {_SHARES} dialform:t*:*"
"""All that counts and all that was said, at one moment: `key=count` and `host~word`, parted by spaces."""


def read_all(reply: str) -> tuple[dict[str, int], dict[str, str]]:
    """Counts by key, words by host, of a reply to `ALL`. Raises ValueError where it is none."""
    counts: dict[str, int] = {}
    words: dict[str, str] = {}
    for item in [] if reply.strip() == NOTHING else reply.split():
        host, tilde, word = item.partition("~")
        if tilde:
            words[host] = word
        else:
            name, _, count = item.partition("=")
            if COUNTED.fullmatch(name) is None:
                raise ValueError(f"'{item[:60]}' is no count")
            counts[name] = int(count)
    return counts, words


def name_connection(host: str) -> str:
    """Names the switch's connection to Redis: it is there for as long as the switch lives. `OK`."""
    return f"{_RAW} client setname dialform:{host}"


CONNECTIONS = f"{_RAW} client list"
"""Who is connected to Redis: a line each, with `name=dialform:<host>` in it."""
