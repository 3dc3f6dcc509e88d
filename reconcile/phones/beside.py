"""Telling phones beside the loop: it holds nothing up, and what ends it is said and tried again."""

import asyncio

from dialform.reconcile.durable import explained
from dialform.reconcile.ground import Ground, Stopped
from dialform.reconcile.lock import FencedError
from dialform.reconcile.phones.announcing import Announcer
from dialform.reconcile.together import woken
from dialform.switch import SwitchError

TICK = 5.0
"""Seconds between two looks whether anybody is owed anything."""


class Phones:
    """Runs for as long as the agent does. `wake` says that something was proven."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._announcer = ground, Announcer(ground)
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """A generation was proven."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled; nothing that goes wrong here ends it, nor anything else."""
        ground, attempt = self._ground, 0
        while True:
            self._awake.clear()
            target = self._announcer.due()
            if target is not None and not self._announcer.waits(target):
                done, why = await self._turn()
                attempt = 0 if done else attempt + 1
                self._said(why)
                if not done:
                    await ground.times.sleep(ground.times.pause(attempt))
                    continue
            await woken(self._awake, TICK)

    async def _turn(self) -> tuple[bool, str]:
        """One turn, on a connection of its own: whether all heard of it, and what went wrong."""
        link = self._ground.another_link()
        task = asyncio.create_task(link.run())
        try:
            client = await link.up(10.0)
            return await self._announcer.go_on(client), ""
        except (SwitchError, ValueError) as error:
            return False, str(error)
        except OSError as error:
            return False, explained(error)
        except (Stopped, FencedError):
            return False, ""
        except Exception as error:
            self._ground.log.exception("telling phones failed", why=type(error).__name__)
            return False, f"a fault of its own ({type(error).__name__}); the log says where"
        finally:
            await link.close()
            await asyncio.gather(task, return_exceptions=True)

    def _said(self, why: str) -> None:
        said = self._ground.book.data["phones"]
        if said.get("error", "") != why:
            said["error"] = why
            self._ground.book.save()
            if why:
                self._ground.log.warning("phones are not told", why=why)
