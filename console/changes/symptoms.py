"""What people report, and what of the doctor looks into it: a table."""

from dialform.reconcile.doctor.ground import Subject
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that is reported. `asks` is the kind of subject that somebody has to name, "" for none.

    `checks` are looked into besides; `wide` ones are of the whole host, and only an admin's.
    """

    key: str
    title: str
    asks: str = ""
    checks: tuple[str, ...] = ()
    wide: bool = False

    def subjects(self, name: str, tenant: str) -> tuple[Subject, ...]:
        """What the doctor is asked about."""
        named = (Subject(self.asks, name, tenant),) if self.asks else ()
        return (*named, *(Subject("check", check) for check in self.checks))


SYMPTOMS: tuple[Symptom, ...] = (
    Symptom("phone", "A phone does not register, or does not ring", "extension"),
    Symptom("arrive", "Calls from outside do not arrive", "number"),
    Symptom("outside", "Calls to the outside are refused", "", ("refused", "quota")),
    Symptom("lacks", "Somebody lacks a page or a function", "user"),
    Symptom("quota", "Nothing more can be added", "", ("quota",)),
    Symptom("fax", "Faxes are not sent, or do not arrive", "", ("fax", "inbox")),
    Symptom("fetch", "Phones do not fetch their settings", "", ("provisioning",)),
    Symptom("trunk", "A trunk is down", "gateway", wide=True),
    Symptom("change", "A change does not reach the switch", "", ("revision", "agent"), wide=True),
    Symptom("billing", "Calls are not booked", "", ("billing",), wide=True),
    Symptom("audio", "No sound, or one side only", "", ("profiles", "ports", "certificates", "prompts"),
            wide=True),
    Symptom("all", "Look at everything", wide=True),
)  # fmt: skip
BY_KEY = {one.key: one for one in SYMPTOMS}
