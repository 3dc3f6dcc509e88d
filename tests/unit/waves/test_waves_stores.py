"""What every store does alike, and what each does in its own way when things go wrong."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from dialform.reconcile.serving.server import listening
from dialform.reconcile.waves.errors import BadStoreUrlError, StoreError, StoreUnreachableError
from dialform.reconcile.waves.git import GitStore
from dialform.reconcile.waves.record import LARGEST
from dialform.reconcile.waves.store import STORES, StatusStore

from .conftest import RECORD, TOKEN, Shelf, opened, status

Opened = Callable[[str], StatusStore]
HOSTS = [f"pbx{n}" for n in range(1, 7)]


def test_what_a_host_publishes_the_others_read(store: Any) -> None:
    async def main(store_of: Opened) -> None:
        one, other = store_of("pbx1"), store_of("pbx2")
        assert await other.read(["pbx1", "pbx2"]) == {}
        await one.publish("pbx1", status())
        await other.publish("pbx2", status("pbx2", wave=1))
        both = {"pbx1": RECORD, "pbx2": {**RECORD, "host": "pbx2", "wave": 1}}
        assert await one.read(["pbx1", "pbx2"]) == both
        assert await other.read(["pbx1"]) == {"pbx1": RECORD}

    store(main)


def test_the_last_word_counts(store: Any) -> None:
    async def main(store_of: Opened) -> None:
        one, other = store_of("pbx1"), store_of("pbx2")
        for minute in range(5):
            await one.publish("pbx1", status(at=f"2026-11-28T05:1{minute}:00Z"))
            assert (await other.read(["pbx1"]))["pbx1"]["at"] == f"2026-11-28T05:1{minute}:00Z"

    store(main)


def test_hosts_that_publish_at_once_do_not_overwrite_each_other(store: Any) -> None:
    async def main(store_of: Opened) -> dict[str, Any]:
        stores = {host: store_of(host) for host in HOSTS}
        await asyncio.gather(*(stores[host].publish(host, status(host)) for host in HOSTS))
        found: dict[str, Any] = await stores["pbx1"].read(HOSTS)
        return found

    assert sorted(store(main)) == HOSTS


def test_the_host_is_the_one_that_publishes(store: Any) -> None:
    async def main(store_of: Opened) -> Any:
        await store_of("pbx1").publish("pbx1", status("somebody-else"))
        return await store_of("pbx1").read(["pbx1", "somebody-else"])

    assert store(main) == {"pbx1": RECORD}


def test_a_repr_shows_nothing(store: Any) -> None:
    async def main(store_of: Opened) -> str:
        return repr(store_of("pbx1"))

    assert TOKEN not in store(main)


BAD_URLS = [
    "", "ftp://a/b", "redis://a", "git+", "git+http://git.example/a.git", "git+ext::sh -c x",
    "git+--upload-pack=x", "http://status.example/x", "https://bob:hunter2hunter2@status.example/x",
    "https://status.example/x?token=hunter2hunter2", "https://", "folder:", "folder:relative", "file://",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD_URLS)
def test_what_names_no_store_is_one_sentence_without_secrets(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadStoreUrlError) as caught:
        opened(url, tmp_path)
    assert "\n" not in str(caught.value)
    assert "hunter2hunter2" not in str(caught.value)


def test_a_site_without_a_remote_has_no_git_store(tmp_path: Path) -> None:
    with pytest.raises(BadStoreUrlError, match=r"name one with git\+URL"):
        opened("git", tmp_path)


def test_without_psycopg_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadStoreUrlError, match=r"pip install 'dialform\[postgresql\]'"):
        opened("postgresql://bob:hunter2hunter2@db.example/x", tmp_path)


def test_stores_are_imported_when_they_are_opened() -> None:
    code = "import sys, dialform.reconcile.waves.store as s; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert not {"psycopg", "httpx", "dialform.reconcile.source"} & set(out.split())
    assert set(STORES) >= {"git", "postgresql", "https", "folder"}


UNREACHABLE = {
    "git": "git+https://bob:hunter2hunter2@127.0.0.1:1/site.git",
    "git by a token": "git+https://hunter2hunter2@127.0.0.1:1/site.git",
    "git without a repository": "git+/nowhere/hunter2/../site.git",
    "http": "http://127.0.0.1:1/x",
    "postgresql": "postgresql://bob:hunter2hunter2@127.0.0.1:1/x",
    "postgresql that is none": "postgresql://bob:hunter2hunter2@127.0.0.1:port/x",
}


@pytest.mark.parametrize("url", UNREACHABLE.values(), ids=UNREACHABLE)
def test_a_store_that_cannot_be_reached_is_one_sentence_without_secrets(
    tmp_path: Path, url: str
) -> None:
    async def main() -> list[str]:
        told = []
        store = opened(url, tmp_path, token=lambda: "hunter2hunter2")
        if isinstance(store, GitStore):
            store._sleep = lambda _: asyncio.sleep(0)
        for ask in (store.publish("pbx1", status()), store.read(["pbx1"])):
            with pytest.raises(StoreUnreachableError) as caught:
                await ask
            told.append(str(caught.value))
        return told

    for text in asyncio.run(main()):
        assert "\n" not in text
        assert "hunter2hunter2" not in text


class TestFolder:
    @pytest.mark.parametrize("asked", [[], ["pbx1", "pbx2", "pbx3", "pbx4"]])
    def test_a_host_whose_record_cannot_be_read_says_nothing_and_that_is_said(
        self, tmp_path: Path, asked: list[str]
    ) -> None:
        (tmp_path / "pbx1.json").write_text(json.dumps(RECORD))
        (tmp_path / "pbx2.json").symlink_to("/proc/self/mem")  # for root too, reading it fails
        (tmp_path / "pbx3.json").write_text("{")
        with structlog.testing.capture_logs() as logs:
            assert asyncio.run(opened(str(tmp_path), tmp_path).read(asked)) == {"pbx1": RECORD}
        assert [(one["log_level"], one["host"]) for one in logs] == [
            ("warning", "pbx2"), ("warning", "pbx3"),
        ]  # fmt: skip
        assert "Input/output error" in logs[0]["why"]

    def test_what_else_lies_there_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "deep").mkdir()
        (tmp_path / "pbx2.json").write_text("{")
        (tmp_path / "pbx3.json").write_text(json.dumps({**RECORD, "host": "pbx4"}))
        (tmp_path / "pbx5.json").write_bytes(
            b" " * LARGEST + json.dumps({**RECORD, "host": "pbx5"}).encode()
        )
        (tmp_path / "pbx6.json").mkdir()
        (tmp_path / ".pbx7.json").write_text(json.dumps({**RECORD, "host": ".pbx7"}))
        (tmp_path / "pbx1.json").write_text(json.dumps(RECORD))
        assert asyncio.run(opened(str(tmp_path), tmp_path).read()) == {"pbx1": RECORD}

    def test_a_folder_that_is_gone_is_no_empty_one(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnreachableError, match="No such file"):
            asyncio.run(opened(f"{tmp_path}/gone", tmp_path).read())

    def test_a_write_that_fails_leaves_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "pbx1.json").mkdir()
        (tmp_path / "pbx1.json/x").touch()
        with pytest.raises(StoreUnreachableError):
            asyncio.run(opened(str(tmp_path), tmp_path).publish("pbx1", status()))
        assert [path.name for path in tmp_path.iterdir()] == ["pbx1.json"]


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    told = subprocess.run(
        ["git", *arguments], cwd=folder, input=stdin, capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


class TestGit:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        site = tmp_path / "site.git"
        git(tmp_path, "init", "-q", "--bare", str(site))
        return site

    def store(self, site: Path, host: str = "pbx1") -> StatusStore:
        return opened("git", site.parent / host, remote=str(site))

    def test_no_branch_and_no_history_come_of_it(self, site: Path) -> None:
        async def main() -> None:
            store = self.store(site)
            for minute in range(3):
                await store.publish("pbx1", status(at=f"2026-11-28T05:1{minute}:00Z"))

        asyncio.run(main())
        assert git(site, "for-each-ref", "--format=%(refname)") == "refs/dialform/status/pbx1"
        assert git(site, "rev-list", "--count", "refs/dialform/status/pbx1") == "1"

    def test_what_strangers_pushed_is_not_read(self, site: Path) -> None:
        async def main() -> Any:
            store = self.store(site)
            await store.publish("pbx1", status())
            blob = git(
                site, "hash-object", "-w", "--stdin", stdin=json.dumps({**RECORD, "host": "pbx2"})
            )
            huge = git(
                site, "hash-object", "-w", "--stdin", stdin=json.dumps(RECORD) + " " * LARGEST
            )
            tree = git(site, "mktree", stdin=f"100644 blob {huge}\tstatus.json\n")
            folder = git(site, "mktree", stdin=f"040000 tree {tree}\tstatus.json\n")
            refs = {"pbx2": blob, "pbx3": tree, "pbx4": folder, "pbx5": blob, "..pbx/x": blob}
            for name, target in refs.items():
                if name != "..pbx/x":
                    git(site, "update-ref", f"refs/dialform/status/{name}", target)
            git(site, "update-ref", "refs/dialform/status/deep/er", blob)
            return await store.read()

        assert asyncio.run(main()) == {"pbx1": RECORD}

    def test_a_host_that_is_gone_is_gone(self, site: Path) -> None:
        async def main() -> list[Any]:
            store = self.store(site)
            await store.publish("pbx1", status())
            await store.publish("pbx2", status("pbx2"))
            before = await store.read()
            git(site, "update-ref", "-d", "refs/dialform/status/pbx2")
            return [sorted(before), sorted(await store.read())]

        assert asyncio.run(main()) == [["pbx1", "pbx2"], ["pbx1"]]

    def test_a_damaged_copy_is_made_anew(self, site: Path) -> None:
        async def main() -> Any:
            store = self.store(site)
            await store.publish("pbx1", status())
            assert isinstance(store, GitStore)
            (store.folder / "HEAD").unlink()
            (store.folder / "config").write_text("[core\n")
            store._sleep = lambda _: asyncio.sleep(0)
            await store.publish("pbx1", status(at="2026-11-28T06:00:00Z"))
            return await store.read()

        assert asyncio.run(main())["pbx1"]["at"] == "2026-11-28T06:00:00Z"

    def test_a_copy_that_has_grown_is_thrown_away(
        self, site: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dialform.reconcile.waves.git._MOST_OBJECTS", 20)

        async def main() -> Any:
            store = self.store(site)
            for minute in range(20):
                await store.publish("pbx1", status(at=f"2026-11-28T05:{minute + 10}:00Z"))
            assert isinstance(store, GitStore)
            assert sum(path.is_file() for path in (store.folder / "objects").rglob("*")) <= 24
            return await store.read()

        assert asyncio.run(main())["pbx1"]["at"] == "2026-11-28T05:29:00Z"

    def test_a_push_that_lost_a_race_is_pushed_again(self, site: Path) -> None:
        waited = []
        lock = site / "refs/dialform/status/pbx1.lock"

        async def main() -> Any:
            async def sleep(seconds: float) -> None:
                waited.append(seconds)
                lock.unlink(missing_ok=True)

            store = GitStore(site.parent / "mine", str(site), sleep=sleep, chance=lambda: 0.5)
            lock.parent.mkdir(parents=True)
            lock.touch()
            await store.publish("pbx1", status())
            return await store.read()

        assert asyncio.run(main()) == {"pbx1": RECORD}
        assert waited == [0.375]

    def test_a_repository_of_the_new_hash_is_one_too(self, tmp_path: Path) -> None:
        site = tmp_path / "site.git"
        git(tmp_path, "init", "-q", "--bare", "--object-format=sha256", str(site))
        tree = git(site, "mktree")
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        git(
            site,
            "update-ref",
            "refs/heads/main",
            git(site, *identity, "commit-tree", "-m", "x", tree),
        )

        async def main() -> Any:
            await self.store(site).publish("pbx1", status())
            return await self.store(site).read()

        assert asyncio.run(main()) == {"pbx1": RECORD}


class TestHttp:
    def served(self, token: str = TOKEN, base: str = "statuses") -> tuple[Shelf, Any]:
        shelf = Shelf()

        async def main() -> Any:
            async with listening(shelf.app()) as (host, port):
                store = opened(
                    f"http://{host}:{port}/{base}/", Path("/nowhere"), token=lambda: token
                )
                await store.publish("pbx1", status())
                shelf.files["pbx2.json"] = b"{" * 100_000
                shelf.files["pbx3.json"] = b"x"
                return await store.read(["pbx1", "pbx2", "pbx3", "pbx4"])

        return shelf, main

    def test_each_host_is_one_file(self) -> None:
        shelf, main = self.served()
        assert asyncio.run(main()) == {"pbx1": RECORD}
        assert shelf.asked == ["PUT pbx1.json", *(f"GET pbx{n}.json" for n in range(1, 5))]

    def test_a_wrong_token_is_said(self) -> None:
        _, main = self.served("hunter2hunter2")
        with pytest.raises(StoreUnreachableError, match="answered 401 to a PUT") as caught:
            asyncio.run(main())
        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "ключ"])
    def test_a_token_that_is_no_header_is_said(self, token: str) -> None:
        _, main = self.served(token)
        with pytest.raises(StoreError):
            asyncio.run(main())


class TestPostgresql:
    def test_hosts_that_make_the_table_at_once_all_succeed(
        self, tmp_path: Path, database: str
    ) -> None:
        import psycopg

        platform = uuid.uuid4().hex

        async def main() -> Any:
            for _ in range(5):
                with psycopg.connect(database) as connection:
                    connection.execute("DROP TABLE IF EXISTS dialform_status")
                stores = [opened(database, tmp_path, platform=platform) for _ in range(8)]
                await asyncio.gather(
                    *(s.publish(f"pbx{n}", status()) for n, s in enumerate(stores))
                )
            return await stores[0].read()

        assert len(asyncio.run(main())) == 8

    def test_rows_of_others_however_many_and_huge_hide_no_host(
        self, tmp_path: Path, database: str
    ) -> None:
        import psycopg

        store = opened(database, tmp_path, platform=(platform := uuid.uuid4().hex))

        async def main() -> Any:
            await store.publish("pbx1", status())
            with psycopg.connect(database) as connection, connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO dialform_status (platform, host, record) VALUES (%s, %s, 'x')",
                    [(platform, f"a{number}") for number in range(1000)],
                )
                cursor.execute(
                    "INSERT INTO dialform_status (platform, host, record) "
                    "VALUES (%s, 'pbx2', repeat('é', 1000000))", (platform,),
                )  # fmt: skip
            return await store.read(["pbx1", "pbx2"])

        assert asyncio.run(main()) == {"pbx1": RECORD}

    def test_platforms_in_one_database_do_not_meet(self, tmp_path: Path, database: str) -> None:
        async def main() -> Any:
            one, other = (opened(database, tmp_path, platform=uuid.uuid4().hex) for _ in range(2))
            await one.publish("pbx1", status())
            return await one.read(), await other.read()

        assert asyncio.run(main()) == ({"pbx1": RECORD}, {})

    def test_a_table_that_went_away_comes_back(self, tmp_path: Path, database: str) -> None:
        import psycopg

        async def main() -> Any:
            store = opened(database, tmp_path, platform=uuid.uuid4().hex)
            await store.publish("pbx1", status())
            with psycopg.connect(database) as connection:
                connection.execute("DROP TABLE dialform_status")
            with pytest.raises(StoreUnreachableError, match="made again"):
                await store.read()
            await store.publish("pbx1", status())
            return await store.read()

        assert asyncio.run(main()) == {"pbx1": RECORD}


def test_a_link_that_another_host_planted_is_not_followed(tmp_path: Path) -> None:
    shared, mine = tmp_path / "shared", tmp_path / "guard.json"
    shared.mkdir()
    mine.write_text("mine")
    mine.chmod(0o600)
    (shared / f".pbx1.{os.getpid()}.new").symlink_to(mine)
    asyncio.run(opened(f"folder:{shared}", tmp_path).publish("pbx1", status()))
    assert mine.read_text() == "mine"
    assert mine.stat().st_mode & 0o777 == 0o600
    assert json.loads((shared / "pbx1.json").read_text())["host"] == "pbx1"


def test_a_ref_with_a_name_of_any_bytes_is_passed_over(tmp_path: Path) -> None:
    remote = tmp_path / "site.git"
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)
    store = opened("git", tmp_path / "state", remote=str(remote))

    async def main() -> Any:
        await store.publish("pbx1", status())
        pushed = remote / "refs/dialform/status/pbx1"
        Path(os.fsdecode(os.fsencode(pushed.parent) + b"/x\xff\xfe")).write_text(pushed.read_text())
        return await store.read(["pbx1", "pbx2"])

    assert asyncio.run(main()) == {"pbx1": RECORD}
