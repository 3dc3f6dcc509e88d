"""Why a phone does not register, or does not ring."""

import re
from collections.abc import Iterator

from dialform.compiler.scope import Scope
from dialform.reconcile.desk.customers import Customer, customer
from dialform.reconcile.doctor.finding import NOT_APPLIED, Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground, Subject
from dialform.reconcile.doctor.logs import last_lines
from dialform.switch.questions import Registration, registrations

_REFUSED = re.compile(
    r"^(?P<at>\S+ \S+) .*SIP auth failure \((?P<method>\w+)\) on sofia profile '[^']*' for "
    r"\[(?P<user>[^@\]]*)@(?P<domain>[^\]]*)\] from ip (?P<ip>\S+)$"
)
_ADDRESS = re.compile(r"[0-9a-fA-F:.]{2,45}")


async def check(ground: Ground) -> list[Finding]:
    """Each extension that is asked about."""
    found: list[Finding] = []
    for subject in ground.asked("extension"):
        found += await _of(ground, subject)
    return found


async def _of(ground: Ground, subject: Subject) -> list[Finding]:
    number, slug = subject.name, subject.tenant
    about = f"extension {number} of {slug}"
    known = customer(ground.folders.conf, slug) if ground.folders else None
    scope = ground.site.tenant(slug) if ground.site else None
    looked = f"tenants/{slug}/directory.xml"
    in_site = scope is not None and number in scope.tenant.extensions
    if known is None or number not in known.extensions:
        cause, way_out = NOT_APPLIED
        return [problem(
            about, looked, "The switch does not know this extension: its log-in is refused.",
            cause if in_site else "No file of the tenant has it.", way_out,
        )]  # fmt: skip
    said = f"A phone logs in as user `{number}`, domain (and realm) `{known.domain}`."
    found = [ok(about, looked, said)]
    if scope is not None and in_site:
        found += _site(about, scope, number)
    refused = await _refusals(ground, known, number)
    here = await ground.learn(registrations)
    if here is None:
        found.append(unknown(about, "`show registrations`", f"Not asked: {ground.no_switch}."))
        return found + refused
    mine = [one for one in here if one.user == f"{number}.{slug}" and known.answers_to(one.domain)]
    return found + list(_registered(about, known, mine, ground.machine.now(), refused))


def _site(about: str, scope: Scope, number: str) -> Iterator[Finding]:
    tenant, looked = scope.tenant, scope.document
    entry = tenant.extensions[number]
    if tenant.status == "suspended":
        yield warning(
            about, looked, "The tenant is suspended: phones log in, and reach emergency only.",
            "`status: suspended`.", "An admin sets it to active.",
        )  # fmt: skip
    if entry.allow:
        yield warning(
            about, looked, f"It may log in from {', '.join(map(str, entry.allow))} alone.",
            "`allow` of the extension names networks.", "Add the phone's network there.",
        )  # fmt: skip
    if entry.rotate > 1:
        yield warning(
            about, looked, "Its password was rotated: phones with an older one are refused.",
            f"`rotate: {entry.rotate}`.",
            f"Give the phone the present one: `dialform secret show {scope.slug}/{number}/sip`.",
        )  # fmt: skip


def _registered(
    about: str, known: Customer, mine: list[Registration], now: float, refused: list[Finding]
) -> Iterator[Finding]:
    looked = "`show registrations`"
    if not mine:
        found, looked = "No phone of it is registered.", f"{looked}, freeswitch.log"
        if refused:
            last = refused[0]
            yield problem(about, looked, f"{found} {last.found}", last.cause, last.way_out)
            return
        yield problem(
            about, looked, found,
            "Its phone never came, or its log-in got lost: wrong server or port, a firewall, DNS.",
            f"In the phone: user, domain `{known.domain}`, the host's address as proxy. "
            "`dialform doctor profiles ports` looks at this side.",
        )  # fmt: skip
        return
    for one in mine:
        place = f"{one.network}:{one.port} over {one.transport}, profile {one.profile}"
        if "fs_nat=yes" in one.contact or "received=" in one.contact:
            place += ", behind a router (NAT)"
        yield ok(about, looked, f"A phone is registered from {place}.")
        if one.expires < now:
            yield warning(about, looked, "Its registration has run out.", "The phone has gone.",
                          "Look at the phone, and at the network between.")  # fmt: skip
    yield from refused


async def _refusals(ground: Ground, known: Customer, number: str) -> list[Finding]:
    """The last refused log-in of this extension, by the switch's log (`log-auth-failures`)."""
    last: re.Match[str] | None = None
    elsewhere: re.Match[str] | None = None
    for line in await last_lines(ground):
        said = _REFUSED.match(line)
        if said is None or said["user"] != number:
            continue
        if known.answers_to(said["domain"]):
            last = said
        elif known.slug in said["domain"] or _ADDRESS.fullmatch(said["domain"]):
            elsewhere = said
    about = f"extension {number} of {known.slug}"
    if last is not None:
        return [warning(
            about, "freeswitch.log", f"At {last['at']} {_safe(last['ip'])} was refused.",
            "The password is wrong: it was changed or rotated, and the phone has the old one; or "
            "somebody guesses.",
            f"Give the phone the present one: `dialform secret show {known.slug}/{number}/sip`.",
        )]  # fmt: skip
    if elsewhere is not None:
        return [warning(
            about, "freeswitch.log",
            f"At {elsewhere['at']} {_safe(elsewhere['ip'])} asked for {number} in a wrong domain.",
            f"The phone's domain is not `{known.domain}`.",
            f"Set domain (and realm) of the phone to `{known.domain}`; the address is only its proxy.",
        )]  # fmt: skip
    return []


def _safe(text: str) -> str:
    return text if _ADDRESS.fullmatch(text) else "somebody"
