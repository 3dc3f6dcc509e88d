"""What happens to a tenant's calls: routes, schedules, menus, groups, queues and rooms."""

from .names import place
from .people import HOLD, SUBMENU_GREETING, WELCOME
from .shape import BOXES, GROUPS, MENU, QUEUES, ROOMS, SUBMENU, Shape
from .yamltext import Value, listing, section

STRATEGIES = ("simultaneous", "sequence", "round_robin", "random", "enterprise")


def callflow(tenant: Shape) -> str:
    """The YAML of the tenant's call flow."""
    routes = _inbound(tenant)
    return "".join(
        (
            section("inbound_routes", routes),
            section("schedules", _schedules(tenant, routes)),
            section("ivr_menus", _menus(tenant)),
            section("ring_groups", _ring_groups(tenant)),
            section("call_queues", _queues(tenant)),
            section("conferences", _conferences(tenant)),
            section("music_on_hold", {"default": {"files": [HOLD]}}),
            listing("calls", _calls(tenant)) if tenant.index % 5 == 0 else "",
        )
    )


def _inbound(tenant: Shape) -> dict[str, Value]:
    """The first numbers lead through the office's flow, the others straight to people."""
    mobile = tenant.area.cell(7)
    flows: list[Value] = [
        {"schedule": "office", "open": {"ivr": MENU}, "closed": {"voicemail": BOXES[0]}},
        {"fax": tenant.fax} if tenant.fax else {"extension": tenant.people[0]},
        {"queue": QUEUES[0]},
        {"ring_group": GROUPS[3]},
        {"conference": ROOMS[0]},
        {"schedule": "support", "open": {"queue": QUEUES[1]}, "closed": {"external": mobile}},
        {"voicemail": BOXES[1]},
    ]
    routes: dict[str, Value] = {}
    for n, did in enumerate(tenant.dids):
        direct: Value = {"extension": tenant.people[n % len(tenant.people)]}
        routes[did] = flows[n] if n < len(flows) else direct
    return routes


def _schedules(tenant: Shape, routes: dict[str, Value]) -> dict[str, Value]:
    """The schedules that the routes ask for."""
    schedules: dict[str, Value] = {
        "office": {"open": ["Mon-Fri 09:00-17:00"], "closed": list(tenant.area.holidays)},
        "support": {"open": ["Mon-Thu 07:00-21:00", "Fri 07:00-19:00", "Sat 09:00-13:00"]},
    }
    asked = {route.get("schedule") for route in routes.values() if isinstance(route, dict)}
    return {name: hours for name, hours in schedules.items() if name in asked}


def _menus(tenant: Shape) -> dict[str, Value]:
    first = tenant.people[0]
    return {
        MENU: {
            "name": f"Main {place(tenant.rng)}",
            "greeting": WELCOME,
            "timeout": 5,
            "max_failures": 3,
            "direct_dial": tenant.index % 2 == 0,
            "options": {
                "1": {"ring_group": GROUPS[0]},
                "2": {"queue": QUEUES[0]},
                "3": {"ivr": SUBMENU},
                "0": {"extension": first},
                "9": {"voicemail": BOXES[0]},
            },
            "invalid": {"repeat": True},
            "no_input": {"extension": first},
        },
        SUBMENU: {
            "name": f"Service {place(tenant.rng)}",
            "greeting": SUBMENU_GREETING,
            "timeout": 6,
            "max_failures": 2,
            "options": {
                "1": {"ring_group": GROUPS[1]},
                "2": {"queue": QUEUES[1]},
                "3": {"conference": ROOMS[1]},
                "4": {"ring_group": GROUPS[4]},
                "9": {"ivr": MENU},
            },
            "invalid": {"ring_group": GROUPS[2]},
            "no_input": {"ring_group": GROUPS[2]},
        },
    }


def _ring_groups(tenant: Shape) -> dict[str, Value]:
    """One group of each strategy; a group's callers end in the next group or in a mailbox."""
    groups: dict[str, Value] = {}
    for n, (number, strategy) in enumerate(zip(GROUPS, STRATEGIES, strict=True)):
        members: list[Value] = list(tenant.some(2 + n))
        if strategy in ("simultaneous", "enterprise") and len(members) > 1:
            members[-1] = {"number": members[-1], "delay": 5}
        if strategy == "sequence":
            members[0] = {"number": members[0], "timeout": 12}
        groups[number] = {
            "name": f"{place(tenant.rng)} {n + 1}",
            "strategy": strategy,
            "timeout": 25 + 5 * n,
            "members": members,
            "no_answer": {"ring_group": GROUPS[2]} if n == 1 else {"voicemail": BOXES[0]},
        }
    return groups


def _queues(tenant: Shape) -> dict[str, Value]:
    return {
        QUEUES[0]: {
            "name": f"Support {place(tenant.rng)}",
            "strategy": "longest-idle-agent",
            "agents": tenant.some(6),
            "wrap_up": 15,
            "max_wait": 300,
            "announce_position": True,
            "caller_id_prefix": "Support:",
            "no_agent": {"voicemail": BOXES[0]},
            "timeout": {"voicemail": BOXES[0]},
            "music": "default",
        },
        QUEUES[1]: {
            "name": f"Sales & {place(tenant.rng)}",
            "strategy": tenant.rng.choice(("ring-all", "round-robin", "top-down")),
            "agents": tenant.some(4),
            "wrap_up": 15,
            "max_wait": 120,
            "timeout": {"queue": QUEUES[0]},
            "no_agent": {"queue": QUEUES[0]},
            "music": "default",
        },
    }


def _conferences(tenant: Shape) -> dict[str, Value]:
    return {
        ROOMS[0]: {
            "name": f"All hands – {place(tenant.rng)}",
            "max_members": 20,
            "announce": True,
        },
        ROOMS[1]: {"name": place(tenant.rng), "max_members": 8, "record": True},
    }


def _calls(tenant: Shape) -> list[Value]:
    """A call test: the mailbox on a holiday."""
    if not tenant.dids:
        return []
    return [
        {
            "from": tenant.area.cell(1),
            "to": tenant.dids[0],
            "at": "2026-12-25T10:00",
            "expect": {"voicemail": BOXES[0]},
        }
    ]
