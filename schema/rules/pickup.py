"""DF12xx: pick-up groups."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class PickupAlone(Rule):
    """An extension is alone in a pick-up group: there is nobody whose call it could take.

    Wrong: `pickup_group: sales` at one extension and `pickup_group: salse` at the other.
    Right: the same name at both; a name costs nothing else.
    """

    code = "DF1225"
    severity = Severity.WARNING
    message = "nobody else is in the pick-up group '{group}'"
    hint = "{near}"


class PickupWithoutCode(Rule):
    """Pick-up groups are written, and the feature code that takes a call is switched off.

    Right: `feature_codes: {pickup: "*8"}`, of the tenant or the platform; or no pick-up groups.
    """

    code = "DF1226"
    severity = Severity.WARNING
    message = (
        "nobody can take a call of the pick-up group '{group}': the feature code is switched off"
    )
    hint = 'feature_codes: {{pickup: "*8"}}'
