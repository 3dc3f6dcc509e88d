"""What somebody may have meant, and lists of names that stay short."""

from collections.abc import Collection

_MOST = 12


def nearest(name: str, known: Collection[str]) -> str:
    """` Did you mean 'x'?`, or what there is; empty where that is nothing."""
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{near[0]}'?"
    return f" There is {named(known)}." if known else ""


def named(names: Collection[str]) -> str:
    """`acme, nordlicht and 12 more`."""
    shown = sorted(names)[:_MOST]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
