"""An agent's status for people: lines for a pipe, tables on a terminal, from one list of rows."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dialform.reconcile import times
from dialform.reconcile.status import life, shown, span
from dialform.values import dataclass

if TYPE_CHECKING:
    from rich.console import RenderableType

Status = Mapping[str, Any]
_GOOD = {
    "Ready": "True", "Reconciling": "False", "Drifted": "False", "Suspended": "False", "Billing": "True",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, what there is to say, and how it looks on a terminal."""

    name: str
    text: str
    style: str = ""


def rows(status: Status, now: float, alive: bool | None) -> Iterator[Row]:
    """All that a status says, the most urgent first."""
    if dead := life(status, now, alive):
        yield Row("AGENT", f"{dead}; what follows is what it said last", "bold red")
    held = status.get("held")
    if held:
        style = "bold red" if held["alarm"] else "yellow"
        yield Row(
            "held", f"{held['reason']} since {_ago(held['since'], now)}: {held['message']}", style
        )
        yield Row("way out", held["way_out"], style)
        if held.get("until"):
            yield Row("until", str(held["until"]))
    for one in status["conditions"]:
        good = one["status"] == _GOOD.get(one["type"])
        words = f"{one['status']} ({one['reason']}) since {_ago(one['since'], now)}"
        style = "green" if good else "yellow" if one["type"] == "Reconciling" else "red"
        yield Row(one["type"], words, "" if one["status"] == "Unknown" else style)
    yield from _commits(status, now)
    yield from _switch(status)
    yield from _billing(status, now)
    yield from _phones(status, now)
    yield from _faxes(status)
    for one in status.get("drift") or ():
        cure = f" (heals it: {', '.join(one['cure'])})" if one["cure"] else ""
        yield Row(
            "drift", f"{one['between']}: {one['kind']} {one['name']} {one['what']}{cure}", "red"
        )
    for commit, why in (status.get("quarantine") or {}).items():
        yield Row("held back", f"{commit[:10]}: {why}", "yellow")
    for slug, why in (status.get("tenants_quarantined") or {}).items():
        yield Row(
            "quarantined", f"tenant {slug} keeps its last good files: {'; '.join(why)}", "yellow"
        )
    for one in (status.get("generations") or ())[:10]:
        mark = " ← runs" if one["current"] else ""
        yield Row("generation", f"{one['name']} of {_ago(one['made'], now)}{mark}")
    if timings := status.get("timings"):
        yield Row(
            "timings", ", ".join(f"{stage} {seconds:.3g} s" for stage, seconds in timings.items())
        )
    yield Row("said", f"{_ago(str(status['at']), now)}: {status.get('doing') or 'watching'}")


def _commits(status: Status, now: float) -> Iterator[Row]:
    source = status["source"]
    fetched = source.get("fetched_at")
    branch = f" {source['branch']}" if source.get("branch") else ""
    asked = f"asked {_ago(fetched, now)}" if fetched else "never reached"
    yield Row("source", f"{source.get('url')}{branch} at {shown(source.get('commit'))}, {asked}")
    if source.get("error"):
        yield Row("source", str(source["error"]), "red")
    applied, attempted = status.get("applied"), status.get("attempted")
    if applied:
        dirty = " with uncommitted changes" if applied.get("dirty") else ""
        words = f"{shown(applied['commit'])}{dirty}, revision {applied['revision']}"
        yield Row("applied", f"{words}, proven {_ago(applied['at'], now)}")
    else:
        yield Row("applied", "nothing yet", "yellow")
    if attempted and (not applied or attempted["commit"] != applied["commit"]):
        words = f"{shown(attempted['commit'])} {attempted['outcome']} {_ago(attempted['at'], now)}"
        yield Row("attempted", f"{words}: {attempted['message']}".rstrip(": "), "yellow")


def _switch(status: Status) -> Iterator[Row]:
    switch = status["switch"]
    if switch.get("connected"):
        yield Row(
            "switch", f"connected, revision {switch.get('revision') or 'none of ours'}", "green"
        )
    else:
        yield Row("switch", f"not connected: {switch.get('error') or 'not tried yet'}", "red")
    if needs := switch.get("needs_restart"):
        words = f"needs a restart to take: {', '.join(needs)} (nothing restarts it by itself)"
        yield Row("switch", words, "yellow")


def _billing(status: Status, now: float) -> Iterator[Row]:
    """What is booked and what is refused, in a line or two; what is wrong says the condition."""
    billing = status.get("billing") or {}
    caps = billing.get("caps") or {}
    if caps.get("error") or caps.get("silent"):
        why = caps.get("error") or f"no word from {', '.join(caps['silent'])}"
        yield Row("caps", f"counts of several hosts are not compared: {why}", "yellow")
    if not billing.get("ledger"):
        return
    last, backlog = billing.get("last_booked"), billing.get("backlog") or 0
    words = [
        f"ledger {billing['ledger']}",
        f"last booked {_ago(last, now)}" if last else "nothing booked yet",
    ]
    if backlog:
        words.append(f"{backlog} to be booked, the oldest for {span(billing.get('oldest') or 0)}")
    words += [
        f"{billing[key]} {name}"
        for key, name in (
            ("unrated", "without a price"),
            ("bad_files", "files that could not be read"),
        )
        if billing.get(key)
    ]
    yield Row("billing", ", ".join(words), "red" if billing.get("error") else "")
    for word, tenants in (billing.get("flags") or {}).items():
        if tenants:
            more = f" and {len(tenants) - 10} more" if len(tenants) > 10 else ""
            said = f"refused outside: {', '.join(tenants[:10])}{more} ({word})"
            yield Row("billing", said, "yellow")
    if billing.get("mail_error"):
        yield Row("billing", f"mail is not taken: {billing['mail_error']}", "yellow")


_FAXES = (
    ("sending", "being sent"), ("due", "due"), ("waiting", "to be taken up"), ("stuck", "not taken up"),
    ("unmailed", "to be mailed"),
)  # fmt: skip


def _faxes(status: Status) -> Iterator[Row]:
    """Faxes that go out and that came in, in a line; nothing where nobody has a fax account."""
    faxes = status.get("fax") or {}
    if not faxes:
        return
    words = [f"{faxes[key]} {name}" for key, name in _FAXES if faxes.get(key)]
    if faxes.get("due") and faxes.get("oldest"):
        words.append(f"the oldest for {span(faxes['oldest'])}")
    yield Row("faxes", ", ".join(words) or "nothing to send, nothing to mail")
    for key, name in (
        ("error", "not sent"), ("send_error", "not sent"), ("receive_error", "not taken up"),
        ("mail_error", "mail is not taken"), ("prune_error", "old ones are not removed"),
    ):  # fmt: skip
        if faxes.get(key):
            yield Row("faxes", f"{name}: {faxes[key]}", "yellow" if "mail" in key else "red")


def _phones(status: Status, now: float) -> Iterator[Row]:
    """Who was told last that there is something to fetch, and who was not."""
    phones = status.get("phones") or {}
    if not phones.get("generation"):
        return
    names = {
        "told": "told to fetch", "unregistered": "not registered", "deaf": "that know no such thing",
        "failed": "given up", "owed": "still to be told",
    }  # fmt: skip
    words = [f"{phones[key]} {name}" for key, name in names.items() if phones.get(key)]
    wrong = bool(phones.get("error") or phones.get("failing"))
    if words:
        said = f"{', '.join(words)}, of {phones['generation']}, {_ago(str(phones.get('at')), now)}"
        yield Row("phones", said, "yellow" if wrong else "")
    if phones.get("error"):
        yield Row("phones", f"not told: {phones['error']}", "yellow")
    for mac, why in (phones.get("failing") or {}).items():
        yield Row("phones", f"{mac}: {why}", "yellow")


def _ago(text: str, now: float) -> str:
    moment = times.moment(text)
    return f"{span(now - moment)} ago" if moment is not None else "an unknown time ago"


def lines(status: Status, now: float, alive: bool | None) -> list[str]:
    """Plain lines, for a pipe."""
    found = list(rows(status, now, alive))
    width = max(len(row.name) for row in found)
    return [f"{_title(status)}", *(f"{row.name.ljust(width)}  {row.text}" for row in found)]


def table(status: Status, now: float, alive: bool | None) -> "RenderableType":
    """A table, for a terminal."""
    from rich.table import Table
    from rich.text import Text

    made = Table(
        title=_title(status),
        title_justify="left",
        show_header=False,
        box=None,
        padding=(0, 2, 0, 0),
    )
    made.add_column(no_wrap=True, style="bold")
    made.add_column(overflow="fold")
    for row in rows(status, now, alive):
        made.add_row(row.name, Text(row.text, style=row.style))
    return made


def _title(status: Status) -> str:
    platform = f"{status['platform']}/" if status.get("platform") else ""
    return f"{platform}{status['host']} (dialform {status['version']}, wave {status['wave']})"


def is_well(status: Status, now: float, alive: bool | None) -> bool:
    """Whether nobody has to look: ready, not held by an alarm, no drift, all is booked, the agent lives."""
    conditions = {one["type"]: one["status"] for one in status["conditions"]}
    held: Mapping[str, Any] = status.get("held") or {}
    fine = conditions.get("Ready") == "True" and conditions.get("Drifted") != "True"
    fine = fine and conditions.get("Billing") != "False"
    return fine and not held.get("alarm") and not life(status, now, alive)
