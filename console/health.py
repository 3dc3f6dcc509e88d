"""`/health`: whether the portal answers, for `dialform doctor` and load balancers. It tells nothing else."""

from starlette.responses import JSONResponse, Response

from dialform.console.need import PUBLIC
from dialform.console.page import Context, Page


async def health(context: Context) -> Response:
    """It answers."""
    return JSONResponse({"portal": "dialform"})


PAGES = (Page("/health", health, PUBLIC),)
