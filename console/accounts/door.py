"""The door by accounts and sessions."""

from starlette.requests import Request
from starlette.responses import Response

from dialform.console.door import Entry
from dialform.console.ground import Ground


class AccountDoor:
    """Lets in who has a session."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def enter(self, request: Request) -> Entry | None:
        """Whose session it is."""
        return None

    async def leave(self, request: Request, entry: Entry, response: Response) -> None:
        """Keep what is to be said next."""
