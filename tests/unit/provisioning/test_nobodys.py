"""What is served to nobody at all: not to a phone that says who it is, and not while a folder changes."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from dialform.provisioning.following import Releases

from .conftest import Serve
from .release import ACME, PHONES, Phone, release
from .serving import Served, Turned, basic, serving

MINE, YOURS = PHONES


def asked_oddly(served: Served, headers: dict[str, str]) -> dict[str, int]:
    paths = ("/", "/etc/passwd", "/provision/..%2fx", "/provision/\xff", "/provision/" + "a" * 600)
    found = {path: served.ask(path, headers=headers).status for path in paths}
    methods = ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND")
    path = f"/provision/{MINE.mac}"
    return found | {one: served.ask(path, one, headers).status for one in methods}


def test_an_odd_path_and_another_method_are_nothing_whoever_asks(serve: Serve) -> None:
    with serve() as served:
        assert served.ask("/provision/", headers=basic(MINE)).status == 200
        assert set(asked_oddly(served, basic(MINE)).values()) == {404}
        served.enrol(MINE.mac)
        assert set(asked_oddly(served, {"User-Agent": f"phone {MINE.mac}"}).values()) == {404}
        assert served.ask(f"/provision/{MINE.mac}").status == 200, "the window is as it was"


def test_what_a_proxy_got_in_clear_is_refused_whatever_came_along(
    root: Path, tmp_path: Path
) -> None:
    with serving(root, tmp_path / "state", None, trusted_proxies=["127.0.0.1"]) as served:
        for scheme, status in (("https", 200), ("http", 404)):
            said = {**basic(MINE), "X-Forwarded-Proto": scheme}
            assert served.ask(f"/provision/{MINE.mac}", headers=said).status == status


def moved(root: Path, phone: Phone, old: str) -> None:
    """The same folder becomes the next release, as the compiler's hidden one does: the index first."""
    tenants = root / "phones" / "tenants"
    (tenants / f"{old}.json").unlink()
    data = {"tenant": phone.tenant, "devices": [phone.row()]}
    (tenants / f"{phone.tenant}.json").write_text(json.dumps(data))
    for name, text in phone.contents.items():
        (root / "provisioning" / phone.mac / name).write_text(text)


def test_a_folder_that_changed_is_not_read_by_an_old_index(tmp_path: Path) -> None:
    root = release(tmp_path / "one", [MINE])
    old = Releases(root, clock=Turned()).current
    assert old.read(ACME, MINE.name)
    moved(root, Phone(ACME, "bakery", files={MINE.name: "the bakery's"}), "acme")
    with pytest.raises(OSError, match="changed"):
        old.read(ACME, MINE.name)


class Rotated(Phone):
    """The same phone, after its token leaked."""

    @property
    def token(self) -> str:
        return "R" * 24


@pytest.mark.parametrize(
    ("then", "status"),
    [
        (Phone(ACME, files={MINE.name: "new"}), 200),
        (Phone(ACME, "bakery", files={MINE.name: "new"}), 503),
        (Rotated(ACME, files={MINE.name: "new"}), 503),
    ],
)
def test_a_token_that_is_over_gives_nothing_new(
    tmp_path: Path, certificate: Path, then: Phone, status: int
) -> None:
    link = tmp_path / "current"
    link.symlink_to(release(tmp_path / "one", [MINE]))
    with serving(link, tmp_path / "state", certificate) as served:
        # It is looked for what moved ten times a second; here a request is always sooner.
        releases = served.service.releases
        moves, in_a_request = releases.moved, "asyncio"
        releases.moved = lambda: (  # type: ignore[method-assign]
            in_a_request in threading.current_thread().name and moves()
        )
        link.unlink()
        link.symlink_to(release(tmp_path / "two", [then]))
        moved(tmp_path / "one", Phone(ACME, "bakery", files={MINE.name: "another's"}), "acme")
        found = served.ask(f"/provision/{MINE.token}/{MINE.name}")
        assert (found.status, found.body == b"new") == (status, status == 200)
