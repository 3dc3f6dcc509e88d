"""Changes and what they do: history and branches, plans, where a call would go, what is wrong."""

from dialform.console.changes import codes, doctor, history, one, platform, trace, undo, words

PAGES = (
    *history.PAGES,
    *one.PAGES,
    *undo.PAGES,
    *platform.PAGES,
    *trace.PAGES,
    *doctor.PAGES,
    *codes.PAGES,
)

__all__ = ["PAGES", "words"]
