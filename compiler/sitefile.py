"""Files that the platform's documents name."""

from collections.abc import Iterator

from dialform.compiler.media import why_unsafe
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import files as rules
from dialform.schema.tree import Tree


def named_file(document: str, path: Path, file: str, tree: Tree) -> Iterator[Flaw]:
    """That a file which the platform names lies in the site."""
    if reason := why_unsafe(file):
        yield rules.UnsafePath.flaw(document, path, path=file, reason=reason)
    elif not tree.has(file):
        yield rules.MissingFile.flaw(document, path, path=file)
