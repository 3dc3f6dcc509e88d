"""Why a fax is stuck: the account, the number, the way out, the modules."""

from collections.abc import Iterator

from dialform.compiler.destinations import ends
from dialform.compiler.permissions import tenant_tokens
from dialform.compiler.scope import Scope
from dialform.reconcile.doctor import faxqueue
from dialform.reconcile.doctor.finding import Finding, Level, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground
from dialform.switch.questions import Ask, modules

_MODULE = "mod_spandsp"


async def check(ground: Ground) -> list[Finding]:
    """The module, and each tenant with fax accounts."""
    found = [await _module(ground)]
    scopes = [scope for scope in ground.scopes() if scope.tenant.fax.accounts]
    if ground.site is None:
        found.append(
            unknown("fax accounts", "the site's YAML", f"Not looked at: {ground.no_site}.")
        )
    accounts = [finding for scope in scopes for finding in _of(scope)]
    wrong = [one for one in accounts if one.level is not Level.OK]
    if accounts and not (wrong or ground.tenant or ground.subjects):
        said = f"{len(accounts)} accounts, each with a number and a way out."
        accounts = [ok("fax accounts", "`fax` of each tenant, routes.yaml", said)]
    found += wrong or accounts
    return [*found, *(await faxqueue.check(ground) if scopes or ground.site is None else ())]


async def _module(ground: Ground) -> Finding:
    looked = f"`module_exists {_MODULE}`"
    loaded = await ground.learn(_loaded)
    if loaded is None:
        return unknown("fax engine", looked, f"Not asked: {ground.no_switch}.")
    if _MODULE in loaded:
        return ok("fax engine", looked, f"{_MODULE} is loaded: T.30 and T.38.")
    return problem(
        "fax engine", looked, f"{_MODULE} is not loaded: no fax is sent or received.",
        "This build of FreeSWITCH lacks it, or it failed to load.",
        "Install freeswitch-mod-spandsp, then `fs_cli -x 'load mod_spandsp'`.",
    )  # fmt: skip


async def _loaded(ask: Ask) -> set[str]:
    return await modules(ask, [_MODULE])


def _of(scope: Scope) -> Iterator[Finding]:
    tenant, held = scope.tenant, tenant_tokens(scope)
    looked = f"`fax`, `inbound_routes`, `permissions` of {scope.document}, routes.yaml"
    into = {route.detect_fax for route in tenant.inbound_routes.values()}
    into |= {
        one.target
        for route in tenant.inbound_routes.values()
        for one in ends(route)
        if one.kind in ("fax", "extension")
    }
    way = [name for name, route in scope.view.routes.items() if route.service == "fax"]
    for number, account in tenant.fax.accounts.items():
        about, wrong = f"fax account {number} of {scope.slug}", []
        if not held & {"send_fax", "receive_fax"}:
            wrong.append(problem(
                about, looked, "The tenant may neither send nor receive faxes.",
                "It lacks `send_fax` and `receive_fax`.", "An admin grants them.",
            ))  # fmt: skip
        if "receive_fax" in held and number not in into:
            wrong.append(problem(
                about, looked, "No number leads to it: nothing can be received.",
                f'No inbound route has `fax: "{number}"` or `detect_fax: "{number}"`.',
                f'Add an inbound route: `"+…": {{fax: "{number}"}}`.',
            ))  # fmt: skip
        if "send_fax" in held and not way:
            wrong.append(problem(
                about, looked, "Faxes have no way out.", "No route has `service: fax`.",
                "Add one to routes.yaml; T.38 needs a provider that speaks it.",
            ))  # fmt: skip
        if not account.deliver_to:
            wrong.append(warning(
                about, looked, "Nobody gets what it receives.", "It has no `deliver_to`.",
                "Name a mail address.",
            ))  # fmt: skip
        yield from wrong or [ok(about, looked, "A number leads to it, and faxes have a way out.")]
