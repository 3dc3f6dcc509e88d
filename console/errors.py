# ruff: noqa: N818 - they say what happened, as in httpx
"""What goes wrong in the portal, as sentences for people.

```text
ConsoleError
├── SettingsError     what platform.yaml or the command line says cannot be used
├── NotThere          404: there is none, or it is somebody else's; both look the same
├── Forbidden         403: it is there, and the visitor may not
├── Refused           422: what was asked for cannot be done as it was asked
├── Conflict          409: somebody else changed it meanwhile
└── Away              503: the switch, the ledger or the repository cannot be reached now
```
"""


class ConsoleError(Exception):
    """Something that a visitor is told. Its text is a sentence, and holds nothing secret."""

    status = 500


class SettingsError(ConsoleError):
    """What platform.yaml or the command line says cannot be used."""


class NotThere(ConsoleError):
    """There is none, or it is somebody else's."""

    status = 404


class Forbidden(ConsoleError):
    """It is there, and the visitor may not."""

    status = 403


class Refused(ConsoleError):
    """What was asked for cannot be done as it was asked."""

    status = 422


class Conflict(ConsoleError):
    """Somebody else changed it meanwhile."""

    status = 409


class Away(ConsoleError):
    """Something that the portal stands on cannot be reached now."""

    status = 503
