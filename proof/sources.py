"""The site's YAML as a proof needs it: plain data, and the place of each part. No model is built."""

from functools import cached_property
from itertools import islice
from typing import Any

from dialform.compiler.origins import PLATFORM, ROUTES, Origin, Origins
from dialform.schema.diagnostic import Place
from dialform.schema.document import Document, load
from dialform.schema.tree import Tree

BILLING = "billing.yaml"


class Sources:
    """The documents of a site, each read when it is first asked for."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._documents: dict[str, Document] = {}
        self._origins: dict[str, Origins] = {}

    def document(self, name: str) -> Document:
        """A document by its name: `platform.yaml`, `providers.d/x.yaml`, `tenants.d/<slug>`.

        One that cannot be read is empty: whoever compiled it has said so.
        """
        if name not in self._documents:
            slug = name.removeprefix("tenants.d/")
            paths = self.tree.tenants.get(slug, []) if slug != name else [name]
            contents = []
            for path in paths:
                if self.tree.has(path):
                    contents.append((path, self.tree.read(path)))
            self._documents[name] = load(name, contents)[0]
        return self._documents[name]

    def data(self, name: str) -> dict[str, Any]:
        """What a document says."""
        found = self.document(name).data
        return found if isinstance(found, dict) else {}

    def tenant(self, slug: str) -> dict[str, Any]:
        """What a tenant's files say."""
        return self.data(f"tenants.d/{slug}")

    @cached_property
    def hosts(self) -> list[str]:
        """The hosts in the order in which they are written."""
        found = self.data(PLATFORM).get("hosts")
        return list(found) if isinstance(found, dict) else []

    def country(self, slug: str) -> str:
        """How the tenant's national numbers are read."""
        return str(self.tenant(slug).get("country") or self.data(PLATFORM).get("country") or "US")

    def origins(self, slug: str) -> Origins:
        """Where what is compiled of a tenant was written."""
        if slug not in self._origins:
            platform, routes = self.data(PLATFORM), self.data(ROUTES)
            self._origins[slug] = Origins(slug, self.tenant(slug), platform, routes)
        return self._origins[slug]

    def text(self, origin: Origin) -> str:
        """What is written at an origin, where it is a single value."""
        node: Any = self.data(origin.document)
        for step in origin.path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return ""
        return "" if isinstance(node, dict | list) or node is None else str(node)

    def rate(self, name: str) -> Place | None:
        """Where a price is written: "us" in billing.yaml, "world:3" the third row of the file of a rate."""
        rate, _, row = name.partition(":")
        rates = self.data(BILLING).get("rates")
        entry = rates.get(rate) if isinstance(rates, dict) else None
        file = str(entry.get("file") or "") if isinstance(entry, dict) else ""
        if not file or not row or not self.tree.has(file):
            return self.place(Origin(BILLING, ("rates", rate)))
        lines = self.tree.read(file).split(b"\n")
        filled = (number for number, line in enumerate(lines[1:], 2) if line.strip(b"\r"))
        line = next(islice(filled, int(row) - 1, None), 1)
        return Place(file, line)

    def place(self, origin: Origin | None) -> Place | None:
        """The file, line and column of an origin; None where nothing is written."""
        if origin is None:
            return None
        found = self.document(origin.document).place(origin.path, origin.on)
        return found if self.tree.has(found.file) else None
