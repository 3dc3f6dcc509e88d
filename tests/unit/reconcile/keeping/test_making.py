"""From a site to a generation and a plan."""

import asyncio
import hashlib
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialform.compiler.states.state import StateError, open_state
from dialform.reconcile import job
from dialform.reconcile.generations import Generations
from dialform.reconcile.job import JobError, Made, Order, make, make_apart
from dialform.reconcile.layout import Layout

ACME = "tenants.d/acme/pbx.yaml"
ACCOUNT = "tenants.d/acme/account.yaml"


def commit(number: int) -> str:
    """A name as git gives one."""
    return hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()


class Host:
    """A state folder, a checked-out site, secrets; and the generation applied last."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root / "state")
        self.site = root / "site"
        self.secrets = root / "secrets"
        self.generations = Generations(self.layout)
        self.base: str | None = None
        self.count = 0

    def order(self, **more: object) -> Order:
        self.count += 1
        known: dict[str, object] = {
            "state": self.layout.root, "site": self.site, "commit": commit(self.count),
            "host": "pbx1", "secrets": self.secrets, "base": self.base,
        }  # fmt: skip
        return Order(**(known | more))  # type: ignore[arg-type]

    def make(self, **more: object) -> Made:
        return make(self.order(**more))

    def applied(self) -> Made:
        made = self.make()
        assert made.generation is not None, made.text
        found = self.generations.find(made.generation)
        assert found is not None
        self.generations.flip(found)
        self.base = found.name
        return made

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.site / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def compiled_once(
    tmp_path_factory: pytest.TempPathFactory, copy_of_the_demo: Callable[[Path], Path]
) -> Path:
    root = tmp_path_factory.mktemp("made")
    host = Host(root)
    copy_of_the_demo(host.site)
    host.secrets.mkdir()
    values = {"acme-general": "4712", "acme-conf": "4713"}
    for name in ("master", "esl", "mycarrier", *values):
        (host.secrets / name).write_text(values.get(name, "0123456789abcdef-secret"))
    host.applied()
    return root


@pytest.fixture
def host(compiled_once: Path, tmp_path: Path) -> Iterator[Host]:
    root = tmp_path / "host"
    shutil.copytree(compiled_once, root, symlinks=True)
    made = Host(root)
    current = made.generations.current()
    assert current is not None
    made.base = current.name
    made.count = 1
    yield made


def tenants(host: Host) -> list[str]:
    return sorted({path.name.split(".")[0] for path in (host.site / "tenants.d").iterdir()})


def test_a_change_becomes_a_generation_and_a_plan(host: Host) -> None:
    host.edit(ACME, "Alice Doe", "Alice Roe")
    made = host.make()
    assert made.generation is not None
    assert made.plan is not None
    assert [one["object"] for one in made.plan["changes"]] == ["acme user alice"]
    assert (made.impact, made.refusals, made.unchanged) == ("new calls", [], False)
    assert made.hosts == ["pbx1"]
    manifest = json.loads((host.layout.generations / made.generation / "manifest.json").read_text())
    assert manifest["commit"] == commit(2)
    assert set(made.timings) == {"compile", "generation", "plan"}


def test_the_same_content_at_another_commit_is_said_to_be_unchanged(host: Host) -> None:
    made = host.make()
    assert made.unchanged
    assert made.generation != host.base
    assert made.plan is not None
    assert made.plan["changes"] == []


def test_an_invalid_site_makes_nothing(host: Host) -> None:
    before = host.generations.all()
    host.edit(ACME, '"1001"', '"10x1"')
    made = host.make()
    assert made.generation is None
    assert made.errors[0]["file"] == ACME
    assert f"{ACME}:" in made.text
    assert host.generations.all() == before


def test_a_host_that_is_not_in_the_site(host: Host) -> None:
    made = host.make(host="pbx9")
    assert (made.generation, made.errors, made.hosts) == (None, [], ["pbx1"])


def test_placeholders_are_marked(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    made = host.make(secrets=None)
    assert made.placeholders
    assert made.generation is not None
    found = host.generations.find(made.generation)
    assert found is not None
    assert found.placeholders


def test_no_folder_of_secrets_is_said(host: Host, tmp_path: Path) -> None:
    made = host.make(secrets=tmp_path / "none")
    assert made.generation is None
    assert "does not exist" in made.text


def test_an_empty_site_is_an_error_and_no_tenant_is_refused(host: Host) -> None:
    shutil.rmtree(host.site / "tenants.d")
    made = host.make()
    assert any("no tenant would be left" in one["reason"] for one in made.refusals), made.text
    assert not all(one["force"] for one in made.refusals)
    shutil.rmtree(host.site)
    host.site.mkdir()
    assert host.make().errors


def test_mass_deletion_is_refused_by_the_limits_of_the_base(host: Host) -> None:
    victim = next(slug for slug in tenants(host) if slug != "acme")
    path = host.site / "tenants.d" / victim
    shutil.rmtree(path) if path.is_dir() else path.with_name(f"{victim}.yaml").unlink()
    with (host.site / "platform.yaml").open("a") as file:
        if "\nsafety:" not in (host.site / "platform.yaml").read_text():
            file.write("safety: {max_deletes: 100000, max_delete_percent: 100}\n")
    made = host.make()
    assert any(f"'{victim}' would be deleted" in one["reason"] for one in made.refusals), made.text


def test_with_quarantine_a_bad_tenant_keeps_its_last_good_files(host: Host) -> None:
    other = next(slug for slug in tenants(host) if slug != "acme")
    path = host.site / "tenants.d" / other
    file = path / "account.yaml" if path.is_dir() else path.with_name(f"{other}.yaml")
    file.write_text(file.read_text().replace("company: ", "company: New ", 1))
    host.edit(ACME, '"1001"', '"10x1"')
    assert host.make().generation is None
    made = host.make(quarantine=True)
    assert list(made.quarantined) == ["acme"]
    assert "10x1" in made.quarantined["acme"][0]
    assert made.plan is not None
    assert {one["tenant"] for one in made.plan["changes"]} == {other}


def test_a_platform_error_stops_everything_even_with_quarantine(host: Host) -> None:
    host.edit("platform.yaml", "hosts:", "hostz:")
    made = host.make(quarantine=True)
    assert made.generation is None
    assert made.errors


def test_of_two_tenants_with_one_number_the_one_that_changed_is_quarantined(host: Host) -> None:
    # In the order of names acme is first, so that the error stands in the other one's file.
    last = host.site / "tenants.d/zz.yaml"
    text = (host.site / ACCOUNT).read_text()
    numbers = [line.strip() for line in text.splitlines() if line.strip().startswith('"+1')]
    last.write_text(
        "company: Zett\ncontact: z@z.example\nsubscription: {package: business, plan: standard, "
        "since: 2026-11-01}\nnumbers:\n  \"+12125550777\": {provider: mycarrier}\n"
    )  # fmt: skip
    first = host.applied()
    assert not first.errors
    host.edit(ACCOUNT, numbers[0].split(":")[0], '"+12125550777"')
    made = host.make(quarantine=True)
    assert "acme" in made.quarantined, made.text
    assert "zz" not in made.quarantined


def test_who_takes_anothers_phone_keeps_that_one_from_nothing(host: Host) -> None:
    # In the order of names acme is first, so that the error stands in the other one's file.
    last, mac = host.site / "tenants.d/zz.yaml", "805ec0aaaaaa"
    phone = f"devices: {{{mac}: {{label: Desk, vendor: yealink, model: t46s}}}}\n"
    last.write_text(
        "company: Zett\ncontact: z@z.example\nsubscription: {package: business, plan: standard, "
        f"since: 2026-11-01}}\npermissions: [fpbx_extension, devices]\n{phone}"
    )
    first = host.applied()
    assert not first.errors
    host.edit("tenants.d/acme/pbx.yaml", "\ndevices:\n", f"\ndevices:\n  {mac}: {{label: X, vendor: snom, "
              "model: d785}\n")  # fmt: skip
    last.write_text(last.read_text().replace("Zett", "Zetta"))
    made = host.make(quarantine=True)
    assert list(made.quarantined) == ["acme"], made.text
    generation = host.generations.find(made.generation or "")
    assert generation is not None
    assert "Zetta" in (generation.folder / "site/tenants.d/zz.yaml").read_text()
    assert not host.make().generation, "without it nothing is applied"


def test_a_generation_edited_in_place_is_mended_by_the_same_commit(host: Host) -> None:
    host.applied()  # of links to what the compiler wrote here
    assert host.base is not None
    folder = host.layout.generations / host.base
    victim = next((folder / "freeswitch/tenants/acme").rglob("*.xml"))
    stat = victim.stat()
    text = victim.read_text()
    victim.write_text(text.replace("acme", "acne", 1))
    os.utime(victim, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # it does not show
    one = host.generations.find(host.base)
    assert one is not None
    assert host.generations.damaged(one, whole=True)
    for note in host.layout.generations.glob(".*.looks"):
        note.unlink()
    made = make(Order(host.layout.root, host.site, one.commit, "pbx1", host.secrets))
    assert made.generation == host.base
    assert host.generations.damaged(one, whole=True) == []
    assert victim.read_text() == text


def test_what_the_host_runs_is_a_state(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALFORM_STATE", str(host.layout.root))
    state = open_state("host:pbx1", host.site)
    assert (state.host, state.commit) == ("pbx1", commit(1))
    assert state.contents == open_state("host:pbx1", host.site).contents
    with pytest.raises(StateError, match="runs host 'pbx1', not 'pbx2'"):
        open_state("host:pbx2", host.site)


def test_apart_is_the_same_and_the_process_is_kept(host: Host) -> None:
    async def twice() -> list[Made]:
        try:
            return [await make_apart(host.order()) for _ in range(2)]
        finally:
            await job.close()

    one, two = asyncio.run(twice())
    assert one.unchanged
    assert two.unchanged
    assert one.generation is not None
    assert host.generations.find(one.generation) is not None


def test_a_process_that_dies_is_an_error_and_the_next_order_gets_another(host: Host) -> None:
    async def run() -> Made:
        try:
            await job.warm()
            process = job._worker()._process
            assert process is not None
            os.killpg(process.pid, signal.SIGKILL)
            with pytest.raises(JobError, match="signal 9"):
                await make_apart(host.order())
            return await make_apart(host.order())
        finally:
            await job.close()

    assert asyncio.run(run()).unchanged


def test_cancelling_ends_the_process(host: Host) -> None:
    async def run() -> int:
        await job.warm()
        process = job._worker()._process
        assert process is not None
        task = asyncio.create_task(make_apart(host.order()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await process.wait()

    assert asyncio.run(run()) == -signal.SIGKILL
