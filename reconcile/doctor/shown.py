"""The certificate that a service of ours shows to those who come."""

from collections.abc import Iterator
from datetime import UTC, datetime

from dialform.reconcile.doctor.finding import Finding, ok, problem, warning
from dialform.reconcile.doctor.visit import Visit

_SOON, _DAY = 21, 86400.0


def certificate(
    about: str, looked: str, seen: Visit, now: float, worse: str, renew: str
) -> Iterator[Finding]:
    """Whether it lasts and is trusted. `worse` is what becomes of one that is not; `renew` what follows a
    renewal.
    """
    if seen.ends is not None:
        when = datetime.fromtimestamp(seen.ends, UTC).strftime("%Y-%m-%d")
        days = (seen.ends - now) / _DAY
        if days < 0:
            yield problem(
                about, looked, f"Its certificate ended on {when}.", f"Nobody renewed it: {worse}.",
                f"Renew it, then {renew}.",
            )  # fmt: skip
            return
        if days < _SOON:
            yield warning(
                about, looked, f"Its certificate ends on {when}, in {days:.0f} days.",
                "It was not renewed yet.",
                f"Renew it, then {renew}.",
            )  # fmt: skip
        else:
            yield ok(about, looked, f"Its certificate lasts until {when}.")
    if seen.untrusted:
        yield warning(
            about, looked, f"Its certificate is not trusted here: {seen.untrusted}.",
            "It is self-signed, for another name, or the chain of authorities lacks.",
            f"Take one of a public authority, with its chain: {worse}.",
        )  # fmt: skip
