"""What somebody wants sent, and to whom: the options of `dialform fax send`, read and checked."""

import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli.exits import Exit
from dialform.cli.fax.times import MICRO, TimeError, moment
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.cli.fax.recipients import Bad, Checked, Wish
    from dialform.fax.released import Account, Company, Ways


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants sent, as it was typed."""

    account: str | None
    to: Sequence[str]
    groups: Sequence[str]
    csv: Path | None
    documents: Sequence[str]
    files: Sequence[Path]
    cover: str | None
    subject: str
    at: str


class NotSent(click.ClickException):
    """Recipients that cannot be faxed: all of them, each with its place. Nothing is queued."""


class Mistyped(NotSent):
    """Some of them because they were mistyped."""

    exit_code = Exit.USAGE


def not_sent(bad: "Sequence[Bad]", count: int, *, others: bool) -> NotSent:
    """That these of `count` recipients cannot be faxed; `others` could be."""
    kind = Mistyped if any(one.usage for one in bad) else NotSent
    sentences = list(dict.fromkeys(one.sentence for one in bad))
    hint = "\nThe others are sent with --skip-bad." if others else ""
    if len(sentences) == 1:
        return kind(f"{sentences[0]}{hint}")
    lines = "".join(f"\n  {sentence}" for sentence in sentences)
    return kind(f"{len(bad)} of {count} recipients cannot be faxed; nothing is sent:{lines}{hint}")


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is to be sent, and to whom; the command gets them as `order`."""

    def with_order(
        *, account: str | None, to: Sequence[str], groups: Sequence[str], csv: Path | None,
        documents: Sequence[str], files: Sequence[Path], cover: str | None, subject: str, at: str,
        **rest: Any,
    ) -> Any:  # fmt: skip
        order = Order(account, to, groups, csv, documents, files, cover, subject.strip(), at)
        return function(order=order, **rest)

    with_order.__doc__ = function.__doc__
    with_order.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    made: Any = with_order
    for option in reversed((
        click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path)),
        click.option("--account", metavar="NUMBER",
                     help="The fax account that sends. Needed where there are several."),
        click.option("--to", multiple=True, metavar="NUMBER",
                     help="Whom to: a number, or a contact by its name in the site. Repeat it for more."),
        click.option("--group", "groups", multiple=True, metavar="NAME",
                     help="All contacts of a group. Repeat it for more."),
        click.option("--csv", type=click.Path(allow_dash=True, path_type=Path),
                     help="A list of recipients: name,number[,at], a line each; - is standard input."),
        click.option("--document", "documents", multiple=True, metavar="SLUG",
                     help="A document of the tenant, before the FILEs. Repeat it for more."),
        click.option("--cover", metavar="TEXT", help="A cover page goes first, with this text."),
        click.option("--subject", default="", metavar="TEXT", help="On the cover page, and in lists."),
        click.option("--at", default="", metavar="TIME",
                     help="Not before: 18:30, tomorrow 09:00, 2h, 2026-12-24T18:30; in the tenant's zone."),
    )):  # fmt: skip
        made = option(made)
    return made  # type: ignore[no-any-return]


def recipients(
    order: Order, company: "Company", account: "Account", ways: "Ways", now: float, *, skip_bad: bool
) -> "Checked":  # fmt: skip
    """Whom it goes to. Raises NotSent, with all that is wrong; with `skip_bad` only where nobody is left."""
    from dialform.cli.fax.recipients import GENERAL, MOST, checked

    zone, micro = company.timezone, int(now * MICRO)
    try:
        default = moment(order.at, zone, micro) if order.at else 0
    except TimeError as error:
        raise click.UsageError(f"--at: '{order.at}' {error}.") from None

    @lru_cache(maxsize=4096)
    def due_of(text: str) -> int:
        return moment(text, zone, micro) if text else default

    if company.concurrent_faxes == 0:
        raise click.ClickException(
            f"{company.name} may send no fax: an admin raises `limits: concurrent_faxes`."
        )
    _there(order.files)
    wishes = _wishes(order, company)
    if not wishes:
        raise click.UsageError("Say to whom: --to, --group or --csv.")
    if len(wishes) > MOST:
        raise click.UsageError(
            f"{len(wishes):,} recipients are more than {MOST:,}: split the list."
        )
    found = checked(wishes, company, account, ways, due_of)
    if general := [one for one in found.bad if one.name in GENERAL]:
        raise not_sent(general[:1], 1, others=False)
    if found.bad and not (skip_bad and found.news):
        raise not_sent(found.bad, len(wishes), others=bool(found.news))
    return found


def _there(files: Sequence[Path]) -> None:
    """That documents are there, before anything is done with them."""
    for file in files:
        try:
            if stat.S_ISREG(file.stat().st_mode):
                continue
            what = "is no file"
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
        raise click.UsageError(f"'{file}' {what}: name the document to be sent.")


def _wishes(order: Order, company: "Company") -> "list[Wish]":
    from dialform.cli.fax.lists import LARGEST, ListError, wishes
    from dialform.cli.fax.recipients import grouped, typed

    found = [*typed(order.to, company), *grouped(order.groups, company)]
    if order.csv is None:
        return found
    piped = str(order.csv) == "-"
    name = "standard input" if piped else order.csv.name
    try:
        with nullcontext(sys.stdin.buffer) if piped else order.csv.open("rb") as file:
            listed = list(wishes(file.read(LARGEST + 1), name))
    except OSError as error:
        raise click.UsageError(f"{order.csv} cannot be read: {error.strerror}.") from None
    except ListError as error:
        raise click.UsageError(str(error)) from None
    if not listed:
        raise click.UsageError(f"{name}: no recipient stands there.")
    return found + listed
