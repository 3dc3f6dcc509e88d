"""A portal below a path: what stands in a request leads nowhere else."""

import asyncio

import httpx

from dialform.console.app import build_app
from dialform.values import replace

from .stage import Doorman, Stage


def test_the_path_without_its_slash_leads_into_it_whatever_the_host_is_called(
    stage: Stage,
) -> None:
    settings = stage.ground.settings
    stage.ground.settings = replace(settings, base_url="https://pbx.example.com/portal/")
    app = build_app(stage.ground, Doorman(stage.ground))

    async def look() -> None:
        transport = httpx.ASGITransport(app, client=("192.0.2.7", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="https://evil.example") as one:
            for path in ("/portal", "/portal?next=//evil.example"):
                found = await one.get(path)
                assert (found.status_code, found.headers["location"]) == (307, "/portal/")
                assert found.headers["cache-control"] == "no-store"
            found = await one.get("/portal/", headers={"x-forwarded-host": "evil.example"})
            assert "evil.example" not in str(found.headers) + found.text
            assert (await one.get("/")).status_code == 404

    asyncio.run(look())
