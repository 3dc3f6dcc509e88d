"""What 50,000 phones cost: their files alone, and as a part of a compile, cold and after a change.

`python -m tests.bench.phones_rendering` generates a site of several vendors' phones and prints the processor
time of each against the floor of the same run: a process that writes the same bytes to the same files and
does nothing else. A change of one tenant's profile reaches that tenant's phones; one of the platform's
`provisioning` reaches all. No test depends on these figures.
"""

import argparse
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dialform.compiler.check import Run
from dialform.compiler.platform import load_platform
from dialform.compiler.resolved import Artifact, Tenant
from dialform.compiler.secrets import open_store
from dialform.compiler.unit import Context, compile_tenant
from dialform.renderers import phones
from dialform.schema.tree import scan
from tests.bench.generator import generate
from tests.bench.run import run

PHONES = ("provisioning", "phones")
"""The folders of a host that hold what comes of phones."""


def spent(work: Callable[[], object]) -> float:
    """Processor seconds of some work, that of its processes included."""

    def now() -> float:
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in used)

    start = now()
    work()
    return now() - start


class Rendering:
    """All phones of a site, from what is resolved to bytes, in this process and in memory alone."""

    def __init__(self, site: Path) -> None:
        self.seconds = 0.0
        self.phones = self.files = 0
        store = open_store(None, os.environ)
        work = Run(scan(site), store, jobs=1)
        view = load_platform(work.tree, work.read).view
        context = Context(view, store, work.head, self._render, infos=False)
        for slug, paths in sorted(work.tree.tenants.items()):
            compile_tenant(slug, [(path, work.read(path)) for path in paths], context)

    def _render(self, tenant: Tenant) -> list[Artifact]:
        start = time.process_time()
        made = phones.render_phones(tenant)
        made += phones.index_of(tenant, made)
        self.seconds += time.process_time() - start
        self.phones += len(tenant.phones)
        self.files += len(made)
        return []


def floor(released: Path, scratch: Path) -> float:
    """Processor seconds for writing what phones fetch, and their indexes, in folders of their own."""
    shutil.rmtree(scratch, ignore_errors=True)
    files = [path for part in PHONES for path in (released / part).rglob("*") if path.is_file()]
    contents = [(scratch / path.relative_to(released), path.read_bytes()) for path in files]

    def write() -> None:
        made = set()
        for path, content in contents:
            if path.parent not in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.add(path.parent)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            os.write(descriptor, content)
            os.close(descriptor)

    return spent(write)


def changed(file: Path, old: str, new: str, compile_: Callable[[], None]) -> float:
    """Processor seconds of a compile after a change of a file, which is taken back."""
    text = file.read_text()
    if old not in text:
        sys.exit(f"{file} does not say {old}")
    time.sleep(0.1)  # past the moment in which a change could hide behind the same time stamp
    file.write_text(text.replace(old, new, 1))
    seconds = spent(compile_)
    file.write_text(text)
    compile_()
    return seconds


def main() -> None:
    """Generate a site, render and compile its phones, change a profile and the platform; print ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="dialform-bench-"))
    site, out = base / "site", base / "out"
    generate(site, tenants=options.tenants)
    tenant = sorted((site / "tenants.d").glob("*.yaml"))[0]

    def compile_() -> None:
        run("compile", "--site", site, "--out", out)

    rows: dict[str, list[float]] = {}
    for _ in range(options.runs):
        shutil.rmtree(out, ignore_errors=True)
        rows.setdefault("whole compile, cold", []).append(spent(compile_))
        rows.setdefault("floor", []).append(floor(out / "pbx1", base / "floor"))
        rendered = Rendering(site)
        rows.setdefault("rendering alone", []).append(rendered.seconds)
        rows.setdefault("one tenant's profile changed", []).append(
            changed(tenant, "dtmf: rfc2833", "dtmf: info", compile_)
        )
        rows.setdefault("the platform's provisioning changed", []).append(
            changed(site / "platform.yaml", "/provision/", "/phones/", compile_)
        )
    bare = statistics.median(rows.pop("floor"))
    print(
        f"{rendered.phones} phones, {rendered.files} files, {options.runs} runs, medians of CPU time"
    )
    print(f"{'floor (write the same bytes)':36} {bare:7.2f} s")
    for name, found in rows.items():
        seconds = statistics.median(found)
        print(f"{name:36} {seconds:7.2f} s  {seconds / bare:6.2f} x floor")
    print(
        f"rendering a phone takes {statistics.median(rows['rendering alone']) / rendered.phones * 1e3:.2f} ms"
    )
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
