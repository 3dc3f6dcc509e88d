"""A tenant's sound files: what they are called in its folder, and how the dialplan names them."""

import hashlib
import re

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*\Z")
_OTHER = re.compile(r"[^A-Za-z0-9_.-]+")
_ROOT = "media/"


def media_name(site_path: str) -> str:
    """Where a file of the site lies below the tenant's media folder.

    A path that any switch reads as it stands is kept, less its `media/`. All others get a name of
    their own: in a playback string `!`, `@@`, `{` and blanks have a meaning.
    """
    path = site_path.removeprefix(_ROOT)
    if path != site_path and _PLAIN.match(path) and not {"", ".", ".."} & set(path.split("/")):
        return path
    digest = hashlib.sha256(site_path.encode()).hexdigest()[:12]
    return f"other/{digest}-{_OTHER.sub('-', site_path.rsplit('/', 1)[-1])}"


def media_path(slug: str, site_path: str) -> str:
    """The file as the switch finds it: relative to its configuration folder, which may move."""
    return f"$${{conf_dir}}/tenants/{slug}/media/{media_name(site_path)}"
