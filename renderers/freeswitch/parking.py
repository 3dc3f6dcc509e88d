"""The parking lot of a tenant, for mod_valet_parking.

The lot is named after the tenant and its SIP domain: what stands behind the `@` is where its slots' lamps
are watched (mod_valet_parking.c, valet_send_presence), and two tenants with the same slots
never meet.
"""

from dialform.compiler.resolved import Tenant
from dialform.renderers.freeswitch.marks import EXPORTED
from dialform.renderers.freeswitch.music import held
from dialform.renderers.freeswitch.phrases import ANY, Input, Step
from dialform.values import dataclass

FULL = "tone_stream://%(250,250,425);loops=6"
"""What is heard where no slot is free: the congestion tone (ITU-T E.180)."""

_SPELLED = "pronounced"

MACROS: dict[str, tuple[Input, ...]] = {
    # mod_valet_parking.c calls it with `lot:slot` on the leg that is parked, which often is not who
    # wants to know: who is told is decided in the tenant's inner context.
    "valet_announce_ext": (
        Input(
            "^.+:([0-9]+)$",
            (Step("execute", "execute_extension(parked-$1 XML ${dialform_tenant}.flow)"),),
        ),
    ),
    "valet_lot_full": (Input(ANY, ()),),
    "valet_lot_empty": (Input(ANY, ()),),
    "dialform_slot": (Input("^([0-9]+)$", (Step("say", "$1", _SPELLED, "name_spelled"),)),),
}
"""What mod_valet_parking plays, and the number of a slot as it is said."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A parking lot, ready to be written. `numbers` and `slots` are regular expressions.

    `full` matches the answer of `valet_info` while every slot is taken.
    """

    name: str
    number: str
    slots: str
    first: int
    last: int
    timeout: int
    call_back: bool
    music: str

    @property
    def full(self) -> str:
        """As many `<extension uuid="…">slot</extension>` as there are slots."""
        return rf"(?:<extension [^/]*/extension>\s*){{{self.last - self.first + 1}}}"


def lot(tenant: Tenant) -> Lot | None:
    """The parking lot of a tenant that has one."""
    parking = tenant.parking
    if parking is None:
        return None
    return Lot(
        name=f"{tenant.slug}@{tenant.domain}",
        number=parking.lot,
        slots=between(parking.first, parking.last),
        first=parking.first,
        last=parking.last,
        timeout=parking.timeout,
        call_back=parking.call_back,
        music=held(tenant) or "silence",
    )


def call_back_marks(tenant: Tenant) -> str:
    """What the CDR of a leg must say that no calling leg tells it: `;` stands between."""
    given = {
        "dialform_tenant": tenant.slug,
        "dialform_plan": tenant.plan,
        "dialform_revision": "$${dialform_revision}",
        "force_transfer_context": f"{tenant.slug}.transferred",
        "sip_copy_custom_headers": "false",
        "limit_ignore_transfer": "true",
        "timezone": tenant.timezone,
        "default_language": tenant.language,
        "export_vars": ",".join(EXPORTED),
    }
    return ";".join(f"{name}={value}" for name, value in given.items())


def between(first: int, last: int) -> str:
    """A regular expression for the numbers from `first` to `last`, which have equally many digits.

    1,000 slots one by one would be tried for each call that a phone makes.
    """
    low, high = str(first), str(last)
    if low == high:
        return low
    same = next(i for i, pair in enumerate(zip(low, high, strict=True)) if len(set(pair)) > 1)
    head, low, high = low[:same], low[same:], high[same:]
    rest = len(low) - 1
    if rest == 0:
        return f"{head}[{low}-{high}]"
    parts = []
    start, stop = int(low[0]), int(high[0])
    if set(low[1:]) != {"0"}:
        parts.append(low[0] + between_tail(low[1:], "9" * rest))
        start += 1
    if set(high[1:]) != {"9"}:
        parts.append(high[0] + between_tail("0" * rest, high[1:]))
        stop -= 1
    if start <= stop:
        digits = str(start) if start == stop else f"[{start}-{stop}]"
        parts.insert(0, f"{digits}{'[0-9]' * rest}")
    return head + (parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})")


def between_tail(low: str, high: str) -> str:
    """The same for digits that may begin with zeros."""
    return between(int(f"1{low}"), int(f"1{high}")).removeprefix("1")
