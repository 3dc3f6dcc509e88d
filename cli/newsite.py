"""The files of a new site: the skeleton's, filled in, with the schemas and a greeting."""

import json
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import dialform
from dialform.cli.chime import chime
from dialform.cli.countries import facts
from dialform.schema import export

SCHEMAS = "schemas"
_HIDDEN = "dot-"
"""A name that begins so begins with a dot in the site: package tools leave out hidden files."""


def new_site(name: str, domain: str, country: str) -> dict[str, bytes]:
    """Path → content of every file. `name` is a slug, `country` two upper-case letters."""
    known = facts(country)
    values = {
        "name": name,
        "domain": domain,
        "country": country,
        "timezone": known.timezone,
        "currency": known.currency,
        "prefix": known.prefix,
        "did": known.number,
        "emergency": ", ".join(f'"{number}"' for number in known.emergency),
        "version": dialform.__version__,
    }
    site = _filled(resources.files("dialform.cli").joinpath("skeleton"), "", values)
    site["media/acme/welcome.wav"] = chime()
    site[".vscode/settings.json"] = _json(_editor_settings())
    site |= {f"{SCHEMAS}/{file}": text.encode() for file, text in export.files()}
    return dict(sorted(site.items()))


def _filled(folder: Traversable, path: str, values: dict[str, str]) -> dict[str, bytes]:
    site: dict[str, bytes] = {}
    for entry in folder.iterdir():
        name = entry.name
        if name.startswith(_HIDDEN):
            name = "." + name.removeprefix(_HIDDEN)
        if entry.is_dir():
            site |= _filled(entry, f"{path}{name}/", values)
            continue
        text = entry.read_text("utf-8")
        for key, value in values.items():
            text = text.replace(f"%{key}%", value)
        site[path + name] = text.encode()
    return site


def _editor_settings() -> dict[str, Any]:
    """Which schema is for which files, for the YAML extension of VS Code and its relatives."""
    schemas = {
        f"./{SCHEMAS}/{document.file}": list(document.files)
        for document in export.DOCUMENTS.values()
    }
    return {"yaml.schemas": schemas, "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True}}


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=2) + "\n").encode()
