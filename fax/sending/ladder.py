"""The ladder: how a fax is tried, from the quickest way to the one for the worst line.

T.38 spares a fax what packets lost do to sound, but not every gateway on the way does it well. V.17
goes up to 14,400 bit/s, without it V.29 does 9600 (ITU-T T.30, table 2). Error correction (annex A)
repeats what came wrong, and on a line on which much does, it never ends: the last rung is without.
"""

from dialform.fax.released.accounts import Account
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Rung:
    """How one attempt is made. `words` is for people."""

    t38: bool
    ecm: bool
    v17: bool

    @property
    def words(self) -> str:
        """Such as `T.38, up to 14400 bit/s, ECM`."""
        way, speed = "T.38" if self.t38 else "sound", "14400" if self.v17 else "9600"
        return f"{way}, up to {speed} bit/s, {'' if self.ecm else 'no '}ECM"


def rungs(account: Account) -> list[Rung]:
    """All of an account's, the first one first; each is there once."""
    whole = (
        Rung(account.t38, account.ecm, True),
        Rung(False, account.ecm, True),
        Rung(False, account.ecm, False),
        Rung(False, False, False),
    )
    return list(dict.fromkeys(whole))


def rung(step: int, account: Account) -> Rung:
    """The rung that a job stands on; below the last is none."""
    found = rungs(account)
    return found[min(max(step, 0), len(found) - 1)]


def below(step: int, account: Account) -> int:
    """The step after this one; the last one's is itself."""
    return min(max(step, 0) + 1, len(rungs(account)) - 1)
