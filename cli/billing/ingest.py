"""`dialform billing ingest`."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent
from dialform.cli.billing import common as billing
from dialform.cli.billing.beside import Beside, beside
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.meter.stats import Stats
    from dialform.billing.spool import Spool


@click.command("ingest")
@billing.sources
@click.option(
    "--host", default="", metavar="NAME", help="Whose records they are. Default: the only host."
)
@click.option("--spool", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Where the switch writes its call records. Default: as it was compiled.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Where the site was compiled to, without an agent. Default: out/.")  # fmt: skip
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, and listen to the switch besides.")
@click.option("--no-events", is_flag=True, help="With --watch: read records alone, ask no switch.")
@click.option("--keep-days", type=click.IntRange(0), default=90, show_default=True, metavar="N",
              help="Days that booked records are kept.")  # fmt: skip
@ofagent.FORMAT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None, host: str,
    out: Path | None, folder: Path | None, watch: bool, no_events: bool, keep_days: int, form: str,
) -> int:  # fmt: skip
    """Book the call records of a host's switch, each once: what lies there, or with --watch what comes.

    The agent does this by itself; it may be done beside it. Prices and terms that the ledger does not have
    yet are taken from what was compiled, else from the site. Exits 1 where something went to bad/.
    """
    where = billing.place(site, state, secrets, ledger)
    found = beside(where, host, folder, out, watch=watch)
    with billing.opened(where, migrate=True) as books:
        found.store_terms(books)
        if watch:
            return _watch(books, found, keep_days, form, events=not no_events)
        return _once(books, found, keep_days, form)


def _once(books: "Ledger", found: Beside, keep_days: int, form: str) -> int:
    from dialform.billing.meter.ingest import Ingest
    from dialform.billing.meter.stats import Stats

    stats, spool = Stats(), found.spool(_alarm)
    ingest = Ingest(books, found.host, spool, stats, lambda: int(time.time() * 1_000_000), _alarm)
    with _bar(spool) as shown:
        for batch in spool.passes():
            ingest.files(batch)
            shown(len(batch.read) + batch.bad)
    while spool.prune(keep_days):
        pass
    _summary(books, found, spool, stats, form)
    return Exit.OUR_ERROR if stats.bad or spool.trouble else Exit.CLEAN


def _alarm(kind: str, words: str) -> None:
    click.echo(f"{kind}: {words}", err=True)


@contextmanager
def _bar(spool: "Spool") -> "Iterator[Any]":
    """A progress bar on a terminal; what it is given are files that were dealt with."""
    told = common.progress("booking")
    if told is None:
        yield lambda count: None
        return
    total, done = spool.survey(most=sys.maxsize).files, 0

    def shown(count: int) -> None:
        nonlocal done
        for each in range(done + 1, done + count + 1):
            if each in (1, total) or each % 50 == 0:
                told(min(each, total), total)
        done += count

    yield shown
    if 0 < done < total:
        told(total, total)


def _summary(books: "Ledger", found: Beside, spool: "Spool", stats: "Stats", form: str) -> None:
    if form == "json":
        counts = {name: getattr(stats, name) for name in _COUNTS}
        said = {
            "ledger": books.name, "host": found.host, "spool": str(spool.folder), **counts,
            "reasons": spool.counted, "left": spool.left.files, "trouble": spool.trouble or None,
        }  # fmt: skip
        click.echo(json.dumps(said, indent=2))
        return
    rows = [
        ("records", stats.files, ""),
        ("booked", stats.booked, ""),
        ("already there", stats.duplicates, ""),
        ("superseded", stats.superseded, "a record took the place of what was provisional"),
        ("provisional", stats.provisional, "the switch died, or the leg vanished"),
        ("without price", stats.unrated, "give them one, then `dialform billing rerate`"),
        ("bad", stats.bad, str(spool.folder / "bad") if stats.bad else ""),
        *(("", count, why) for why, count in sorted(spool.counted.items(), key=lambda each: -each[1])),
        ("left", spool.left.files, "not complete yet, or cannot be moved"),
    ]  # fmt: skip
    click.echo(f"{spool.folder} → {books.name}, {found.host}")
    for name, count, more in rows:
        if count or name in ("records", "booked", "bad"):
            click.echo(f"  {name:14} {count:>9,}  {more}".rstrip())
    if spool.trouble:
        click.echo(spool.trouble, err=True)


_COUNTS = (
    "files", "booked", "duplicates", "superseded", "conflicts", "unrated", "bad", "events", "provisional",
)  # fmt: skip


def _watch(books: "Ledger", found: Beside, keep_days: int, form: str, *, events: bool) -> int:
    from dialform.billing.meter.meter import Meter

    spool = found.spool(_alarm)
    link = found.link() if events else None
    meter = Meter(books, found.host, spool=spool, link=link, alarm=_alarm, keep_days=keep_days)

    async def work() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, meter.stop)
        click.echo(f"Watching {spool.folder} for {found.host}; Ctrl-C ends it.", err=True)
        following = asyncio.create_task(_follow(books, found, meter.stats))
        try:
            await meter.run()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    asyncio.run(work())
    _summary(books, found, spool, meter.stats, form)
    return Exit.CLEAN


async def _follow(books: "Ledger", found: Beside, stats: "Stats") -> None:
    """New terms into the ledger when something else was compiled; how it goes, on a terminal."""
    from dialform.billing.ledger.errors import LedgerError

    said = ""
    with _line() as shown:
        while True:
            await asyncio.sleep(1.0)
            if found.changed():
                try:
                    await asyncio.to_thread(found.store_terms, books)
                except (LedgerError, click.ClickException) as error:
                    if str(error) != said:
                        _alarm("terms", str(error))
                    said = str(error)
            link = "connected" if stats.connected else "no switch"
            shown(f"{stats.booked:,} booked, {stats.backlog:,} waiting, {stats.live} live, {link}")


@contextmanager
def _line() -> "Iterator[Any]":
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda words: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield status.update
