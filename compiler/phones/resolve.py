"""From a tenant's devices to resolved phones: lines, keys, secrets, clock, address."""

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

from dialform.compiler.numbering import feature_codes
from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.fitting import codecs_of, fit, modules_of, shown_line
from dialform.compiler.phones.known import Known, is_mac, known_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, PhoneLine, Screen
from dialform.compiler.scope import Scope
from dialform.schema.devices import DeviceProfile, Key, Line
from dialform.schema.platform import Platform, Provisioning
from dialform.schema.rule import Path
from dialform.schema.secret import SecretRef
from dialform.values import dataclass

Secret = Callable[[SecretRef | None, Path, str, str, int], str]

_DIALLED = ("dnd_on", "dnd_off", "forward_on", "forward_off", "pickup")

DEFAULT_PORTS = (5060, 5061)
"""What phones dial where nothing is said: of SIP, and of SIP over TLS (RFC 3261, section 19.1.2)."""


def base_of(provisioning: Provisioning | None) -> str:
    """The address that phones fetch from, ending in `/`; empty where there is none."""
    return provisioning.base_url.rstrip("/") + "/" if provisioning else ""


def phone_ports(platform: Platform) -> tuple[tuple[str, tuple[str, ...], int, int], ...]:
    """Of each host its name, tenants, and ports for phones: UDP and TCP, and TLS."""
    return tuple(
        (name, tuple(host.tenants), host.ports.internal, host.ports.tls)
        for name, host in sorted(platform.hosts.items())
    )


def ports_of(platform: Platform, slug: str) -> tuple[int, int]:
    """The ports that a tenant's phones use: those that its hosts agree on, else the usual ones."""
    found = {
        (internal, tls)
        for _, patterns, internal, tls in phone_ports(platform)
        if any(fnmatchcase(slug, pattern) for pattern in patterns)
    }
    return found.pop() if len(found) == 1 else DEFAULT_PORTS


def phones_of(scope: Scope, secret: Secret, domain: str) -> Iterator[Phone]:
    """The phones of a tenant that fetch their configuration, those without a finding against them."""
    codes = {name: code for code, name in feature_codes(scope).items()}
    ports = ports_of(scope.view.platform, scope.slug)
    for known in sorted(known_of(scope.tenant), key=lambda one: one.mac):
        if is_mac(known.mac):
            yield _Work(scope, secret, domain, codes, ports, known).phone()


@dataclass(slots=True)
class _Work:
    scope: Scope
    secret: Secret
    domain: str
    codes: Mapping[str, str]
    ports: tuple[int, int]
    known: Known

    def phone(self) -> Phone:
        scope, known = self.scope, self.known
        mac, device, profile = known.mac, known.device, known.profile
        vendor, model = known.vendor, known.model
        tenant, platform = scope.tenant, scope.view.platform
        ours = platform.provisioning
        path: Path = ("devices", mac)
        token = self.secret(None, path, mac, "token", device.rotate)
        base = base_of(ours)
        lines = tuple(self.lines(profile))
        return Phone(
            tenant=scope.slug,
            mac=mac,
            label=device.label,
            vendor=vendor.key,
            model=model.name,
            template=device.template if device.template in vendor.templates else model.template,
            lines=lines,
            keys=tuple(self.key(one, lines) for one in fit(vendor, model, profile, device).keys),
            modules=modules_of(model, device.modules),
            codecs=codecs_of(model, profile.codecs or platform.defaults.codecs),
            dtmf=profile.dtmf,
            clock=clock_of(profile.timezone or tenant.timezone or platform.timezone),
            language=profile.language
            or (ours.language if ours else None)
            or tenant.language
            or platform.language,
            country=scope.country,
            ntp=profile.ntp or (ours.ntp if ours else None) or "pool.ntp.org",
            vlan=profile.vlan or 0,
            ringtone=profile.ringtone or "",
            screen=Screen(
                profile.screen.backlight, profile.screen.brightness, profile.screen.screensaver
            ),
            firmware=profile.firmware or "",
            admin_password=self.admin(profile),
            token=token,
            http_password=self.secret(None, path, mac, "http", device.rotate),
            url=f"{base}{token}/" if base else "",
            emergency_numbers=scope.view.emergency_numbers,
            codes=Codes(**{name: self.codes.get(name, "") for name in _DIALLED}),
        )

    def admin(self, profile: DeviceProfile) -> str:
        ours = self.scope.view.platform.provisioning
        mac, device = self.known.mac, self.known.device
        if profile.admin_password is not None:
            name = device.profile or ""
            path: Path = ("device_profiles", name, "admin_password")
            return self.secret(profile.admin_password, path, name, "admin", 1)
        if ours is not None and ours.admin_password is not None:
            return self.secret(ours.admin_password, (), "", "admin", 1)
        return self.secret(None, ("devices", mac), mac, "admin", device.rotate)

    def lines(self, profile: DeviceProfile) -> Iterator[PhoneLine]:
        for line in self.known.device.lines:
            if (entry := self.scope.tenant.extensions.get(line.extension)) is None:
                continue
            password = self.secret(
                entry.password,
                ("extensions", line.extension, "password"),
                line.extension,
                "sip",
                entry.rotate,
            )
            server, port = self.server(line, profile.transport)
            has_box = entry.voicemail is not None or line.extension in self.scope.tenant.voicemails
            yield PhoneLine(
                extension=line.extension,
                password=password,
                domain=self.domain,
                server=server,
                port=port,
                transport=profile.transport,
                label=line.label or entry.name,
                name=entry.name,
                srtp=entry.srtp,
                voicemail=self.codes.get("voicemail", "") if has_box else "",
                ringtone=line.ringtone or "",
            )

    def server(self, line: Line, transport: str) -> tuple[str, int]:
        usual = self.ports[transport == "tls"]
        if not line.server:
            return "", usual
        host, colon, port = line.server.rpartition(":")
        if not colon or host.endswith(":") or "]" in port:
            return line.server, usual
        return host, int(port)

    def key(self, key: Key, lines: tuple[PhoneLine, ...]) -> PhoneKey:
        value, codes = key.value or "", self.codes
        dial, watch, pickup, line = value, "", "", key.line
        match key.type:
            case "line":
                dial, line = "", shown_line(key)
            case "blf":
                watch = value
                pickup = codes["pickup"] + value if "pickup" in codes and value else ""
            case "park":
                watch = f"park+{value}"
            case "dnd":
                dial = codes.get("dnd_on", "")
            case "forward":
                dial = codes["forward_on"] + value if "forward_on" in codes else ""
            case "voicemail":
                code = codes.get("voicemail", "")
                # A number is a mailbox's: dialled by itself, it would take a message instead.
                dial = value if value[:1] in ("*", "#") else code and code + value
            case "none":
                dial = ""
        return PhoneKey(
            kind=key.type,
            label=key.label or self.label_of(key, line, lines),
            dial=dial,
            watch=watch,
            domain=self.domain,
            pickup=pickup,
            line=line,
        )

    def label_of(self, key: Key, line: int, lines: tuple[PhoneLine, ...]) -> str:
        """What stands beside a key that names nothing: whom it is for."""
        if key.type == "line":
            return lines[line - 1].label if 1 <= line <= len(lines) else ""
        entry = self.scope.tenant.extensions.get(key.value or "")
        if entry is not None:
            return entry.name
        return key.value or {"dnd": "DND", "voicemail": "Voicemail"}.get(key.type, "")
