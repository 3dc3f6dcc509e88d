"""From the platform's models to the resolved platform and its hosts."""

from dialform.compiler import resolved_host
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.phones.resolve import base_of
from dialform.compiler.platform import host_is_name
from dialform.compiler.redis import redis_of
from dialform.compiler.routes import ordered, regex
from dialform.compiler.scope import PlatformView
from dialform.compiler.secrets import SecretError, SecretStore
from dialform.schema.platform import Provisioning
from dialform.schema.provider import Provider
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import secrets as rules
from dialform.schema.secret import SecretRef


def resolve_platform(
    view: PlatformView, store: SecretStore
) -> tuple[resolved_host.Platform, list[resolved_host.Host], list[Flaw]]:
    """What the files of all hosts need, the hosts, and secrets that could not be read."""
    flaws: list[Flaw] = []

    def secret(ref: SecretRef | None, document: str, path: Path, object_: str, kind: str) -> str:
        try:
            if ref is None:
                return store.derive("", object_, kind) if kind else ""
            return store.resolve(ref.as_data())
        except SecretError as error:
            flaws.append(
                rules.SecretNotFound.flaw(document, path, reason=error.reason, way=error.hint)
            )
            return ""

    platform = view.platform
    active = {name for name, provider in view.providers.items() if provider.active}
    shared = resolved_host.Platform(
        name=platform.platform,
        domain=platform.domain,
        country=platform.country,
        timezone=platform.timezone,
        language=platform.language,
        codecs=tuple(platform.defaults.codecs),
        redis=redis_of(
            platform.redis,
            secret(platform.redis_password, "platform.yaml", ("redis_password",), "", ""),
        ),
        core_db=secret(platform.core_db, "platform.yaml", ("core_db",), "", ""),
        ledger=secret(platform.ledger, "platform.yaml", ("ledger",), "", ""),
        mail=resolved_host.Mail(platform.mail.smtp, platform.mail.sender)
        if platform.mail
        else None,
        providers=tuple(
            _provider(
                name,
                provider,
                platform.country,
                secret(provider.password, f"providers.d/{name}.yaml", ("password",), "", ""),
            )
            for name, provider in sorted(view.providers.items())
            if provider.active
        ),
        routes=tuple(
            resolved_host.Route(
                name=name,
                service=route.service,
                pattern=regex(route),
                exact=tuple(route.exact or ()),
                refused=tuple(route.except_),
                toll=route.toll,
                providers=tuple(p for p in route.providers if p in active),
                plan=route.plan or "",
            )
            for name, route in ordered(view.routes)
        ),
        stamp_key=store.key("stamp"),
        provisioning=_provisioning(platform.provisioning),
    )
    if platform.provisioning is not None:  # each phone has it in its files; here it is only told
        place = ("provisioning", "admin_password")
        secret(platform.provisioning.admin_password, "platform.yaml", place, "", "")
    hosts = [
        _host(view, name, secret(h.esl.password, "platform.yaml", ("hosts", name), name, "esl"))
        for name, h in sorted(platform.hosts.items())
    ]
    return shared, hosts, flaws


def _provisioning(entry: Provisioning | None) -> resolved_host.Provisioning | None:
    if entry is None:
        return None
    return resolved_host.Provisioning(
        base_url=base_of(entry),
        listen=entry.listen or "",
        port=entry.port or 0,
        certificate=entry.certificate or "",
        key=entry.key or "",
        trusted_proxies=tuple(entry.trusted_proxies),
        device_certificates=tuple(sorted(entry.device_certificates.items())),
        resync=entry.resync,
    )


def _provider(name: str, provider: Provider, country: str, password: str) -> resolved_host.Provider:
    try:
        caller_id = parse_e164(provider.caller_id or "", country).e164
    except NumberError:
        caller_id = ""
    return resolved_host.Provider(
        name=name,
        host=provider.host,
        host_is_name=host_is_name(provider.host),
        port=provider.port,
        transport=provider.transport,
        username=provider.username or "",
        password=password,
        register=provider.register_,
        addresses=tuple(provider.addresses),
        caller_id=caller_id,
        caller_id_in=provider.caller_id_in,
        number_format=provider.number_format,
        codecs=tuple(provider.codecs),
        max_channels=provider.max_channels or 0,
        country=country,
        max_faxes=provider.max_faxes or 0,
    )


def _host(view: PlatformView, name: str, esl_password: str) -> resolved_host.Host:
    host = view.platform.hosts[name]
    first, last = (int(part) for part in host.ports.rtp.split("-"))
    paths = host.paths
    return resolved_host.Host(
        name=name,
        address=host.address,
        bind=host.bind or host.address,
        address6=host.address6 or "",
        bind6=(host.bind6 or host.address6 or "") if host.address6 else "",
        nat=resolved_host.Nat(
            local_networks=tuple(host.nat.local_networks),
            keepalive=host.nat.keepalive,
            drop_silent=host.nat.drop_silent,
            aggressive=host.nat.aggressive,
            rport=host.nat.rport,
        ),
        internal_port=host.ports.internal,
        tls_port=host.ports.tls,
        external_port=host.ports.external,
        wss_port=host.ports.wss or 0,
        ws_port=host.ports.ws or 0,
        ws_bind=host.ws_bind,
        rtp_first=first,
        rtp_last=last,
        esl_host=host.esl.host,
        esl_port=host.esl.port,
        esl_password=esl_password,
        certs=paths.certs or "",
        sounds=paths.sounds or "",
        recordings=paths.recordings or "",
        storage=paths.storage or "",
        cdr=paths.cdr or "",
        log=paths.log or "",
        db=paths.db or "",
        wave=host.wave,
    )
