"""What is small to write and large to work on: each ends, and ends in findings."""

from collections.abc import Iterator

import pytest

from .demo import Site, errors

MANY = 20_000
ACCOUNT = """company: Bomb
permissions: [fpbx_extension, devices, ring_groups, voicemails, inbound_routes, call_queues, ivr_menus]
subscription: {package: business}
"""


def table(name: str, entry: str, count: int = MANY) -> str:
    """A table of many objects; `{n}`, `{next}` and `{hex}` stand for their number."""
    lines = [
        entry.replace("{n}", str(100_000 + n))
        .replace("{next}", str(100_000 + (n + 1) % count))
        .replace("{hex}", ":".join(f"{n:012x}"[i : i + 2] for i in range(0, 12, 2)))
        for n in range(count)
    ]
    return f"{name}:\n  " + "\n  ".join(lines) + "\n"


TENANTS = {
    "a circle of all": table("extensions", '"{n}": {name: A, busy: {extension: "{next}"}}'),
    "nobody there": table("extensions", '"{n}": {name: A, busy: {ring_group: "{next}"}}'),
    "wrong shapes": table("extensions", '"{n}": {nam: A}'),
    "wrong keys": table("extensions", '"{n}x": {name: A, busy: {extension: "{n}"}}'),
    "unknown users": table("extensions", '"{n}": {name: A, user: u{n}}'),
    "spelt otherwise": table("devices", '"{hex}": {label: A, vendor: snom, lines: [{extension: "1"}]}'),
    "profiles": table("devices", '"{hex}": {label: A, vendor: snom, profile: p{n}}')
    + table("device_profiles", "q{n}: {}"),
    "numbers": table("numbers", '"+1212{n}0": {provider: nobody{n}}'),
    "members": 'extensions: {"1001": {name: A}}\nring_groups:\n  "600":\n    name: A\n    members:\n'
    + "".join(f'      - "{100_000 + n}"\n' for n in range(MANY)),
    "broken members": 'extensions: {"1001": {name: A}}\nring_groups:\n  "600":\n    name: A\n    members:\n'
    + "".join(f"      - x{n}\n" for n in range(MANY)),
    "hours": "schedules:\n  a:\n    open:\n" + '      - "Mon-Sun 09:00-17:00"\n' * MANY,
    "ignores": table("extensions", '"{n}": {name: A} # dialform: ignore[DF1204] x'),
    "a hundred thousand keys": "".join(f"key{n}: {n}\n" for n in range(100_000)),
    "one key a hundred thousand times": "key: 1\n" * 100_000,
    "5 MiB on a line": f"contact: {'x' * (5 * 1024 * 1024 - 400)}\n",
    "numbers of 4,500 digits": f"limits: {{daily: {'9' * 4500}, monthly: -{'9' * 4500}}}\nextensions:\n"
    f'  "1001": {{name: {"9" * 4500}, ring_timeout: {"9" * 4500}, rotate: {"9" * 4500}}}\n',
    "deep lists": f"do_not_call: {'[' * 50_000}\n",
    "deep maps": "contacts: " + "{a: " * 50_000 + "\n",
    "deep schedules": "extensions:\n  '1001': {name: A, busy: "
    + "{schedule: s, open: {hangup: true}, closed: " * 59 + "{hangup: true}" + "}" * 60 + "\n",
    "aliases": "users: &a {}\n" + "".join(f"k{n}: &k{n} [*a, *a]\n" for n in range(5000)),
    "comments": f"# {'x' * 1000}\n" * 4000 + "nothing: 1\n",
    "braces that are never closed": "extensions: " + '{"1": ' * 60 + "\n",
    "commas": f"do_not_call: [{',' * 1_000_000}]\n",
    "colons": f"users: {{{':' * 1_000_000}}}\n",
    "times inside of a large map": "schedules: {s: {open: [" + "Mon 09:00-10:00, " * 30_000 + "]}}\n",
}  # fmt: skip

SITEWIDE = {
    "routes": ("routes.yaml", table("routes", 'r{n}: {prefix: "+{n}", providers: [nobody]}')),
    "one route many times": ("routes.yaml", table("routes", 'r{n}: {prefix: "+1", providers: [backup]}')),
    "patterns": ("routes.yaml", table("routes", "r{n}: {pattern: '^(1+)+$', providers: [backup]}", 5000)),
    "emergency": ("routes.yaml", table("routes", 'r{n}: {exact: ["{n}"], toll: emergency, providers: [x]}', 5000)),
    "hosts": (
        "platform.yaml",
        "platform: p\ndomain: p.example\n" + table("hosts", "h{n}: {address: 203.0.113.1, tenants: [t{n}]}", 2000),
    ),
    "globs": (
        "platform.yaml",
        "platform: p\ndomain: p.example\nhosts:\n  h: {address: 203.0.113.1, tenants: ['"
        + "*a" * 100 + "', '" + "*?" * 100 + "', '" + "[a-" * 60 + "']}\n",
    ),
    "plans": ("billing.yaml", "plans:\n  p:\n    rates:\n" + "".join(f"      - r{n}\n" for n in range(MANY))),
}  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@pytest.mark.parametrize("name", TENANTS)
def test_a_tenant_that_is_a_bomb(site: Site, name: str) -> None:
    site.restore()
    site.put("tenants.d/bomb.yaml", (ACCOUNT + TENANTS[name]).encode())
    assert [one for one in errors(site.check()) if one.file == "tenants.d/bomb.yaml"]


@pytest.mark.parametrize("name", SITEWIDE)
def test_a_platform_that_is_a_bomb(name: str) -> None:
    with Site() as site:
        file, text = SITEWIDE[name]
        site.put(file, text.encode())
        assert site.check()


def test_a_report_of_a_hundred_thousand_findings(site: Site) -> None:
    site.restore()
    site.put("tenants.d/bomb.yaml", (ACCOUNT + TENANTS["a hundred thousand keys"]).encode())
    assert site.status("text") == 3
    assert site.status("json") == 3
