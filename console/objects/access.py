"""A tenant's phones: the address and QR code that one is set up with, and having it fetch its settings."""

from typing import Any

from starlette.responses import Response

from dialform.compiler.scope import Scope
from dialform.compiler.secrets import SecretError
from dialform.console.errors import Away, NotThere, Refused
from dialform.console.need import Need
from dialform.console.page import Context, Page
from dialform.provisioning.errors import ProvisioningError
from dialform.reconcile.desk import telling, written
from dialform.reconcile.desk.devices import Device, devices, one_of
from dialform.reconcile.desk.errors import DeskError
from dialform.reconcile.desk.scope import Scope as Reach
from dialform.reconcile.phones.telling import phone_profiles
from dialform.schema.devices import bare_mac

NEED = Need("tenant_admin", ("devices",))
_TOLD = {"resync": "fetches its settings now", "reboot": "starts again now"}
_NOT_TOLD = {
    "unregistered": "It is not registered, so it cannot be told: it fetches when it is switched on.",
    "deaf": "Its vendor documents no way to tell it: switch it off and on.",
    "busy": "It is in a call: end that first.",
}


async def address(context: Context) -> Response:
    """The address that a phone is set up with, and its QR code; written down that it was shown.

    Whoever has it gets the phone's SIP passwords. Scope: the phones of the tenant as it runs.
    """
    scope, mac = _phone(context)
    try:
        base = written.base_address(scope.view.platform.provisioning)
        found = written.written(scope, mac, base)
        access = await context.ground.off(written.access, found, context.ground.store)
    except DeskError as error:
        raise Refused(str(error)) from None
    except SecretError as error:
        raise Away(f"The address cannot be known here: {error.reason}.") from None
    context.audit("phone address", tenant=scope.slug, device=mac)
    return context.render(
        "objects/address.html", key=mac, access=access, found=found, code=_code(access.own),
        back=f"/t/{scope.slug}/devices/{mac}",
    )  # fmt: skip


async def tell(context: Context) -> Response:
    """Has a phone fetch its settings, or start again. Scope: as `address`."""
    scope, mac = _phone(context)
    what = await context.text("do")
    if what not in _TOLD:
        raise NotThere("There is nothing like that to do with a phone.")
    customer = context.ground.customer(scope.slug)
    if customer is None:
        raise Away("This tenant's calls run on another host: open the portal of that one.")
    phone = await context.ground.off(_compiled, context, Reach(customer), mac)
    link = context.ground.link
    talking: Any = frozenset()
    if what == "reboot":
        talking = await telling.in_calls(link.api, Reach(customer))
    if telling.busy(phone, talking):
        raise Refused(_NOT_TOLD["busy"])
    how = "resync" if what == "resync" else "reboot"
    done = await telling.tell_device(link, await phone_profiles(link.api), phone, how)  # type: ignore[arg-type]
    if done.how != "told":
        raise Refused(_NOT_TOLD[done.how])
    context.audit(f"phone {what}", tenant=scope.slug, device=mac)
    context.flash(f"{scope.tenant.devices[mac].label} {_TOLD[what]}.")
    return context.redirect(f"/t/{scope.slug}/devices/{mac}")


def _phone(context: Context) -> tuple[Scope, str]:
    """The phone of the path in the tenant as it runs. Raises NotThere."""
    scope, typed = context.scope(), str(context.params["key"])
    mac = bare_mac(typed)
    if not mac or mac not in scope.tenant.devices:
        raise NotThere(
            "There is no such phone in what runs now: it fetches nothing before its change is applied."
        )
    return scope, mac


def _compiled(context: Context, reach: Reach, mac: str) -> Device:
    try:
        return one_of(devices(context.ground.folders().current, reach), mac)
    except (ProvisioningError, DeskError, OSError):
        raise Away("The switch does not have this phone yet.") from None


def _code(text: str) -> str:
    """A QR code as a `data:` address of an SVG."""
    import segno

    made: str = segno.make_qr(text, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return made


PAGES = (
    Page("/t/{tenant}/devices/{key}/address", address, NEED, methods=("POST",)),
    Page("/t/{tenant}/devices/{key}/tell", tell, NEED, methods=("POST",)),
)
