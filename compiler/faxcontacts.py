"""Whom a tenant sends faxes to: contacts that no fax reaches, and that stand twice."""

from collections.abc import Iterator

from dialform.compiler.blocking import covers, number_set
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.permissions import tenant_tokens
from dialform.compiler.routes import affordable, best_route, toll_of
from dialform.compiler.scope import Scope
from dialform.schema.platform import TOLLS
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import fax as rules

Faxed = dict[str, tuple[str, Path]]
"""E.164 → the first contact that has it as its fax number, and where it stands."""


def check_fax_contacts(scope: Scope) -> Iterator[Flaw]:
    """All findings about the fax numbers of the address book."""
    faxed: Faxed = {}
    barred = number_set(scope.tenant.do_not_call, scope.country)
    for slug, contact in scope.tenant.contacts.items():
        path: Path = ("contacts", slug, "fax")
        try:
            number = parse_e164(contact.fax or "", scope.country).e164
        except NumberError:
            continue  # none is written, or it has a finding of its own
        first, _ = faxed.setdefault(number, (slug, path))
        if first != slug:
            yield scope.flaw(rules.SameFaxNumber, *path, other=first)
        elif covers(barred, number):
            yield scope.flaw(rules.ContactBarred, *path, number=number)
            del faxed[number]
    if scope.tenant.fax.accounts and "send_fax" in tenant_tokens(scope):
        yield from _ways(scope, faxed)


def _ways(scope: Scope, faxed: Faxed) -> Iterator[Flaw]:
    """Numbers that no fax reaches: told once for those without a route, once for those too dear."""
    if scope.view.incomplete & {"routes.yaml", "platform.yaml"}:
        return
    most = _most(scope)
    unreached: list[str] = []
    dear: list[str] = []
    for number in faxed:
        found = best_route(scope.view, number, "fax")
        if found is None:
            unreached.append(number)
        elif not affordable(toll_of(found[1], number, scope.country), most):
            dear.append(number)
    if unreached:
        what = f"no fax route takes {_few(unreached)}"
        code = parse_e164(unreached[0], scope.country).country_code
        way = f'add one to routes.yaml, as in {{service: fax, prefix: "+{code}", …}}'
        yield scope.flaw(rules.NoFaxRoute, *faxed[unreached[0]][1], what=what, way=way)
    if dear:
        what = f"no fax account may dial {_few(dear)}: toll {most} is the most that any has"
        way = "raise the toll of an account's extension"
        yield scope.flaw(rules.NoFaxRoute, *faxed[dear[0]][1], what=what, way=way)


def _few(numbers: list[str]) -> str:
    return numbers[0] + (f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else "")


def _most(scope: Scope) -> str:
    """The dearest class that any account may dial."""
    default = scope.view.platform.defaults.toll
    extensions = (scope.tenant.extensions.get(one) for one in scope.tenant.fax.accounts)
    tolls = ((one.toll if one else None) or default for one in extensions)
    return max(tolls, key=TOLLS.index)
