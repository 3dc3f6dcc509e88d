"""Counting calls: how the limit of each backend is written."""

_KEYS = {
    "hash": ("hash", "{kind}", "{name}"),
    # mod_hiredis: the realm is a profile of hiredis.conf, and the resource alone is the key.
    "hiredis": ("hiredis", "dialform", "dialform:{kind}:{name}"),
}


def key(backend: str, kind: str, name: str) -> str:
    """Backend, realm and resource of a `limit`; `kind` is `tenant` or `trunk`.

    Raises KeyError for an unknown backend.
    """
    return " ".join(_KEYS[backend]).format(kind=kind, name=name)
