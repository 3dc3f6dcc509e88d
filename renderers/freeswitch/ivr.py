"""IVR menus as mod_dptools' `ivr` reads them."""

from dialform.compiler.resolved import IvrMenu, Tenant
from dialform.renderers.freeswitch.flow import Flow
from dialform.renderers.freeswitch.media import media_path
from dialform.renderers.freeswitch.names import encoded
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu, ready to be written. Times are milliseconds.

    `entries` are what is pressed and what `transfer` takes then. `after_timeouts` and
    `after_failures` are such phrases too, empty where the call ends.
    """

    name: str
    number: str
    title: str
    greeting: str
    short_greeting: str
    timeout: int
    digit_timeout: int
    max_failures: int
    max_timeouts: int
    digits: int
    repeats: bool
    hash_key: bool
    entries: tuple[tuple[str, str], ...]
    after_timeouts: str
    after_failures: str
    caller_id_prefix: str


def menu_name(tenant: Tenant, number: str) -> str:
    """A menu's name among those of all tenants."""
    return f"{tenant.slug}.{number}"


def menus(tenant: Tenant, flow: Flow) -> list[Menu]:
    """The menus of a tenant."""
    numbers = [extension.number for extension in tenant.extensions]
    return [_menu(tenant, menu, numbers, flow) for menu in tenant.ivr_menus]


def _menu(tenant: Tenant, menu: IvrMenu, numbers: list[str], flow: Flow) -> Menu:
    entries = [(digits, flow.to(target)) for digits, target in menu.options]
    longest = max((len(digits) for digits, _ in entries), default=1)
    if menu.direct_dial and numbers:
        # Exactly the tenant's extensions: a caller must never dial the world through a menu.
        entries.append((f"/^({'|'.join(numbers)})$/", f"$1 XML {tenant.slug}"))
        longest = max(longest, *map(len, numbers))
    no_input = flow.to(menu.no_input) if menu.no_input else ""
    return Menu(
        name=menu_name(tenant, menu.number),
        number=menu.number,
        title=menu.name,
        greeting=media_path(tenant.slug, menu.greeting),
        short_greeting=media_path(tenant.slug, menu.short_greeting or menu.greeting),
        timeout=menu.timeout * 1000,
        digit_timeout=menu.digit_timeout * 1000,
        # Without a destination of its own, a wrong key plays the menu again.
        max_failures=1 if menu.invalid else menu.max_failures,
        max_timeouts=menu.max_timeouts,
        digits=longest,
        repeats=menu.invalid is None,
        hash_key=any("#" in digits for digits, _ in menu.options),
        entries=tuple(entries),
        after_timeouts=no_input,
        after_failures=flow.to(menu.invalid) if menu.invalid else no_input,
        caller_id_prefix=encoded(menu.caller_id_prefix),
    )
