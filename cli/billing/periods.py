"""Times as people type them: a day, a moment, or how long ago; in the tenant's time zone."""

import time

import click

SINCE = click.option(
    "--since", metavar="TIME", help="A day, a moment (2026-11-03T10:00), or how long ago (2h, 7d)."
)
UNTIL = click.option("--until", metavar="TIME", help="Up to this day's or moment's beginning.")


def moment(
    text: str, zone: str, option: str, *, end: bool = False, now: float | None = None
) -> int:
    """Microseconds since 1970 of a day, a moment or a time ago. With `end`, a day means its last moment.

    A moment without an offset is one of the time zone; of an hour that comes twice it is the first.
    Raises UsageError.
    """
    from dialform.billing.views import moments

    present = time.time() if now is None else now
    try:
        return moments.moment(text, zone, present, end=end)
    except moments.MomentError as error:
        raise click.UsageError(f"{option}: '{text}' {error}") from None
