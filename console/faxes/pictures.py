"""Pages as pictures: drawn in the sandbox, two at a time, and kept for whoever turns a page back."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence

from starlette.responses import Response

from dialform.console.errors import NotThere, Refused
from dialform.console.ground import Ground
from dialform.console.page import Context
from dialform.fax.documents import DocumentError, picture
from dialform.fax.documents.tiff import Page as Sheet

_MOST = 32 << 20
"""Bytes of all pictures that are kept."""
_AT_ONCE = 2
SHOWN = 8
"""Pages that a page of the portal shows at once."""


class Pictures:
    """What was drawn last, by the document and the number of the page."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._size = 0
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def one(
        self, ground: Ground, document: str, number: int, pages: Callable[[], Sequence[Sheet]]
    ) -> bytes:
        """A page (from 1) as a PNG. `pages` reads the document, off the loop. Raises NotThere, Refused."""
        key = document, number
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        async with self._turn:
            if key not in self._kept:
                self._keep(key, await ground.off(_drawn, pages, number))
        return self._kept[key]

    def _keep(self, key: tuple[str, int], made: bytes) -> None:
        self._kept[key] = made
        self._size += len(made)
        while self._size > _MOST and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._size -= len(gone)


def _drawn(pages: Callable[[], Sequence[Sheet]], number: int) -> bytes:
    try:
        found = pages()
        if not 0 < number <= len(found):
            raise NotThere("There is no such page.")
        return picture(found[number - 1])
    except DocumentError as error:
        raise Refused(str(error)) from None


async def shown(
    context: Context, document: str, pages: Callable[[], Sequence[Sheet]]
) -> Response:  # fmt: skip
    """The page that the path names, as an answer."""
    kept: Pictures = context.ground.parts.setdefault("fax_pictures", Pictures())
    made = await kept.one(context.ground, document, int(context.params["page"]), pages)
    return Response(made, media_type="image/png", headers={"cache-control": "no-store"})
