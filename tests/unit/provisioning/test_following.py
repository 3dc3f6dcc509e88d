"""Which release is served: the one that `current` points to, whole, and the one before where it is broken."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from dialform.provisioning.errors import ReleaseError
from dialform.provisioning.following import Releases
from dialform.provisioning.index import read_index

from .release import ACME, OTHER, PHONES, Phone, release
from .serving import NOW, Turned, serving, until

MINE, YOURS = PHONES


def flip(link: Path, target: Path) -> None:
    """As the agent does it."""
    beside = link.with_name(".beside")
    beside.symlink_to(target)
    beside.replace(link)


def follow(root: Path, told: list[str] | None = None) -> Releases:
    return Releases(root, clock=Turned(), tell=(told if told is not None else []).append)


def changed(mac: str = ACME, text: str = "new") -> Phone:
    return Phone(mac, files={f"{mac}.cfg": text})


def test_a_link_that_moves_is_followed(tmp_path: Path) -> None:
    one = release(tmp_path / "one")
    two = release(tmp_path / "two", [changed()])
    link = tmp_path / "current"
    link.symlink_to(one)
    releases = follow(link)
    old = releases.current
    assert not releases.moved()
    assert not releases.refresh()
    flip(link, two)
    assert releases.moved()
    assert releases.refresh()
    assert not releases.moved()
    assert set(releases.current.index.by_mac) == {ACME}
    assert releases.current.read(ACME, f"{ACME}.cfg") == b"new"
    assert old.read(ACME, MINE.name) == MINE.contents[MINE.name].encode(), "who is at it reads on"
    assert releases.followed.times == 2


def test_a_folder_that_is_exchanged_is_followed(tmp_path: Path) -> None:
    root = release(tmp_path / "pbx1")
    releases = follow(root)
    root.rename(tmp_path / "old")
    assert releases.moved()
    assert not releases.refresh(), "there is nothing: what there was goes on"
    release(root, [changed()])
    assert releases.refresh()
    assert releases.current.read(ACME, f"{ACME}.cfg") == b"new"


def manifest(root: Path, placeholders: bool) -> None:
    """As the compiler writes it: what is said of the folder before the files."""
    (root / "manifest.json").write_text(
        f'{{\n  "host": "pbx1",\n  "placeholders": {json.dumps(placeholders)},\n  "wave": 0,\n'
        '  "files": {\n    "a": {"size": 1}\n  }\n}\n'
    )


def test_what_was_compiled_without_the_master_secret_is_not_served(tmp_path: Path) -> None:
    good, open_to_all = release(tmp_path / "good"), release(tmp_path / "open", [changed()])
    manifest(good, placeholders=False)
    manifest(open_to_all, placeholders=True)
    with pytest.raises(ReleaseError, match=r"without the master secret.*--secrets"):
        follow(open_to_all)
    link = tmp_path / "current"
    link.symlink_to(good)
    told: list[str] = []
    releases = follow(link, told)
    flip(link, open_to_all)
    assert not releases.refresh()
    assert "without the master secret" in releases.followed.trouble and len(told) == 1
    assert ACME in releases.current.index.by_mac


BROKEN = {
    "no JSON": lambda data: b"{",
    "nothing": lambda data: b"",
    "no list": lambda data: b"[]",
    "no MAC": lambda data: one(data, mac="../../etc"),
    "no hash": lambda data: one(data, token="abc"),
    "a file elsewhere": lambda data: one(
        data, answers={"x": ["../../../etc/passwd", "text/plain"]}
    ),
    "a file that is a folder": lambda data: one(data, answers={"x": ["..", "text/plain"]}),
    "a header in a type": lambda data: one(data, answers={"x": ["x", "a\r\nb: c"]}),
    "a device twice": lambda data: json.dumps(data | {"devices": data["devices"] * 2}).encode(),
}


def one(data: dict[str, object], **said: object) -> bytes:
    (row,) = data["devices"]  # type: ignore[misc]
    return json.dumps(data | {"devices": [row | said]}).encode()


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_release_is_said_once_and_the_one_before_goes_on(
    tmp_path: Path, what: str
) -> None:
    link, told = tmp_path / "current", list[str]()
    link.symlink_to(release(tmp_path / "one"))
    releases = follow(link, told)
    before = releases.current
    two = release(tmp_path / "two", [changed()])
    index = two / "phones" / "tenants" / "acme.json"
    index.write_bytes(BROKEN[what](json.loads(index.read_text())))
    flip(link, two)
    for _ in range(3):
        releases.refresh()
    assert releases.current is before
    assert len(told) == 1
    assert "what was served before goes on" in told[0]
    assert "compile anew" in told[0]
    assert releases.followed.trouble
    assert MINE.row()["token"] not in told[0]
    flip(link, release(tmp_path / "three", [changed(text="mended")]))
    assert releases.refresh()
    assert not releases.followed.trouble
    assert releases.current.read(ACME, f"{ACME}.cfg") == b"mended"


def test_a_broken_release_at_the_start_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="give the folder of a host"):
        follow(tmp_path / "nothing")
    (tmp_path / "file").write_text("")
    with pytest.raises(ReleaseError, match="give the folder of a host"):
        follow(tmp_path / "file")
    root = release(tmp_path / "pbx1")
    (root / "phones" / "tenants" / "acme.json").write_text("{")
    with pytest.raises(ReleaseError, match="compile anew") as found:
        follow(root)
    assert str(root) in str(found.value)


def test_a_folder_without_phones_is_served_as_such(tmp_path: Path) -> None:
    root = release(tmp_path / "pbx1", [])
    assert follow(root).current.index.by_mac == {}


def test_what_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    old = release(tmp_path / "one")
    first = read_index(old)
    new = release(tmp_path / "two", [changed()])
    kept = new / "phones" / "tenants" / "bakery.json"
    kept.hardlink_to(old / "phones" / "tenants" / "bakery.json")  # as the agent does it
    second = read_index(new, first)
    assert second.by_mac[OTHER] is first.by_mac[OTHER]
    assert second.by_mac[ACME] is not first.by_mac[ACME]


def test_two_phones_are_never_one(tmp_path: Path) -> None:
    root = release(tmp_path / "pbx1")
    path = root / "phones" / "tenants" / "bakery.json"
    path.write_text(path.read_text().replace(YOURS.row()["token"], MINE.row()["token"]))
    with pytest.raises(ReleaseError, match="another phone's token"):
        read_index(root)


@pytest.mark.parametrize("place", ["file", "folder", "all", "fifo"])
def test_no_link_leads_out_of_the_release(tmp_path: Path, certificate: Path, place: str) -> None:
    root = release(tmp_path / "pbx1")
    secret = tmp_path / "elsewhere"
    (secret / ACME).mkdir(parents=True)
    (secret / ACME / MINE.name).write_text("root:x:0:0")
    own = root / "provisioning" / ACME
    if place == "file":
        (own / MINE.name).unlink()
        (own / MINE.name).symlink_to(secret / ACME / MINE.name)
    elif place == "fifo":
        (own / MINE.name).unlink()
        os.mkfifo(own / MINE.name)
    elif place == "folder":
        shutil.rmtree(own)
        own.symlink_to(secret / ACME)
    else:
        shutil.rmtree(root / "provisioning")
        (root / "provisioning").symlink_to(secret)
    with serving(root, tmp_path / "state", certificate) as served:
        found = served.ask(f"/provision/{MINE.token}/{MINE.name}")
        assert found.status == 503
        assert b"root" not in found.raw
        assert ("retry-after", "30") in found.headers
    assert [line["level"] for line in served.lines if line["event"] == "file"] == ["error"]


def test_a_running_service_follows_and_phones_get_what_is_new(
    tmp_path: Path, certificate: Path
) -> None:
    link = tmp_path / "current"
    link.symlink_to(release(tmp_path / "one"))
    with serving(link, tmp_path / "state", certificate) as served:
        path = f"/provision/{MINE.token}/{MINE.name}"
        etag = dict(served.ask(path).headers)["etag"]
        flip(link, release(tmp_path / "two", [changed(), YOURS]))
        until(lambda: served.ask(path, headers={"If-None-Match": etag}).body == b"new")
        flip(link, release(tmp_path / "three", [YOURS]))
        until(lambda: served.ask(path).status == 404)
        assert served.ask(f"/provision/{YOURS.token}").status == 200
    loads = [line for line in served.lines if line["event"] == "release"]
    assert [line["phones"] for line in loads] == [2, 1]


def test_a_release_that_is_removed_under_a_request_is_followed_at_once(
    tmp_path: Path, certificate: Path
) -> None:
    link = tmp_path / "current"
    link.symlink_to(release(tmp_path / "one"))
    with serving(link, tmp_path / "state", certificate) as served:
        old = served.service.releases.current
        flip(link, release(tmp_path / "two", [changed(), YOURS]))
        shutil.rmtree(tmp_path / "one")
        assert served.ask(f"/provision/{MINE.token}/{MINE.name}").body == b"new"
        assert served.service.releases.current is not old


def test_nobody_is_refused_while_it_moves(tmp_path: Path, certificate: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(release(tmp_path / "0"))
    with serving(link, tmp_path / "state", certificate) as served:
        stop, found = threading.Event(), set[int]()

        def ask() -> None:
            while not stop.is_set():
                found.add(served.ask(f"/provision/{YOURS.token}").status)

        thread = threading.Thread(target=ask)
        thread.start()
        for n in range(1, 8):
            flip(link, release(tmp_path / str(n), [changed(text=str(n)), YOURS]))
            until(lambda n=n: served.service.releases.followed.times > n)  # type: ignore[misc]
            shutil.rmtree(tmp_path / str(n - 1))
        stop.set()
        thread.join()
        assert found == {200}


def test_new_settings_of_a_release_count_at_once(tmp_path: Path, certificate: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(release(tmp_path / "one"))
    with serving(link, tmp_path / "state", certificate) as served:
        path = f"/elsewhere/{MINE.token}"
        assert served.ask(path).status == 404
        flip(
            link,
            release(tmp_path / "two", base_url="https://pbx.example.com/elsewhere/", port=8443),
        )
        until(lambda: served.ask(path).status == 200)
    said = [line["trouble"] for line in served.lines if line["event"] == "settings"]
    assert said == [], "the port is the command's own"


def test_descriptors_do_not_pile_up(tmp_path: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(release(tmp_path / "0"))
    releases = follow(link)
    before = len([*Path("/proc/self/fd").iterdir()])
    for n in range(1, 20):
        flip(link, release(tmp_path / str(n)))
        assert releases.refresh()
        releases.current.read(ACME, MINE.name)
    assert len([*Path("/proc/self/fd").iterdir()]) <= before + 1
    assert releases.followed.loaded == NOW
