"""Paths on a host that the switch reads, or one of our services."""

import re
from typing import Annotated

from pydantic import AfterValidator

from dialform.schema.rules import shape
from dialform.schema.types import Text, refuse


def _path(text: str) -> str:
    if not text.startswith("/") or "/../" in f"{text}/":
        refuse(
            shape.BadValue, what=f"'{text}' is no absolute path", hint="as in /var/log/freeswitch"
        )
    if found := re.search(r"[\s'\"\\{}\[\]|;,]", text):
        what = f"'{text}' has {found[0]!r}, which means something to the switch"
        refuse(shape.BadValue, what=what, hint="letters, digits, '.', '-', '_' and '/'")
    return text.rstrip("/") or "/"


HostPath = Annotated[Text, AfterValidator(_path)]
