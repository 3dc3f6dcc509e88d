"""Counting calls: how the limit of each backend is written, and how a count is set right.

A count in mod_hash ends with the switch's process. One in Redis outlives it: what a crash left there has
to be taken away again by whoever notices it (a new Core-UUID, or a count that is not the number of
the legs that hold it). A leg that holds its tenant's count has `dialform_holds`; with Redis it has a number
in `hiredis_raw_response` too, unless Redis could not be reached at that moment (mod_hiredis.c).
"""

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

    It adds the difference, so that calls which come or go at this moment are not lost. mod_hash
    counts what lives and needs no mending.
    """
    if backend != "hiredis" or counted == live:
        return ""
    return f"hiredis_raw dialform incrby {key(backend, kind, name).split(' ')[2]} {live - counted}"
