"""One's own phones: whether they are up to date and registered, fetching anew, and how one is set up."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from dialform.compiler.secrets import SecretError
from dialform.console.errors import Away, NotThere, Refused
from dialform.console.me import desk
from dialform.console.need import ANYBODY, holding
from dialform.console.page import Context, Menu, Page
from dialform.provisioning.errors import ProvisioningError
from dialform.provisioning.fetches import Fetch, last_fetches
from dialform.reconcile.desk import telling, written
from dialform.reconcile.desk.devices import Device as Compiled
from dialform.reconcile.desk.devices import devices, one_of
from dialform.reconcile.desk.phonelist import registered
from dialform.reconcile.desk.scope import Scope as Reach
from dialform.reconcile.phones.telling import phone_profiles
from dialform.schema.devices import Device
from dialform.switch import SwitchError, questions
from dialform.values import dataclass

WEB = "webphone"
_WHAT = {"resync": "fetches its settings now", "reboot": "starts again now"}
_NOT_TOLD = {
    "unregistered": "It is not registered, so it cannot be told: it fetches when it is switched on.",
    "deaf": "Its vendor documents no way to tell it: switch it off and on.",
    "busy": "It is in a call: end that first.",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as its user sees it. None is what nobody knows now."""

    key: str
    entry: Device
    compiled: Compiled | None
    registered: tuple[str, ...] | None
    fetch: Fetch | None
    fetches_known: bool

    @property
    def web(self) -> bool:
        """Whether it is a browser: it fetches nothing."""
        return self.entry.vendor == WEB

    @property
    def up_to_date(self) -> bool | None:
        """Whether it has what there is now."""
        if self.compiled is None or not self.fetches_known:
            return None
        return self.fetch is not None and self.fetch.revision == self.compiled.revision


async def overview(context: Context) -> Response:
    """One's phones. Scope: devices whose user the visitor is."""
    if not context.visitor.user:
        return desk.nobody(context, "My phones")
    return context.render("me/devices.html", phones=await _phones(context))


async def one(context: Context) -> Response:
    """One phone. Scope: as `overview`."""
    return await _page(context, await _phone(context))


async def _page(context: Context, phone: Phone, **more: Any) -> Response:
    shown: Mapping[str, Any] = {"access": None, "where": "", "code": "", **more}
    return context.render(
        "me/device.html", phone=phone, may=context.visitor.holds("devices"), **shown
    )


async def tell(context: Context) -> Response:
    """Has a phone fetch its settings, or start again. Scope: own devices; needs `devices`."""
    phone, what = await _phone(context), await context.text("do")
    if what not in _WHAT or phone.web:
        raise NotThere("There is nothing like that to do with this phone.")
    if phone.compiled is None:
        raise Away(
            "The switch does not have this phone yet: the change that brings it is on its way."
        )
    link = context.ground.link
    talking = await telling.in_calls(link.api, _reach(context)) if what == "reboot" else frozenset()
    if telling.busy(phone.compiled, talking):
        raise Refused(_NOT_TOLD["busy"])
    done = await telling.tell_device(
        link, await phone_profiles(link.api), phone.compiled,
        "resync" if what == "resync" else "reboot",
    )  # fmt: skip
    if done.how != "told":
        raise Refused(_NOT_TOLD[done.how])
    context.audit(f"phone {what}", device=phone.key)
    context.flash(f"{phone.entry.label} {_WHAT[what]}.")
    return context.redirect(f"/me/devices/{phone.key}")


async def address(context: Context) -> Response:
    """The address that a phone is set up with, and its QR code: shown once, and written down that it was.

    Whoever has it gets the phone's SIP passwords. Scope: own devices; needs `devices`.
    """
    phone = await _phone(context)
    if phone.web:
        raise NotThere("A browser needs no address: its phone is in the header of the portal.")
    scope = desk.own(context).scope
    with desk.told():
        base = written.base_address(scope.view.platform.provisioning)
        found = written.written(scope, phone.key, base)
    try:
        access = await context.ground.off(written.access, found, context.ground.store)
    except SecretError as error:
        raise Away(f"The address cannot be known here: {error.reason}.") from None
    context.audit("phone address", device=phone.key)
    return await _page(
        context, phone, access=access, where=found.vendor.where, code=_code(access.own)
    )


def _code(text: str) -> str:
    """A QR code as a `data:` address of an SVG."""
    import segno

    made: str = segno.make_qr(text, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return made


async def _phone(context: Context) -> Phone:
    key = str(context.params["key"])
    for phone in await _phones(context):
        if phone.key == key:
            return phone
    raise NotThere("There is no such phone of yours.")


async def _phones(context: Context) -> list[Phone]:
    who, ground = desk.own(context), context.ground
    keys = context.visitor.devices
    if not keys:
        return []
    reach = _reach(context)

    def read() -> tuple[list[Compiled], Mapping[str, Fetch] | None]:
        folders = ground.folders()
        try:
            known = devices(folders.current, reach)
        except (ProvisioningError, OSError):
            known = []
        service = folders.state / "provisioning" if folders.state else None
        try:
            return known, last_fetches(service) if service and service.is_dir() else None
        except (ProvisioningError, OSError):
            return known, None

    known, fetches = await ground.off(read)
    users = await _users(context)
    found = []
    for key in keys:
        entry = who.scope.tenant.devices[key]
        compiled = one_of(known, key) if any(each.mac == key for each in known) else None
        found.append(
            Phone(
                key, entry, compiled, _up(context, entry, compiled, users),
                (fetches or {}).get(key), fetches is not None,
            )
        )  # fmt: skip
    return found


def _up(
    context: Context, entry: Device, compiled: Compiled | None, users: set[tuple[str, str]] | None
) -> tuple[str, ...] | None:
    """Its lines whose extension is registered, be it by this phone or another one."""
    if users is None:
        return None
    if compiled is not None:
        return tuple(registered(compiled, users))
    slug = context.visitor.tenant
    here = {user for user, _ in users}
    return tuple(line.extension for line in entry.lines if f"{line.extension}.{slug}" in here)


async def _users(context: Context) -> set[tuple[str, str]] | None:
    try:
        found = await questions.registrations(context.ground.link.api)
    except SwitchError:
        return None
    return {(each.user, each.domain.lower()) for each in found}


def _reach(context: Context) -> Reach:
    customer = desk.customer_of(context, context.visitor.tenant)
    return Reach(
        customer, frozenset(context.visitor.extensions), frozenset(context.visitor.devices)
    )


_AT = "/me/devices/{key}"
PAGES = (
    Page("/me/devices", overview, ANYBODY, menu=Menu("My phones", "My account", 30, own=True)),
    Page(_AT, one, ANYBODY),
    Page(f"{_AT}/tell", tell, holding("devices"), methods=("POST",)),
    Page(f"{_AT}/address", address, holding("devices"), methods=("POST",)),
)
