"""The files of one tenant: the same bytes on every host, and nothing of anybody else."""

from dialform.compiler.resolved import Artifact, Tenant
from dialform.renderers.freeswitch import (
    busy,
    by_name,
    directory,
    marks,
    music,
    presence,
    rooms,
    tones,
)
from dialform.renderers.freeswitch.check import check
from dialform.renderers.freeswitch.dialplan import dialplan
from dialform.renderers.freeswitch.flow import Flow
from dialform.renderers.freeswitch.ivr import menus
from dialform.renderers.freeswitch.media import media_name
from dialform.renderers.freeswitch.names import encoded
from dialform.renderers.freeswitch.pickup import picks
from dialform.renderers.freeswitch.queues import queues
from dialform.renderers.freeswitch.recording import hooks
from dialform.renderers.freeswitch.templating import render


def render_tenant(tenant: Tenant) -> list[Artifact]:
    """The directory, dialplan, menus and media of a tenant."""
    folder, owner = f"freeswitch/tenants/{tenant.slug}", f"tenant {tenant.slug}"
    shared = {
        "ringback": tones.ringback(tenant.country),
        "exported": marks.exported(),
        "shown_name": encoded(tenant.caller_id_name),
        "mark": presence.MARK,
        "held": music.held(tenant),
        "hooks": hooks(tenant),
    }
    flow = Flow(tenant)
    found = menus(tenant, flow)
    callcenter = queues(tenant, flow)
    users, lones = directory.entries(tenant)
    files = [
        Artifact(
            f"{folder}/directory.xml",
            owner,
            render(
                "directory.xml.j2",
                tenant=tenant,
                users=users,
                lones=lones,
                picks=picks(tenant),
                its_calls=busy.key(tenant, "${dialed_user}") if busy.most(tenant) else "",
                lists=by_name.lists(tenant),
                **shared,
            ),
            secret=True,
        ),
        Artifact(
            f"{folder}/dialplan.xml",
            owner,
            render("dialplan.xml.j2", **dialplan(tenant, flow, found, callcenter), **shared),
        ),
    ]
    if asking := rooms.asking(tenant):
        files.append(
            Artifact(f"{folder}/rooms.xml", owner, render("rooms.xml.j2", **asking), secret=True)
        )
    if found:
        files.append(Artifact(f"{folder}/ivr.xml", owner, render("ivr.xml.j2", menus=found)))
    if tenant.music:
        content = render(
            "music.xml.j2",
            streams=music.streams(tenant), rate=music.RATE, interval=music.INTERVAL,
            buffer=music.BUFFER,
        )  # fmt: skip
        files.append(Artifact(f"{folder}/music.xml", owner, content))
    if callcenter.queues:
        content = render("queues.xml.j2", queues=callcenter.queues)
        files.append(Artifact(f"{folder}/queues.xml", owner, content))
    for file in files:
        check(file.content or b"")
    media = (
        Artifact(f"{folder}/media/{media_name(path)}", owner, copy_of=path) for path in tenant.media
    )
    return [*files, *media, *music.files(tenant)]
