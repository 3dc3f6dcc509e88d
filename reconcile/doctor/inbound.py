"""Why a call from outside does not arrive: from the carrier's side inwards."""

from collections.abc import Iterator

from dialform.compiler.platform import host_is_name
from dialform.compiler.scope import Scope
from dialform.reconcile.doctor.finding import NOT_APPLIED, Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.gateways import wanted
from dialform.reconcile.doctor.ground import Ground, Subject
from dialform.switch.questions import gateways, profiles

_EXTERNAL = "external"


async def check(ground: Ground) -> list[Finding]:
    """Each number that is asked about."""
    found: list[Finding] = []
    for subject in ground.asked("number"):
        found += await _of(ground, subject)
    return found


async def _of(ground: Ground, subject: Subject) -> list[Finding]:
    number, about = subject.name, f"number {subject.name}"
    owner = _owner(ground, number)
    if owner is None:
        if ground.site is None:
            return [
                unknown(about, "the site's YAML", "No site was named: whose it is is not known.")
            ]
        return [problem(
            about, "`numbers` of all tenants", "No tenant has this number.",
            "Calls to it are refused (403), whoever sends them.",
            "An admin adds it to `numbers` of the tenant, with its provider.",
        )]  # fmt: skip
    found = list(_routed(owner, number, about))
    found += list(_compiled(ground, number, about))
    found += await _trunk(ground, owner, number, about)
    if ground.trace is not None and ground.folders is not None:
        found.append(_traced(ground, number, about))
    return found


def _owner(ground: Ground, number: str) -> Scope | None:
    return next((one for one in ground.scopes() if number in one.tenant.numbers), None)


def _routed(scope: Scope, number: str, about: str) -> Iterator[Finding]:
    looked = f"`numbers`, `inbound_routes`, `status`, `block` of {scope.document}"
    if scope.tenant.status == "suspended":
        yield problem(
            about, looked, f"Tenant {scope.slug} is suspended: callers are told so.",
            "`status: suspended`.", "An admin sets it to active.",
        )  # fmt: skip
    if number not in scope.tenant.inbound_routes:
        yield problem(
            about, looked, f"It is {scope.slug}'s, and leads nowhere.", "It has no inbound route.",
            f'Add one: `inbound_routes: {{"{number}": {{ring_group: …}}}}`.',
        )  # fmt: skip
    else:
        yield ok(about, looked, f"It is {scope.slug}'s, and has an inbound route.")
    if scope.tenant.block.inbound:
        many = len(scope.tenant.block.inbound)
        yield ok(about, looked, f"Callers on the block list ({many} entries) are refused.")


def _compiled(ground: Ground, number: str, about: str) -> Iterator[Finding]:
    looked = "dialplan/public.xml"
    if ground.folders is None:
        return
    try:
        text = (ground.folders.conf / looked).read_text("utf-8")
    except OSError:
        yield unknown(about, looked, "It cannot be read.")
        return
    digits = number.removeprefix("+")
    if f'name="did_{digits[:-2]}"' not in text:
        yield problem(
            about, looked, "The switch's files do not have it.", *NOT_APPLIED,
        )  # fmt: skip


async def _trunk(ground: Ground, scope: Scope, number: str, about: str) -> list[Finding]:
    """The provider: whether its calls are let in, and its gateway is up."""
    name = scope.tenant.numbers[number].provider
    provider = scope.view.providers.get(name)
    looked = f"providers.d/{name}.yaml, acl.conf.xml"
    if provider is None:
        return [problem(about, looked, f"Its provider {name} is not there.", "No such file.",
                        f"Write providers.d/{name}.yaml.")]  # fmt: skip
    found = []
    if not provider.active:
        found.append(problem(about, looked, f"Provider {name} is switched off.", "`active: false`.",
                             "Set it to true."))  # fmt: skip
    by_name = not provider.addresses and host_is_name(provider.host)
    if by_name and not ground.machine.resolves(provider.host):
        found.append(problem(
            about, looked, f"Nobody knows from which address {name} calls.",
            f"It has no `addresses`, and {provider.host} has no address in DNS.",
            "Write the carrier's addresses into `addresses`.",
        ))  # fmt: skip
    elif by_name:
        found.append(warning(
            about, looked, f"Only calls from the addresses of {provider.host} are let in.",
            "Carriers often call from others than they register at.",
            "Ask the carrier from where it calls, and list it in `addresses`.",
        ))  # fmt: skip
    live, up = await ground.learn(gateways), await ground.learn(profiles)
    if live is None or up is None:
        found.append(unknown(about, "`sofia status`", f"Not asked: {ground.no_switch}."))
        return found
    if _EXTERNAL not in up or not up[_EXTERNAL].running:
        found.append(problem(
            about, "`sofia xmlstatus`", "Profile external does not run: no carrier gets through.",
            "It was stopped or could not bind.", "`dialform doctor profiles ports`.",
        ))  # fmt: skip
    gateway = live.get(name)
    if name in wanted(ground) and (gateway is None or not gateway.up):
        state = gateway.state if gateway else "not there"
        found.append(problem(
            about, "`sofia xmlstatus gateway`", f"Gateway {name} is down ({state}).",
            "A carrier that we do not register with does not call us.",
            f"`dialform doctor {name}` says why.",
        ))  # fmt: skip
    return found or [ok(about, looked, f"Calls of {name} are let in, and its gateway is up.")]


def _traced(ground: Ground, number: str, about: str) -> Finding:
    assert ground.trace is not None
    return ok(about, "a simulated call, now", f"From outside, now: {ground.trace(number)}")
