"""What git's own words mean: a table from patterns to kinds of errors."""

import re

_MEANINGS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind, words)
    for pattern, kind, words in (
        (r"no space left on device|disk quota exceeded", "disk_full", "the disk is full"),
        (r"dubious ownership|unsafe repository", "ownership", "{where} belongs to another user"),
        (
            r"host key verification failed|host key for .* has changed|no matching host key",
            "host_key", "the host key of {where} is not known here, or has changed",
        ),
        (
            r"authentication failed|could not read (?:username|password)|permission denied \(|access denied"
            r"|invalid (?:username|credentials)|returned error: 40[13]|terminal prompts disabled",
            "denied", "{where} does not let the agent in",
        ),
        (
            r"repository .*not found|does not appear to be a git repository|returned error: 404"
            r"|repository .*does not exist|no such file or directory|not a git repository",
            "not_found", "there is no repository at {where}",
        ),
        (r"transport '.*' not allowed|protocol .*not (?:allowed|supported)", "bad_url",
         "{where} leads to a protocol that the agent does not speak"),
        (r"couldn't find remote ref", "no_branch", "{where} has no such branch"),
        (r"permission denied|read-only file system|operation not permitted", "not_writable",
         "the copy of the repository cannot be written"),
        (
            r"timed out|timeout|operation too slow|could not resolve|couldn't connect|failed to connect"
            r"|connection (?:refused|reset|closed)|no route to host|network is unreachable"
            r"|could not read from remote|hung up|early eof|unable to access|ssl|tls|gnutls|curl \d+"
            r"|returned error: (?:5\d\d|429)|rpc failed|unexpected disconnect",
            "unreachable", "{where} cannot be reached",
        ),
    )
)  # fmt: skip
"""The first that fits what git printed; the order matters."""

_DAMAGE = re.compile(
    "|".join(
        (
            r"is corrupt", r"object file .*is empty", r"bad (?:object|config|tree|ref|pack)", r"inflate",
            r"garbage at end", r"bad signature 0x", r"index file corrupt", r"hash mismatch", r"sha1 mismatch",
            r"unable to (?:read|find|parse|resolve) (?:tree|object|commit|reference|[0-9a-f]{40})",
            r"could not (?:read|parse) (?:tree|object|[0-9a-f]{40})", r"failed to read (?:object|delta)",
            r"missing (?:blob|tree|commit|object)", r"packfile .*(?:cannot|corrupt|truncated|does not)",
            r"did not send all necessary objects", r"unresolved delta", r"invalid object", r"loose object",
            r"not a git repository", r"unknown repository extension", r"expected git repo version",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip
"""What git says of files of its own that are not as they should be."""


_EMPTY = re.compile(
    r"could not read from remote|please make sure you have|and the repository exists|^warning:|^hint:",
    re.IGNORECASE,
)
"""Lines that say nothing beside others."""


def meaning(told: str, where: str) -> tuple[str, str]:
    """The kind of an error of talking to a remote, and a clause that says it."""
    for pattern, kind, words in _MEANINGS:
        if pattern.search(told):
            return kind, words.format(where=where)
    return "git", f"git cannot fetch from {where}"


def is_damage(told: str) -> bool:
    """Whether git complains of the files of the repository that it works in."""
    return _DAMAGE.search(told) is not None


def is_full(told: str) -> bool:
    """Whether there was no room."""
    return _MEANINGS[0][0].search(told) is not None


def first_line(told: str) -> str:
    """The line of what git (or ssh) printed that says most."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    lines = [line for line in lines if not _EMPTY.search(line)] or lines
    loud = [line for line in lines if line.startswith(("fatal:", "error:", "remote: error"))]
    return (loud or lines or [""])[0].removeprefix("fatal: ").removeprefix("error: ").rstrip(".")
