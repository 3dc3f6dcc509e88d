"""The rules over all tenants: what only one of them may have, and where each of them lives."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.reviewing.handles import check_handles
from dialform.compiler.scope import PlatformView
from dialform.compiler.unit import Claims, TenantResult
from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.document import Document
from dialform.schema.rule import Path, Rule
from dialform.schema.rules import phones as phone_rules
from dialform.schema.rules import platform as rules


def tenants_of(view: PlatformView, host: str, slugs: Iterable[str]) -> list[str]:
    """The tenants that live on a host, in order."""
    patterns = view.platform.hosts[host].tenants
    return [s for s in sorted(slugs) if any(fnmatchcase(s, pattern) for pattern in patterns)]


_A_FEW = 3

Locate = Callable[[str, Path, str], Place]
"""Gives the place of a path in a tenant's files: slug, path, `key` or `value`."""


def check_across(
    view: PlatformView,
    documents: dict[str, Document],
    results: dict[str, TenantResult],
    locate: Locate,
) -> Iterator[Diagnostic]:
    """All findings that need more than one tenant."""
    claims = {slug: c for slug in sorted(results) if (c := results[slug].claims) is not None}
    yield from _claimed(
        rules.TwoTenantsOneDomain,
        "domain",
        "{slug}",
        ((slug, c.domain, c.domain_path) for slug, c in claims.items()),
        locate,
    )
    yield from _claimed(
        rules.DidTwice,
        "did",
        "tenant '{slug}'",
        ((slug, e164, ("numbers", key)) for slug, c in claims.items() for e164, key in c.dids),
        locate,
    )
    yield from _claimed(
        rules.DeviceTwice,
        "mac",
        "tenant '{slug}'",
        ((slug, mac, ("devices", mac)) for slug, c in claims.items() for mac in c.devices),
        locate,
    )
    yield from _nowhere_to_fetch(view, documents, claims)
    yield from _apart(view, documents, claims)
    yield from check_handles(view, claims, locate)
    yield from _homes(view, documents, sorted(results), claims, locate)
    yield from _caller_ids(view, documents, claims)


def _claimed(
    rule: type[Rule],
    what: str,
    owner: str,
    claimed: Iterable[tuple[str, str, Path]],
    locate: Locate,
) -> Iterator[Diagnostic]:
    owners: dict[str, str] = {}
    for slug, name, path in claimed:
        first = owners.setdefault(name, slug)
        if first != slug:
            place = locate(slug, path, "value" if path == ("domain",) else "key")
            yield rule.at(place, **{what: name, "other": owner.format(slug=first)})


def _homes(
    view: PlatformView,
    documents: dict[str, Document],
    slugs: Sequence[str],
    claims: dict[str, Claims],
    locate: Locate,
) -> Iterator[Diagnostic]:
    if "platform.yaml" in view.incomplete:
        return  # what a host's patterns are may be what is broken
    platform = documents["platform.yaml"]
    housed: set[str] = set()
    for name, host in view.platform.hosts.items():
        for index, pattern in enumerate(host.tenants):
            found = [slug for slug in slugs if fnmatchcase(slug, pattern)]
            housed.update(found)
            if not found and pattern != "*":
                place = platform.place(("hosts", name, "tenants", index))
                yield rules.HostWithoutTenant.at(place, pattern=pattern)
    homeless = sorted(claims.keys() - housed)
    if len(homeless) > _A_FEW:  # one mistake, and not the tenants'
        names = "', '".join(homeless[:_A_FEW])
        tenants = f"tenants '{names}' and {len(homeless) - _A_FEW} more live"
        yield rules.TenantWithoutHost.at(platform.place(("hosts",), "key"), tenants=tenants)
        return
    for slug in homeless:
        place = locate(slug, ("company",), "key")
        yield rules.TenantWithoutHost.at(place, tenants=f"tenant '{slug}' lives")


def _nowhere_to_fetch(
    view: PlatformView, documents: dict[str, Document], claims: dict[str, Claims]
) -> Iterator[Diagnostic]:
    count = sum(len(claim.devices) for claim in claims.values())
    if count and view.platform.provisioning is None and "platform.yaml" not in view.incomplete:
        phones = f"{count} phones have" if count > 1 else "a phone has"
        place = documents["platform.yaml"].place(("platform",), "key")
        yield phone_rules.NoProvisioning.at(place, count=phones)


def _apart(
    view: PlatformView, documents: dict[str, Document], claims: dict[str, Claims]
) -> Iterator[Diagnostic]:
    """Whether the phones of several hosts would all fetch from one of them."""
    if view.platform.provisioning is None or "platform.yaml" in view.incomplete:
        return
    having = [slug for slug, claim in sorted(claims.items()) if claim.devices]
    homes = {host: set(tenants_of(view, host, having)) for host in view.platform.hosts}
    housed = set().union(*homes.values())
    most = max(homes, key=lambda host: len(homes[host]))
    if lacking := sorted(housed - homes[most]):
        more = f" and {len(lacking) - _A_FEW} more" if len(lacking) > _A_FEW else ""
        names = ", ".join(lacking[:_A_FEW]) + more
        place = documents["platform.yaml"].place(("provisioning",), "key")
        yield phone_rules.PhonesApart.at(place, host=most, tenants=names)


def _caller_ids(
    view: PlatformView, documents: dict[str, Document], claims: dict[str, Claims]
) -> Iterator[Diagnostic]:
    owners = {did: slug for slug, c in claims.items() for did, _ in c.dids}
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
