"""Why a secret cannot be had. Each has a `reason` and a `hint` for people, and none has a secret.

SecretError
├── MissingFileError       no such file, or no such folder, or it cannot be read
├── MissingVariableError   the environment does not set it
├── AgeError               no identity, a wrong one, damaged text; no valid recipient
├── EmptySecretError       nothing in it
├── UnsafeNameError        a name that is none, leaves the folder, or is not for a site to use
└── BadContentError        too long, too short, several lines, or no text
"""


class SecretError(Exception):
    """A secret that cannot be had. `reason` and `hint` are for people and hold no secret."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason, hint)
        self.reason = reason
        self.hint = hint

    def __str__(self) -> str:
        return self.reason


class MissingFileError(SecretError):
    """There is no such file in the secrets folder, or no such folder, or it cannot be read."""


class MissingVariableError(SecretError):
    """The environment does not set the variable."""


class AgeError(SecretError):
    """An age value that this host cannot read, or recipients that cannot be written for."""


class EmptySecretError(SecretError):
    """A secret with nothing in it."""


class UnsafeNameError(SecretError):
    """A name that is no plain file or variable name, or that a site may not use."""


class BadContentError(SecretError):
    """Content that cannot be a secret: too long, too short, several lines, or no text."""
