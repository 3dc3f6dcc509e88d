"""The files of one tenant: the same bytes on every host, and nothing of anybody else."""

from dialform.compiler.resolved import Artifact, Tenant
from dialform.renderers.freeswitch import directory, marks, tones
from dialform.renderers.freeswitch.check import check
from dialform.renderers.freeswitch.flow import Flow
from dialform.renderers.freeswitch.ivr import menus
from dialform.renderers.freeswitch.media import media_name
from dialform.renderers.freeswitch.templating import render

BUSY = "USER_BUSY|CALL_REJECTED"
"""The dispositions after which the `busy` destination is taken."""

UNREGISTERED = (
    "USER_NOT_REGISTERED|SUBSCRIBER_ABSENT|NORMAL_TEMPORARY_FAILURE|NETWORK_OUT_OF_ORDER"
    "|DESTINATION_OUT_OF_ORDER|RECOVERY_ON_TIMER_EXPIRE|PROGRESS_TIMEOUT|GATEWAY_DOWN"
)
"""Those of a phone that is not there, or is registered and cannot be reached."""


def render_tenant(tenant: Tenant) -> list[Artifact]:
    """The directory, dialplan, menus and media of a tenant."""
    folder, owner = f"freeswitch/tenants/{tenant.slug}", f"tenant {tenant.slug}"
    shared = {"ringback": tones.ringback(tenant.country), "exported": marks.exported()}
    users, lones = directory.entries(tenant)
    files = [
        ("directory.xml", True, render(
            "directory.xml.j2", tenant=tenant, users=users, lones=lones, **shared
        )),
        ("dialplan.xml", False, render("dialplan.xml.j2", **_dialplan(tenant), **shared)),
    ]  # fmt: skip
    if tenant.ivr_menus:
        files.append(("ivr.xml", False, render("ivr.xml.j2", menus=menus(tenant, Flow(tenant)))))
    for _, _, content in files:
        check(content)
    return [
        *(Artifact(f"{folder}/{name}", owner, content, secret=s) for name, s, content in files),
        *(
            Artifact(f"{folder}/media/{media_name(path)}", owner, copy_of=path)
            for path in tenant.media
        ),
    ]
