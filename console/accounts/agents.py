"""What a browser calls itself, in two words."""

_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
"""The first that is part of it counts: others name themselves besides."""


def browser(agent: str) -> str:
    """As in "Firefox on Linux"; the text itself where nothing of it is known."""
    name = next((said for mark, said in _BROWSERS if mark in agent), "")
    system = next((said for mark, said in _SYSTEMS if mark in agent), "")
    if name and system:
        return f"{name} on {system}"
    return name or system or agent[:60] or "unknown"
