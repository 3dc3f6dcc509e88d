"""Sound files of a tenant, to listen to before they are chosen and after."""

import io
import mimetypes
import tempfile
from typing import BinaryIO, cast

from starlette.responses import Response

from dialform.console.downloads import ranged
from dialform.console.errors import NotThere
from dialform.console.forms.references import media_of
from dialform.console.need import MANAGER
from dialform.console.objects.where import tip
from dialform.console.page import Context, Page
from dialform.console.site import Site

_SOUNDS = (".wav", ".mp3", ".ogg", ".flac")


async def sound(context: Context) -> Response:
    """A sound file of media/. Scope: the tenant's own folder, and files that are in nobody's."""
    site = await tip(context)
    path = str(context.params["path"])
    file = await context.ground.off(_opened, site, context.tenant, path)
    if file is None:
        raise NotThere("There is no such sound file.")
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return ranged(context.request, file, path.rpartition("/")[2], kind)


def _opened(site: Site, slug: str, path: str) -> BinaryIO | None:
    scope = site.tenant(slug)
    if scope is None or not path.lower().endswith(_SOUNDS) or path not in media_of(scope):
        return None
    try:
        content = site.tree.read(path)
    except OSError:
        return None
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    file.write(content)
    file.seek(0, io.SEEK_SET)
    return cast(BinaryIO, file)


PAGES = (Page("/t/{tenant}/sounds/{path:path}", sound, MANAGER),)
