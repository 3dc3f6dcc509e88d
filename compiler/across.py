"""The rules over all tenants: what only one of them may have, and where each of them lives."""

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.scope import PlatformView
from dialform.compiler.unit import Claim, Claims, TenantResult
from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.document import Document
from dialform.schema.rule import Rule
from dialform.schema.rules import platform as rules


def tenants_of(view: PlatformView, host: str, slugs: Iterable[str]) -> list[str]:
    """The tenants that live on a host, in order."""
    patterns = view.platform.hosts[host].tenants
    return [s for s in sorted(slugs) if any(fnmatchcase(s, pattern) for pattern in patterns)]


def check_across(
    view: PlatformView, documents: dict[str, Document], results: dict[str, TenantResult]
) -> Iterator[Diagnostic]:
    """All findings that need more than one tenant."""
    ordered = [results[slug] for slug in sorted(results)]
    yield from _claimed(
        ordered, lambda c: (c.domain,), rules.TwoTenantsOneDomain, "domain", "{slug}"
    )
    yield from _claimed(ordered, lambda c: c.dids, rules.DidTwice, "did", "tenant '{slug}'")
    yield from _claimed(ordered, lambda c: c.devices, rules.DeviceTwice, "mac", "tenant '{slug}'")
    yield from _homes(view, documents, results)
    yield from _caller_ids(view, documents, ordered)


def _claimed(
    results: list[TenantResult],
    claims: Callable[[Claims], Iterable[Claim]],
    rule: type[Rule],
    what: str,
    owner: str,
) -> Iterator[Diagnostic]:
    owners: dict[str, str] = {}
    for result in results:
        for claim in claims(result.claims) if result.claims else ():
            name = claim[0]
            first = owners.setdefault(name, result.slug)
            if first != result.slug:
                other = owner.format(slug=first)
                yield rule.at(Place(*claim[1:]), **{what: name, "other": other})


def _homes(
    view: PlatformView, documents: dict[str, Document], results: dict[str, TenantResult]
) -> Iterator[Diagnostic]:
    if "platform.yaml" in view.incomplete:
        return  # what a host's patterns are may be what is broken
    platform = documents["platform.yaml"]
    housed: set[str] = set()
    for name, host in view.platform.hosts.items():
        for index, pattern in enumerate(host.tenants):
            found = [slug for slug in results if fnmatchcase(slug, pattern)]
            housed.update(found)
            if not found and pattern != "*":
                place = platform.place(("hosts", name, "tenants", index))
                yield rules.HostWithoutTenant.at(place, pattern=pattern)
    for slug in sorted(results.keys() - housed):
        claims = results[slug].claims
        if claims:
            yield rules.TenantWithoutHost.at(Place(*claims.domain[1:]), tenant=slug)


def _caller_ids(
    view: PlatformView, documents: dict[str, Document], results: list[TenantResult]
) -> Iterator[Diagnostic]:
    owners = {did: r.slug for r in results if r.claims for did, *_ in r.claims.dids}
    for name, provider in view.providers.items():
        if provider.caller_id is None:
            continue
        try:
            number = parse_e164(provider.caller_id, view.platform.country).e164
        except NumberError:
            continue
        if number in owners:
            place = documents[f"providers.d/{name}.yaml"].place(("caller_id",))
            yield rules.ProviderShowsTenant.at(place, number=number, tenant=owners[number])
