"""All files of a site: those of the switch, those that phones fetch, and what faxes need."""

from collections.abc import Sequence
from pathlib import Path

from dialform.compiler import resolved, resolved_host
from dialform.renderers import fax, freeswitch, phones
from dialform.renderers.freeswitch import boot_command

__all__ = ["boot_command", "remember_templates", "render_host", "render_tenant"]


def remember_templates(folder: Path) -> None:
    """Keep compiled templates in this folder: compiling them again takes longer than a tenant does."""
    freeswitch.remember_templates(folder)
    phones.remember_templates(folder)


def render_tenant(tenant: resolved.Tenant) -> list[resolved.Artifact]:
    """The files of one tenant, the same on every host."""
    fetched = phones.render_phones(tenant)
    return [
        *freeswitch.render_tenant(tenant),
        *fetched,
        *phones.index_of(tenant, fetched),
        *fax.accounts_file(tenant),
    ]


def render_host(
    platform: resolved_host.Platform,
    host: resolved_host.Host,
    tenants: Sequence[resolved.TenantSummary],
    revision: str,
) -> list[resolved.Artifact]:
    """The files of one host that are not a tenant's."""
    own = freeswitch.render_host(platform, host, tenants, revision)
    return [*own, *phones.service_file(platform), *fax.ways_file(platform)]
