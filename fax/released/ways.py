"""Which way a fax goes out, by the routes and trunks of the released folder: as the dialplan decides it."""

import re
from collections.abc import Mapping, Sequence

from dialform.fax.released.accounts import Account, Company
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Trunk:
    """A provider. `limit` is the argument of the application `limit`, empty for none; of `max_faxes` 0 is any
    number.
    """

    name: str
    plus: str
    forms: str
    fallback: str
    caller_id_type: str
    codecs: tuple[str, ...]
    limit: str
    max_faxes: int


@dataclass(frozen=True, slots=True)
class Way:
    """A fax route."""

    name: str
    expression: str
    refused: str
    tolls: str
    by_country: bool
    plan: str
    providers: tuple[str, ...]

    def takes(self, e164: str) -> bool:
        """Whether it is for this number."""
        return bool(re.search(self.expression, e164)) and not (
            self.refused and not re.search(self.refused, e164)
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a fax does not go out: a name of the rulings (toll, no_route, …), and a sentence."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Ways:
    """All fax routes, in order: of those that take a number the first decides."""

    routes: tuple[Way, ...]
    trunks: Mapping[str, Trunk]
    forms: Mapping[str, Sequence[tuple[str, str]]]
    failures: frozenset[str]
    """Hangup causes upon which the next provider is tried."""

    def way(self, company: Company, account: Account, e164: str) -> Way | Refusal:
        """The route that a number takes, or why it takes none."""
        if company.suspended:
            return Refusal(
                "suspended", f"{company.name} is suspended: only emergency calls go out."
            )
        if not account.sends:
            return Refusal(
                "permission", "The tenant may not send faxes: an admin grants `send_fax`."
            )
        if not account.e164:
            return Refusal(
                "no_number",
                f"Fax account {account.number} has no number to show: "
                "give it `number:`, one of the tenant's.",
            )
        if not company.may_call(e164):
            return Refusal("do_not_call", f"{e164} is on the do-not-call list.")
        found = next((way for way in self.routes if way.takes(e164)), None)
        if found is None or not found.providers:
            return Refusal(
                "no_route",
                f"No fax route takes {e164}: an admin adds one with `service: fax` to routes.yaml.",
            )
        asked = self._asked(found, company, account, e164)
        if found.tolls and not re.fullmatch(found.tolls, asked):
            return Refusal(
                "toll",
                f"{e164} costs more than extension {account.number} may dial (`toll: {account.toll}`).",
            )
        return found

    def _asked(self, way: Way, company: Company, account: Account, e164: str) -> str:
        if not way.by_country:
            return account.toll
        digits = e164.removeprefix("+")
        where = ""
        if company.premium and re.fullmatch(company.premium, digits):
            where = "premium"
        elif company.home and re.fullmatch(company.home, digits):
            where = "home"
        return f"{where} {account.toll}"

    def written(self, trunk: Trunk, e164: str) -> str:
        """A number as this trunk wants it."""
        if not e164.startswith("+"):
            return e164
        digits = e164[1:]
        for regex, replacement in self.forms.get(trunk.forms, ()):
            if found := re.search(regex, digits):
                return re.sub(r"\$(\d)", lambda one: found[int(one[1])] or "", replacement)
        return trunk.plus + digits
