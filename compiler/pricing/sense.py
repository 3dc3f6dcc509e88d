"""What must hold between the parts of one price, in a row of a file as in billing.yaml."""

from collections.abc import Mapping
from typing import Any

from dialform.schema.rule import Rule
from dialform.schema.rules import billing as rules
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Nonsense:
    """What is wrong with a price, and with which of its parts. Without a rule, `values` hold `what` and
    `way` for the one that the place has for a price of a wrong shape.
    """

    column: str
    rule: type[Rule] | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def _shape(column: str, what: str, way: str) -> Nonsense:
    return Nonsense(column, None, {"what": what, "way": way})


def nonsense(values: Mapping[str, Any]) -> Nonsense | None:
    """What is wrong with a price, by its parts as `COLUMNS` names them; None where nothing is."""
    service, prefix, free = values["service"], values["prefix"], values["free"]
    own, other = ("per_page", "per_minute") if service == "fax" else ("per_minute", "per_page")
    price, fees = values[own], values["connect"] + values["minimum"]
    start, until = values["from"], values["until"]
    if price is None and not free:
        return _shape(own, f"a {service} rate needs {own}", "write its price, or free: true")
    if values[other] is not None:
        return _shape(other, f"a {service} rate has no {other}", f"its price is {own}")
    if service == "conference" and prefix:
        return _shape("prefix", "a conference rate has no prefix", "remove it")
    if service != "conference" and not prefix:
        return _shape(
            "prefix", f"a {service} rate needs a prefix", "as in +44; + is for all numbers"
        )
    if free and (price or fees):
        return Nonsense(own, rules.FreeWithPrice)
    if not free and not price and not fees:
        return Nonsense(own, rules.ZeroRate)
    if until and until < start:
        return Nonsense("until", rules.UntilBeforeFrom, {"start": start, "until": until})
    return None
