"""The server of the portal: uvicorn, with TLS or behind a proxy, and what runs beside it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import uvicorn

from dialform.console.app import build_app, without_words
from dialform.console.connections import MOST, Certificate, Patient
from dialform.console.door import Door
from dialform.console.ground import Ground
from dialform.console.table import Beside, beside
from dialform.provisioning.errors import ListenError
from dialform.provisioning.server import bound, quiet_server

AGAIN = 5.0
"""Seconds until what ran beside and ended is started again."""

LOOK = 60.0
"""Seconds between two looks whether the certificate was renewed."""

THREADS = 64
"""Threads for work that blocks (`Ground.off`)."""

GRACE = 3
"""Seconds that running requests have when the server ends; streams to browsers never end by themselves."""


async def serve(
    ground: Ground, door: Door, stop: asyncio.Event, *,
    ready: Callable[[tuple[str, int]], None] = lambda _: None,
) -> None:  # fmt: skip
    """Serve until `stop` is set. Raises ListenError, SettingsError."""
    async with running(ground, door) as address:
        ready(address)
        await stop.wait()


@contextlib.asynccontextmanager
async def running(
    ground: Ground, door: Door, *, works: Sequence[Beside] | None = None
) -> AsyncIterator[tuple[str, int]]:
    """The same while a block runs; gives the address. Raises ListenError, SettingsError."""
    settings = ground.settings
    listener = bound(settings.listen, settings.port)
    app = without_words(build_app(ground, door))
    config = uvicorn.Config(
        app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False,
        server_header=False, proxy_headers=False, timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE, h11_max_incomplete_event_size=64 * 1024,
        limit_concurrency=MOST,
    )  # fmt: skip
    config.load()
    config.http_protocol_class = Patient
    server = quiet_server(config)
    # The default is a few for each core: pages wait for git and the database, not for cores.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "portal"))
    tasks = [asyncio.create_task(ground.link.run())]
    if settings.tls:
        certificate = Certificate(settings)
        config.ssl = certificate.context
        tasks.append(asyncio.create_task(_renewed(ground, certificate)))
    tasks += [
        asyncio.create_task(_again(ground, one)) for one in (beside() if works is None else works)
    ]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                task.result()
                raise ListenError("the server ended as it began")
            await asyncio.sleep(0.001)
        host, port = listener.getsockname()[:2]
        yield str(host), int(port)
    finally:
        server.should_exit = True
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await ground.link.close()
        await asyncio.wait([task], timeout=GRACE + 5)
        task.cancel()
        listener.close()


async def _again(ground: Ground, work: Beside) -> None:
    """What runs beside, again and again: an error in it is told and holds up nothing else."""
    while True:
        try:
            await work(ground)
        except Exception as error:
            ground.say("beside", "error", part=work.__module__, kind=type(error).__name__)
        await ground.clocks.sleep(AGAIN)


async def _renewed(ground: Ground, certificate: Certificate) -> None:
    """The certificate, as often as somebody renews it."""
    while True:
        await ground.clocks.sleep(LOOK)
        trouble = certificate.refresh()
        if trouble:
            ground.say("certificate", "error", trouble=trouble)
