"""Who works for a tenant: users, extensions, mailboxes, forwards, fax and contacts."""

from .names import company, person, place
from .shape import ADMIN, BOXES, END_USER, GROUPS, QUEUES, USER, Shape
from .yamltext import Value, block, listing, section

HOLD, WELCOME, SUBMENU_GREETING = "media/hold.wav", "media/welcome.wav", "media/submenu.wav"


def people(tenant: Shape) -> str:
    """The YAML of all objects that belong to people."""
    names = {number: person(tenant.rng) for number in tenant.people}
    return "".join(
        (
            section("users", _users(tenant, names)),
            section("extensions", _extensions(tenant, names)),
            section("voicemails", _voicemails(tenant)),
            section("follow_me", _follow_me(tenant)),
            _fax(tenant),
            section("contacts", _contacts(tenant)),
            listing("do_not_call", [tenant.area.cell(n) for n in (90, 91)]),
            block({"recording": {"keep_days": 90}}) if len(tenant.people) > 3 else "",
            section("block", {"inbound": [f"{tenant.area.code}666*", "anonymous"]}),
        )
    )


def _users(tenant: Shape, names: dict[str, str]) -> dict[str, Value]:
    forwarded = _forwarded(tenant)
    users: dict[str, Value] = {}
    for number, (user, role) in tenant.owners.items():
        entry: dict[str, Value] = {"name": names[number], "role": role}
        if role == ADMIN:
            entry |= {"email": f"admin@{tenant.slug}.example", "git": f"@{tenant.slug}-admin"}
            if tenant.index % 4 == 1:
                entry["revoke"] = ["fax_setting"]
        elif role == USER:
            forward = number in forwarded or tenant.rng.random() < 0.5
            entry["permissions"] = ["devices", "voicemails", *(["follow_me"] if forward else [])]
            entry["slots"] = {"extensions": 1, "devices": 2, "voicemails": 1}
        else:
            entry["permissions"] = ["send_fax", "receive_fax"]
        users[user] = entry
    return users


def _extensions(tenant: Shape, names: dict[str, str]) -> dict[str, Value]:
    rng, forwarded = tenant.rng, _forwarded(tenant)
    extensions: dict[str, Value] = {}
    for place_in_list, number in enumerate(tenant.people):
        entry: dict[str, Value] = {"name": names[number]}
        if number in tenant.owners:
            entry["user"] = tenant.owners[number][0]
        if tenant.role(number) != END_USER:
            mail = f"e{number}@{tenant.slug}.example"
            entry["voicemail"] = {"email": mail, "attach": True} if rng.random() < 0.4 else True
        if rng.random() < 0.2:
            entry["toll"] = "international"
        elif number not in forwarded and rng.random() < 0.05:
            entry["toll"] = "internal"
        if tenant.dids and rng.random() < 0.2:
            entry["caller_id"] = rng.choice(tenant.dids)
        if len(tenant.people) > 1:
            entry["pickup_group"] = f"team-{place_in_list % max(1, len(tenant.people) // 8)}"
        if place_in_list % 25 == 3:
            entry["record"] = ["inbound"]
        if place_in_list:  # the first one takes what the others leave, so nothing runs in a circle
            entry |= _elsewhere(tenant, place_in_list)
        extensions[number] = entry
    if tenant.fax:
        extensions[tenant.fax] = {"name": "Fax", "type": "fax"}
    return extensions


def _elsewhere(tenant: Shape, place_in_list: int) -> dict[str, Value]:
    """Where calls go that this extension does not take: said for some, for their own reasons."""
    match place_in_list % 12:
        case 2:
            return {"no_answer": {"ring_group": GROUPS[1]}, "busy": {"extension": tenant.people[0]}}
        case 5:
            return {"no_answer": {"voicemail": BOXES[0]}, "unregistered": {"voicemail": BOXES[0]}}
        case 8:
            mobile = tenant.area.cell(place_in_list)
            return {"unregistered": {"external": mobile}, "toll": "national"}
        case 11:
            return {"busy": {"queue": QUEUES[0]}}
        case _:
            return {}


def _voicemails(tenant: Shape) -> dict[str, Value]:
    return {
        BOXES[0]: {
            "name": f"{place(tenant.rng)} & All",
            "email": f"office@{tenant.slug}.example",
            "greeting": WELCOME,
        },
        BOXES[1]: {"name": place(tenant.rng), "email": f"night@{tenant.slug}.example"},
    }


def _forwarded(tenant: Shape) -> dict[str, int]:
    """The extensions that follow their people, with a number for the mobile."""
    return {
        number: n
        for n, number in enumerate(tenant.people)
        if n % 9 == 4 and n % 12 not in (2, 5, 8) and tenant.role(number) != END_USER
    }


def _follow_me(tenant: Shape) -> dict[str, Value]:
    return {
        number: {
            "when": ["no_answer", "unregistered"],
            "strategy": "simultaneous" if n % 2 else "sequence",
            "destinations": [
                {"number": tenant.people[0], "timeout": 15},
                {"number": tenant.area.cell(n), "timeout": 20, "delay": 5, "confirm": True},
            ],
        }
        for number, n in _forwarded(tenant).items()
    }


def _fax(tenant: Shape) -> str:
    if not tenant.fax:
        return ""
    account: dict[str, Value] = {
        "deliver_to": f"fax@{tenant.slug}.example",
        "header": company(tenant.rng),
    }
    if len(tenant.dids) > 1:
        account["number"] = tenant.dids[1]
    readers = [user for user, role in tenant.owners.values() if role == END_USER]
    if readers:
        account["users"] = readers
    return block({"fax": {"accounts": {tenant.fax: account}}})


def _contacts(tenant: Shape) -> dict[str, Value]:
    groups = ("suppliers", "customers", "partners")
    return {
        f"contact-{n}": {
            "name": company(tenant.rng),
            "fax": tenant.area.cell(50 + n),
            "groups": [groups[n % 3]],
        }
        for n in range(5)
    }
