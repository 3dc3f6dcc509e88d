"""How long a host keeps whose recorded calls: what `dialform recordings` reads on the host."""

import json
from collections.abc import Sequence

from dialform.compiler.resolved import Artifact, TenantSummary
from dialform.compiler.resolved_host import Host

FOLDER = "/var/lib/freeswitch/recordings"
"""Where the distributions' packages record, for a host that names no folder."""

FILE = "recordings.json"
"""Beside the switch's configuration folder, which need not know of it."""


def retention(host: Host, tenants: Sequence[TenantSummary]) -> Artifact:
    """The folder of recordings, and the days that each tenant's are kept. Who keeps all is left out."""
    days = {tenant.slug: tenant.keep_days for tenant in tenants if tenant.keep_days}
    data = {"folder": host.recordings or FOLDER, "keep_days": dict(sorted(days.items()))}
    return Artifact(FILE, f"host {host.name}", (json.dumps(data, indent=2) + "\n").encode())
