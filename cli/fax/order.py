"""What somebody wants sent, and to whom: the options of `dialform fax send`, read and checked."""

import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.fax.ordering import Bad, Checked, Order
    from dialform.fax.released import Account, Company, Ways


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
    """The options that say what is to be sent, to whom, and by which account; the command gets them as
    `order` and `account`.
    """

    def with_order(
        *, account: str | None, to: Sequence[str], groups: Sequence[str], csv: Path | None,
        documents: Sequence[str], files: Sequence[Path], cover: str | None, subject: str, at: str,
        **rest: Any,
    ) -> Any:  # fmt: skip
        from dialform.fax.ordering import Order

        listed, name = _listed(csv)
        order = Order(to, groups, listed, name, documents, files, cover, subject.strip(), at)
        return function(order=order, account=account, **rest)

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
    order: "Order", company: "Company", account: "Account", ways: "Ways", now: float, *, skip_bad: bool
) -> "Checked":  # fmt: skip
    """Whom it goes to. Raises NotSent, with all that is wrong; with `skip_bad` only where nobody is left."""
    from dialform.fax.ordering import Words
    from dialform.fax.ordering import recipients as asked

    _there(order.files)
    words = Words("--at", "--to", "--group", "Say to whom: --to, --group or --csv.")
    found, count = asked(order, company, account, ways, now, words)
    if found.bad and not (skip_bad and found.news):
        raise not_sent(found.bad, count, others=bool(found.news))
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


def _listed(csv: Path | None) -> tuple[bytes | None, str]:
    """A list of recipients, and what people know it as."""
    from dialform.fax.ordering.lists import LARGEST

    if csv is None:
        return None, ""
    piped = str(csv) == "-"
    try:
        with nullcontext(sys.stdin.buffer) if piped else csv.open("rb") as file:
            return file.read(LARGEST + 1), "standard input" if piped else csv.name
    except OSError as error:
        raise click.UsageError(f"{csv} cannot be read: {error.strerror}.") from None
