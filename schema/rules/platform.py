"""DF10xx: hosts, providers, routes, packages."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class UnknownProvider(Rule):
    """A route or a number names a provider that has no file under providers.d/.

    Wrong: `providers: [nroth]` without providers.d/nroth.yaml.
    Right: `providers: [north]`, with providers.d/north.yaml.
    """

    code = "DF1001"
    message = "there is no provider '{name}'"
    hint = "{near}"


class InactiveProvider(Rule):
    """Every provider of a route is inactive, so the route can take no call.

    Set `active: true` in one of the providers' files, name another, or remove the route.
    """

    code = "DF1002"
    severity = Severity.WARNING
    message = "route '{route}' has no active provider"
    hint = "set `active: true` on one, or name another"


class RouteWithoutMatch(Rule):
    """A route takes numbers by exactly one of `prefix`, `exact` and `pattern`, and its `except` leaves some.

    Wrong: `de: {providers: [north]}`, `de: {prefix: "+49", exact: ["+49301234"], providers: [north]}`.
    Right: `de: {prefix: "+49", providers: [north]}`.
    """

    code = "DF1003"
    message = "route '{route}' {what}"
    hint = 'for example prefix: "+1"'


class BadPattern(Rule):
    """A route's `pattern` is no regular expression, or one that could take for ever.

    It is anchored (`^...$`) and made of digits, `\\d`, `\\+`, `.`, classes such as `[2-9]`, groups such as
    `(212|646)`, and counts such as `{7}`. A group is never repeated; there are no back references and
    no look-around.

    Wrong: `pattern: "^(1+)+$"`, `pattern: "\\+1"`.
    Right: `pattern: '^\\+1(212|646)\\d{7}$'`; better still, two routes with a `prefix`.
    """

    code = "DF1004"
    message = "the pattern is refused: {reason}"
    hint = "as in ^\\+1(212|646)[0-9]{{7}}$"


class ShadowedRoute(Rule):
    """Another route always wins: it has the same service and takes the same numbers, and stands first.

    Wrong: two routes of service voice with prefix "+1".
    Right: one of them, with both providers in order; or a longer prefix on one.
    """

    code = "DF1005"
    message = "route '{route}' is shadowed by '{other}': the same {service} numbers go there first"
    hint = "give it a longer prefix, or remove it"


class NoEmergencyRoute(Rule):
    """Nobody can call for help: no route has `toll: emergency`, or none of those that have takes an
    emergency number of the tenant's country.

    Right: `emergency: {service: voice, exact: ["911"], toll: emergency, providers: [mycarrier]}`.
    """

    code = "DF1006"
    message = "nobody can call for help: {what}"
    hint = 'add one to routes.yaml with exact: ["911"] or your country\'s numbers'


class EmergencyByPrefix(Rule):
    """An emergency route must say its numbers: `exact: ["911"]`, not a prefix.

    Wrong: `help: {prefix: "+911", toll: emergency, providers: [north]}`.
    Right: `help: {exact: ["911"], toll: emergency, providers: [north]}`.
    """

    code = "DF1007"
    message = "an emergency route needs `exact` numbers"
    hint = 'as in exact: ["112"]'


class UnknownPlan(Rule):
    """A route or subscription names a plan that billing.yaml does not have.

    Correct the name, or add the plan under `plans:` in billing.yaml.
    """

    code = "DF1008"
    message = "there is no plan '{name}'"
    hint = "{near}"


class UnknownPackage(Rule):
    """A subscription names a package that billing.yaml does not have.

    Correct the name, or add the package under `packages:` in billing.yaml. No quota of the tenant is checked
    before.
    """

    code = "DF1009"
    message = "there is no package '{name}'"
    hint = "{near}"


class UnknownRate(Rule):
    """A plan names a rate that billing.yaml does not have.

    Correct the name, or add the rate under `rates:` in billing.yaml.
    """

    code = "DF1010"
    message = "there is no rate '{name}'"
    hint = "{near}"


class ProviderWithoutLogin(Rule):
    """A provider that registers needs a user name and a password.

    `register: false` is for carriers that know you by your address.

    Wrong: `host: sip.north.example` and nothing else.
    Right: `username:` and `password: {secret: north}` beside it; or `register: false` and `addresses:`.
    """

    code = "DF1011"
    message = "provider '{name}' registers, but has no '{key}'"
    hint = "add it, or set register: false if the carrier knows you by your address"


class ProviderNotReachable(Rule):
    """A provider's host, port and transport cannot belong together or cannot be reached at all.

    Wrong: `transport: udp` with port 5061 (SIP over TLS), `host: 0.0.0.0`, the platform's own address.
    Right: what the carrier wrote in its letter of welcome: host, port and transport.
    """

    code = "DF1012"
    message = "{what}"
    hint = "{way}"


class ProviderByNameOnly(Rule):
    """Calls come in from addresses, not from names. A carrier's host that is a name is looked up for
    each call that no address explains; `addresses:` lists where the carrier really calls from.

    Right: `addresses: [198.51.100.0/24]`.
    """

    code = "DF1013"
    severity = Severity.INFO
    message = "provider '{name}' is known by name only; its calls come from addresses"
    hint = "list the carrier's networks under addresses:"


class ProviderShowsTenant(Rule):
    """A provider's fallback caller ID is a number of a tenant: calls of others would show it.

    Use a number that belongs to the operator, or leave `caller_id:` out.
    """

    code = "DF1014"
    severity = Severity.WARNING
    message = "caller ID {number} belongs to tenant '{tenant}'; other tenants' calls could show it"
    hint = "use a number of your own"


class TwoTenantsOneDomain(Rule):
    """Two tenants have one SIP domain: their phones would be one another's.

    A tenant's domain is `<slug>.<domain of the platform>` unless it names its own. Give one of the two
    another; every phone of that tenant must learn it.
    """

    code = "DF1015"
    message = "domain '{domain}' belongs to tenant '{other}' already"
    hint = "give one of them another domain"


class DidTwice(Rule):
    """A number (DID) belongs to two tenants, or stands twice in one in two spellings.

    Wrong: `"+12125550199"` under `numbers:` of two tenants, or beside `"2125550199"` in one.
    Right: once, in E.164.
    """

    code = "DF1016"
    message = "number {did} belongs to {other} already"
    hint = "remove it from one of them"


class DeviceTwice(Rule):
    """One MAC address stands in two tenants, or twice in one: a phone belongs to one.

    The spelling does not matter: `80:5E:C0:A0:00:04` and `805ec0a00004` are one phone. Remove it from the
    tenant that gave it away.
    """

    code = "DF1017"
    message = "device {mac} belongs to {other} already"
    hint = "remove it from one of them"


class TenantWithoutHost(Rule):
    """No host's `tenants` patterns match this tenant, so it would run nowhere.

    Wrong: `hosts: {pbx1: {tenants: [acme]}}` while there is a tenant bravo.
    Right: `tenants: [acme, bravo]`, or `tenants: ["*"]`.
    """

    code = "DF1018"
    message = "{tenants} on no host"
    hint = "add it to a host's `tenants:` in platform.yaml"


class HostWithoutTenant(Rule):
    """A host's pattern matches no tenant.

    Wrong: `tenants: [acne]`.
    Right: `tenants: [acme]`; `*` and `?` stand for any letters.
    """

    code = "DF1019"
    severity = Severity.WARNING
    message = "no tenant matches '{pattern}'"
    hint = "correct the pattern, or remove it"


class PortTwice(Rule):
    """Two services of one host want the same port.

    Wrong: `ports: {internal: 5060, external: 5060}`, or a port inside of the range `rtp`.
    Right: a port of its own for each: internal, tls, external, wss, ws, rtp and the event socket. With a
    provider of `transport: tls` the port after `external` is taken as well.
    """

    code = "DF1020"
    message = "port {port} is taken by '{other}' already"
    hint = "choose another port"


class OpenEventSocket(Rule):
    """The event socket commands the whole switch and is not encrypted. It listens on loopback.

    Wrong: `esl: {host: 0.0.0.0}`.
    Right: leave `host` out, or name `127.0.0.1` or `::1`. From elsewhere, go through SSH.
    """

    code = "DF1021"
    message = "the event socket would listen on {host}; it must be a loopback address"
    hint = "host: 127.0.0.1"


class SelfSigned(Rule):
    """The host names no folder with a certificate, so the switch makes a self-signed one at its first
    start, and phones that check certificates will not register over TLS.

    Right: `paths: {certs: /etc/freeswitch/tls}` with `agent.pem` and `cafile.pem` in it, and `wss.pem`
    for browsers.
    """

    code = "DF1022"
    severity = Severity.INFO
    message = "host '{host}' names no certificates; the switch makes a self-signed one"
    hint = "name the folder under paths: certs"


class RateShape(Rule):
    """A rate is a `file`, or a service with its price: per_minute for voice and conference, per_page
    for fax.

    Wrong: `us: {prefix: "+1"}`.
    Right: `us: {service: voice, prefix: "+1", per_minute: "0.0100"}`, `world: {file: rates/world.csv}`.
    """

    code = "DF1023"
    message = "rate '{rate}': {what}"
    hint = 'as in {{service: voice, prefix: "+1", per_minute: "0.0100"}}'


class OpenWebSocket(Rule):
    """Plain WebSocket is not encrypted: who sees it can read and change what a browser and the switch
    agree on, the keys of the calls included. It is meant for a reverse proxy on the same host.

    Wrong: `ws_bind: 203.0.113.10`.
    Right: leave `ws_bind` out, with the proxy on the same host; or name an address in a network that
    only the proxy reaches, and say so with an ignore.
    """

    code = "DF1025"
    severity = Severity.WARNING
    message = "plain WebSocket would listen on {address}, beyond this host"
    hint = "leave ws_bind out and let a reverse proxy on this host hold the certificate"


class NoPlatform(Rule):
    """Tenants cannot be checked against their platform until its file can be read.

    Mend platform.yaml first; then what the tenants mean is checked as well.
    """

    code = "DF1024"
    severity = Severity.INFO
    message = "the meaning of the tenants was not checked: {file} has errors"
    hint = "mend it first"


class RedisNotPossible(Rule):
    """The switch's client for Redis (mod_hiredis) knows a host, a port and a password: no TLS, no user
    name, and no database but the first.

    Wrong: `redis: rediss://10.0.0.5`, `redis: redis://10.0.0.5:6379/2`, `redis: redis://pbx:pw@10.0.0.5`.
    Right: `redis: redis://10.0.0.5:6379` with `redis_password: {secret: redis}`, on a network of your own or
    through a tunnel; all keys begin with `dialform:`, so that others may use the same database.
    """

    code = "DF1026"
    message = "the switch cannot use this Redis: {what}"
    hint = "{way}"


class AddressFamily(Rule):
    """IPv6 goes beside IPv4: `address` is what all reach, `address6` the same host for those with IPv6.

    Wrong: `bind6: "2001:db8::10"` without `address6`; an IPv6 address in `address` and in `address6`.
    Right: `address: 203.0.113.10` with `address6: "2001:db8::10"`.
    """

    code = "DF1027"
    message = "{what}"
    hint = "{way}"
