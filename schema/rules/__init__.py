"""The rules that Dialform reports, one module a theme. Importing this package registers them all."""

from dialform.schema.rules import (
    access,
    billing,
    calls,
    fax,
    files,
    flow,
    meta,
    numbers,
    phones,
    platform,
    queues,
    rooms,
    secrets,
    shape,
    text,
    yaml,
)

__all__ = [
    "access",
    "billing",
    "calls",
    "fax",
    "files",
    "flow",
    "meta",
    "numbers",
    "phones",
    "platform",
    "queues",
    "rooms",
    "secrets",
    "shape",
    "text",
    "yaml",
]
