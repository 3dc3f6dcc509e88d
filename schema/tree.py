"""Which files make a site: found without following a link, and without reading them."""

import re
import unicodedata
from pathlib import Path

from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.listing import Entry, Files, Folder, Item
from dialform.schema.rule import printable
from dialform.schema.rules import files as rules
from dialform.values import dataclass, field

ROOT_FILES = ("platform.yaml", "routes.yaml", "billing.yaml")
FOLDERS = ("providers.d", "tenants.d", "calls.d", "media", "rates", "keys")
TAKEN = re.compile(r"(?:public|global|refused|ended|outbound|phone|default|national-[a-z]{2})\Z")
"""Names of the switch's own that no tenant may have: a tenant's numbers stand in a context named after
it."""
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_LONGEST_LIST = 1024 * 1024


@dataclass(slots=True)
class Tree:
    """The files of a site by their meaning. Paths are relative to the root, with `/`.

    `files` is where they are read; `root` is the site's folder, also where they lie in a commit.
    """

    root: Path
    files: Files
    entries: dict[str, Entry] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    providers: dict[str, str] = field(default_factory=dict)
    tenants: dict[str, list[str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def has(self, path: str) -> bool:
        """Whether the site holds this file."""
        return path in self.entries

    def read(self, path: str) -> bytes:
        """The bytes of a file of the site. Raises OSError."""
        return self.files.read(path)

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file of the site. Raises OSError."""
        return self.files.head(path, size)


def find_site(start: Path) -> Path | None:
    """The nearest folder from `start` upwards that holds a platform.yaml."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / "platform.yaml").is_file():
            return folder
    return None


def scan(root: Path) -> Tree:
    """List the files of the site at `root`, with findings about what must not be there."""
    return sort_out(root, Folder(root))


def sort_out(root: Path, files: Files) -> Tree:
    """The files of a site, wherever they lie, by their meaning, and what must not be there."""
    tree = Tree(root, files)
    for name in ROOT_FILES:
        item = files.item(name)
        if item is not None:
            _note(tree, name, item)
    for name in FOLDERS:
        item = files.item(name)
        if item is None:
            continue
        if item.kind == "link":
            tree.diagnostics.append(rules.Symlink.at(Place(name)))
        elif item.kind == "submodule":
            tree.diagnostics.append(rules.Submodule.at(Place(name)))
        elif item.kind == "folder":
            _walk(tree, name)
        else:
            reason, way = "a folder is looked for", "make it a folder"
            tree.diagnostics.append(rules.NotRead.at(Place(name), reason=reason, way=way))
    _submodules(tree)
    _almost(tree)
    _sort_out(tree)
    told = {diagnostic.file.lower().removesuffix(".yml") for diagnostic in tree.diagnostics}
    if "platform.yaml" not in tree.entries and not told & {"platform.yaml", "platform"}:
        tree.diagnostics.append(rules.NoSite.at(Place("platform.yaml")))
    return tree


def _submodules(tree: Tree) -> None:
    """Submodules that are not checked out are empty folders; git's own list of them tells."""
    try:
        text = tree.head(".gitmodules", _LONGEST_LIST).decode("utf-8", "replace")
    except OSError:
        return
    told = {diagnostic.file for diagnostic in tree.diagnostics}
    for line in text.split("\n"):
        key, _, path = (part.strip() for part in line.partition("="))
        path = path.strip('"/')
        if key == "path" and path.split("/")[0] in (*FOLDERS, *ROOT_FILES) and path not in told:
            tree.diagnostics.append(rules.Submodule.at(Place(_shown(path))))


def _almost(tree: Tree) -> None:
    """Names at the root that look as if they were read: platform.yml, Tenants.d."""
    names = tree.files.names()
    for name in names:
        right = name.lower()
        if right.endswith(".yml"):
            right = f"{right.removesuffix('.yml')}.yaml"
        if right == name or right not in (*ROOT_FILES, *FOLDERS):
            continue
        if right in names and name.lower() == right:
            values = {"path": _shown(name), "other": right}
            tree.diagnostics.append(rules.CaseCollision.at(Place(_shown(name)), **values))
        else:
            reason, way = f"the name that is read is {right}", f"rename it to {right}"
            place = Place(_shown(name))
            tree.diagnostics.append(rules.NotRead.at(place, reason=reason, way=way))


_REFUSED = {"link": rules.Symlink, "submodule": rules.Submodule}


def _note(tree: Tree, path: str, item: Item) -> None:
    if item.entry is not None:
        tree.entries[path] = item.entry
    else:
        rule = _REFUSED.get(item.kind, rules.NotAFile)
        tree.diagnostics.append(rule.at(Place(_shown(path))))


def _shown(path: str) -> str:
    """A path fit for a message: what is no text, and what cannot be seen, become escapes."""
    return printable(path.encode("utf-8", "backslashreplace").decode("utf-8"))


def _walk(tree: Tree, top: str) -> None:
    waiting = [top]
    while waiting:
        waiting += reversed(_list(tree, waiting.pop()))


def _list(tree: Tree, folder: str) -> list[str]:
    """Note what lies in a folder; returns the folders in it."""
    try:
        found = tree.files.list(folder)
    except OSError as error:
        tree.diagnostics.append(
            rules.Unreachable.at(Place(_shown(folder)), reason=error.strerror or "")
        )
        return []
    folders: list[str] = []
    names: dict[str, str] = {}
    for item in found:
        path = f"{folder}/{item.name}"
        if item.name == ".git":
            tree.diagnostics.append(rules.Submodule.at(Place(_shown(folder))))
            continue
        if item.name.startswith("."):
            continue
        if not item.name.isprintable():
            # Bytes that are no UTF-8, line ends, escapes: such a name cannot even be shown.
            values = {"name": _shown(item.name), "reason": "it has invisible characters"}
            tree.diagnostics.append(rules.BadFileName.at(Place(_shown(path)), **values))
            continue
        twin = names.setdefault(unicodedata.normalize("NFC", item.name).casefold(), path)
        if twin != path:
            tree.diagnostics.append(rules.CaseCollision.at(Place(path), path=path, other=twin))
        if item.kind == "folder":
            folders.append(path)
        else:
            _note(tree, path, item)
    return folders


def _sort_out(tree: Tree) -> None:
    """Tell tenants, providers and call tests apart by where they lie."""
    as_file: set[str] = set()
    refused: set[str] = set()
    for path in sorted(tree.entries):
        parts = path.split("/")
        if len(parts) == 1 or parts[0] not in ("providers.d", "tenants.d", "calls.d"):
            continue
        if not parts[-1].endswith(".yaml"):
            if not parts[-1].lower().startswith("readme"):
                reason, way = "only names that end in .yaml are", "rename it so, or move it away"
                tree.diagnostics.append(rules.NotRead.at(Place(path), reason=reason, way=way))
            continue
        kind, name = parts[0], parts[1].removesuffix(".yaml")
        if kind == "calls.d":
            tree.calls.append(path)
        elif kind == "providers.d" and len(parts) == 2:
            if _is_slug(tree, path, name, refused):
                tree.providers[name] = path
        elif kind == "tenants.d" and len(parts) in (2, 3):
            if not _is_slug(tree, path, name, refused, TAKEN):
                continue
            if len(parts) == 2:
                as_file.add(name)
            elif name in as_file:
                if name not in refused:
                    tree.diagnostics.append(rules.TwoShapes.at(Place(path), slug=name))
                refused.add(name)
                continue
            tree.tenants.setdefault(name, []).append(path)
        else:
            reason = "it lies too deep"
            way = f"move it up: {kind} holds " + (
                "<name>.yaml" if kind == "providers.d" else "<slug>.yaml and <slug>/*.yaml"
            )
            tree.diagnostics.append(rules.NotRead.at(Place(path), reason=reason, way=way))


def _is_slug(
    tree: Tree, path: str, name: str, refused: set[str], taken: re.Pattern[str] | None = None
) -> bool:
    if SLUG.match(name) and not (taken and taken.match(name)):
        return True
    whole = "/".join(path.split("/")[:2])
    if whole in refused:
        return False
    refused.add(whole)
    reason = why_no_slug(name)
    tree.diagnostics.append(
        rules.BadFileName.at(Place(_shown(whole)), name=_shown(name), reason=reason)
    )
    return False


def why_no_slug(name: str) -> str:
    """Why a text is no slug, in words; a look-alike letter is named with its code point."""
    for char in name:
        if ord(char) > 0x7F:
            title = unicodedata.name(char, "a character without a name")
            return f"it has U+{ord(char):04X} {title}"
        if not (char.islower() or char.isdigit() or char == "-"):
            return f"it has {char!r}"
    if not name:
        return "it is empty"
    if TAKEN.match(name):
        return "it is a name that the switch has for itself"
    if len(name) > 63:
        return "it is longer than 63 characters"
    return "it begins with '-'"
