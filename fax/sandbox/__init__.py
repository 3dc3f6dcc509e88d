"""A place for programs that read strangers' files: no network, few files, little time and memory."""

from dialform.fax.sandbox.running import Bounds, Ran, SandboxError, run

__all__ = ["Bounds", "Ran", "SandboxError", "run"]
