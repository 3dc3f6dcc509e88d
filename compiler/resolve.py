"""From a tenant's model to a resolved tenant: everything looked up, derived and put in order."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from dialform.compiler import queues, resolved, resolved_numbers
from dialform.compiler.blocking import ANONYMOUS, number_set
from dialform.compiler.dialling import dial_patterns
from dialform.compiler.dials import resolve_dialling
from dialform.compiler.faxes import contacts, fax_accounts, fax_documents
from dialform.compiler.media import used_media
from dialform.compiler.music import resolve_music
from dialform.compiler.numbering import did_numbers, feature_codes
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.parking import resolve_parking
from dialform.compiler.phones.resolve import phones_of
from dialform.compiler.recording import resolve_recording
from dialform.compiler.rooms import conferences, paging
from dialform.compiler.scope import Scope
from dialform.compiler.secrets import SecretError, SecretStore, htdigest
from dialform.compiler.webphones import browsers
from dialform.schema.destination import Destination
from dialform.schema.platform import Emergency as EmergencyModel
from dialform.schema.platform import Toll
from dialform.schema.recording import DIRECTIONS
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import secrets as rules
from dialform.schema.secret import SecretRef
from dialform.schema.telephony import Extension, Mailbox


def domain_of(scope: Scope) -> str:
    """The tenant's SIP domain."""
    return scope.tenant.domain or f"{scope.slug}.{scope.view.platform.domain}"


def resolve_tenant(scope: Scope, store: SecretStore) -> tuple[resolved.Tenant, list[Flaw]]:
    """The resolved tenant, and what could not be resolved (secrets, PINs)."""
    work = _Work(scope, store)
    return work.tenant(), work.flaws


@dataclass(slots=True)
class _Work:
    scope: Scope
    store: SecretStore
    flaws: list[Flaw] = field(default_factory=list)
    browsers: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.browsers = browsers(self.scope.tenant)

    def tenant(self) -> resolved.Tenant:
        scope, tenant, platform = self.scope, self.scope.tenant, self.scope.view.platform
        dids = did_numbers(scope)
        subscription = tenant.subscription
        own = self.e164(tenant.caller_id) or self.lowest(dids)
        emergency = self.emergency(tenant.emergency, platform.emergency)
        cap = tenant.limits.concurrent_calls
        return resolved.Tenant(
            slug=scope.slug,
            domain=domain_of(scope),
            company=tenant.company,
            contact=tenant.contact or "",
            suspended=tenant.status == "suspended",
            timezone=tenant.timezone or platform.timezone,
            country=scope.country,
            language=tenant.language or platform.language,
            cap=max(cap, 0),
            cap_backend="hiredis" if platform.redis else "hash",
            toll=platform.defaults.toll,
            plan=(subscription.plan if subscription else None) or "",
            caller_id=own,
            caller_id_name=tenant.company,
            emergency=emergency,
            emergency_numbers=scope.view.emergency_numbers,
            feature_codes=tuple(
                sorted((name, code) for code, name in feature_codes(scope).items())
            ),
            dial_patterns=tuple(
                resolved_numbers.DialPattern(p.regex, p.replacement)
                for p in dial_patterns(scope.country)
            ),
            extensions=tuple(
                self.extension(number, entry, own, emergency)
                for number, entry in sorted(tenant.extensions.items())
            ),
            mailboxes=tuple(self.mailboxes()),
            ring_groups=tuple(self.ring_groups()),
            ivr_menus=tuple(self.ivr_menus()),
            schedules=tuple(
                resolved.Schedule(
                    slug,
                    tuple(entry.open),
                    tuple(entry.closed),
                    entry.timezone or tenant.timezone or platform.timezone,
                )
                for slug, entry in sorted(tenant.schedules.items())
            ),
            inbound_routes=tuple(self.inbound_routes(dids)),
            media=tuple(self.media()),
            mail=platform.mail is not None,
            follow_me=tuple(self.follow_me()),
            music=resolve_music(scope),
            recording=resolve_recording(scope),
            call_queues=tuple(queues.call_queues(scope, self.target)),
            agents=tuple(queues.agents(scope)),
            dialling=resolve_dialling(scope),
            parking=resolve_parking(tenant.parking),
            blocked=number_set(
                (entry for entry in tenant.block.inbound if entry != ANONYMOUS), scope.country
            ),
            block_anonymous=ANONYMOUS in tenant.block.inbound,
            do_not_call=number_set(tenant.do_not_call, scope.country),
            conferences=tuple(conferences(scope, self.secret, self.flaws)),
            paging=tuple(paging(scope)),
            phones=tuple(phones_of(scope, self.secret, domain_of(scope))),
            fax_accounts=tuple(fax_accounts(scope, self.e164)),
            fax_documents=tuple(fax_documents(scope)),
            fax_keep_days=tenant.fax.keep_days,
            concurrent_faxes=tenant.limits.concurrent_faxes,
            contacts=tuple(contacts(scope, self.e164)),
        )

    def e164(self, written: str | None) -> str:
        """A number in E.164; empty where none is written (or it has a finding already)."""
        if written is None:
            return ""
        with contextlib.suppress(NumberError):
            return parse_e164(written, self.scope.country).e164
        return ""

    def lowest(self, dids: dict[str, str]) -> str:
        """The number that a tenant shows who names none: its lowest one, and no fax number if it has
        another; empty without numbers.
        """
        routes = self.scope.tenant.inbound_routes.items()
        faxes = {self.e164(written) for written, to in routes if to.kind == "fax"}
        return min(dids.keys() - faxes or dids, default="")

    def outside(self, written: str) -> str:
        """What an external destination dials: E.164, or an emergency or short number as it is."""
        return self.e164(written) or written

    def emergency(
        self, own: EmergencyModel | None, fallback: EmergencyModel | resolved.Emergency | None
    ) -> resolved.Emergency:
        caller_id = self.e164(own.caller_id) if own else ""
        location = (own.location if own else None) or ""
        if isinstance(fallback, EmergencyModel):
            caller_id = caller_id or fallback.caller_id or ""
        elif fallback is not None:
            caller_id = caller_id or fallback.caller_id
        return resolved.Emergency(
            caller_id, location or (fallback.location if fallback else None) or ""
        )

    def target(
        self, destination: Destination | None, owner: str, toll: Toll | None = None
    ) -> resolved.Target | None:
        if destination is None:
            return None
        to = destination.target
        return resolved.Target(
            kind=destination.kind,
            to=self.outside(to) if destination.kind == "external" else to,
            owner=owner,
            toll=toll or self.scope.view.platform.defaults.toll,
            pass_caller_id=destination.passes_caller_id,
            open=self.target(destination.open, owner, toll),
            closed=self.target(destination.closed, owner, toll),
        )

    def extension(
        self, number: str, entry: Extension, own: str, emergency: resolved.Emergency
    ) -> resolved.Extension:
        scope, defaults = self.scope, self.scope.view.platform.defaults
        password = self.secret(
            entry.password, ("extensions", number, "password"), f"{number}", "sip", entry.rotate
        )
        person = scope.tenant.users.get(entry.user) if entry.user else None
        has_box = entry.voicemail is not None or number in scope.tenant.voicemails
        toll = entry.toll or defaults.toll
        owner = f"extension {number}"
        return resolved.Extension(
            number=number,
            name=entry.name,
            type=entry.type,
            a1_hash=htdigest(number, domain_of(scope), password),
            caller_id=self.e164(entry.caller_id) or own,
            caller_id_name=entry.caller_id_name or scope.tenant.company,
            toll=toll,
            ring_timeout=entry.ring_timeout or defaults.ring_timeout,
            mailbox=number if has_box else None,
            no_answer=self.target(entry.no_answer, owner, toll),
            busy=self.target(entry.busy, owner, toll),
            unregistered=self.target(entry.unregistered, owner, toll),
            emergency=self.emergency(entry.emergency, emergency),
            allow=tuple(entry.allow),
            srtp=entry.srtp,
            full_name=person.name if person else entry.name,
            max_calls=entry.max_calls or 0,
            listed=entry.directory,
            pickup_groups=tuple(sorted(set(entry.pickup_group))),
            browser=number in self.browsers,
            record=tuple(d for d in DIRECTIONS if d in entry.record),
        )

    def secret(
        self, ref: SecretRef | None, path: Path, object_: str, kind: str, rotate: int
    ) -> str:
        """A written secret, else a derived one. A failure is a flaw, and an empty text.

        A secret of the platform has no path here: that it cannot be read is told there.
        """
        try:
            if ref is None:
                return self.store.derive(self.scope.slug, object_, kind, rotate)
            return self.store.resolve(ref.as_data(), kind)
        except SecretError as error:
            if path:
                values = {"reason": error.reason, "way": error.hint}
                self.flaws.append(self.scope.flaw(rules.SecretNotFound, *path, **values))
            return ""

    def mailboxes(self) -> Iterator[resolved.Mailbox]:
        tenant, domain = self.scope.tenant, domain_of(self.scope)
        own = {
            n: (("extensions", n, "voicemail"), e.voicemail) for n, e in tenant.extensions.items()
        }
        boxes: dict[str, tuple[Path, Mailbox]] = {
            number: (path, box) for number, (path, box) in own.items() if box is not None
        }
        boxes |= {
            number: (("voicemails", number), box) for number, box in tenant.voicemails.items()
        }
        for number, (path, box) in sorted(boxes.items()):
            extension = tenant.extensions.get(number)
            pin = self.secret(box.pin, (*path, "pin"), number, "pin", box.rotate)
            if pin and not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 10):
                what = f"mailbox {number}"
                self.flaws.append(self.scope.flaw(rules.BadPin, *path, "pin", object=what))
            hidden = "" if extension else self.secret(None, path, number, "box", 1)
            user = tenant.users.get(extension.user) if extension and extension.user else None
            yield resolved.Mailbox(
                number=number,
                name=box.name or (extension.name if extension else number),
                pin=pin,
                a1_hash=htdigest(number, domain, hidden) if hidden else "",
                email=box.email or (user.email if user else None) or "",
                attach=box.attach,
                keep=box.keep,
                greeting=box.greeting or "",
                of_extension=extension is not None,
            )

    def follow_me(self) -> Iterator[resolved.FollowMe]:
        tenant, toll = self.scope.tenant, self.scope.view.platform.defaults.toll
        for number, entry in sorted(tenant.follow_me.items()):
            extension = tenant.extensions.get(number)
            yield resolved.FollowMe(
                extension=number,
                when=tuple(sorted(set(entry.when))),
                together=entry.strategy == "simultaneous",
                steps=tuple(
                    resolved.FollowMeStep(
                        step.number
                        if step.number in tenant.extensions
                        else self.outside(step.number),
                        step.timeout,
                        step.delay,
                        step.confirm,
                    )
                    for step in entry.destinations
                ),
                toll=(extension.toll if extension else None) or toll,
            )

    def ring_groups(self) -> Iterator[resolved.RingGroup]:
        for number, group in sorted(self.scope.tenant.ring_groups.items()):
            yield resolved.RingGroup(
                number=number,
                name=group.name,
                strategy=group.strategy,
                timeout=group.timeout,
                members=tuple(
                    resolved.GroupMember(member.number, member.delay, member.timeout)
                    for member in group.members
                ),
                no_answer=self.target(group.no_answer, f"ring_group {number}"),
                caller_id_prefix=group.caller_id_prefix or "",
            )

    def ivr_menus(self) -> Iterator[resolved.IvrMenu]:
        for number, menu in sorted(self.scope.tenant.ivr_menus.items()):
            owner = f"ivr {number}"
            yield resolved.IvrMenu(
                number=number,
                name=menu.name,
                greeting=menu.greeting,
                short_greeting=menu.short_greeting or "",
                timeout=menu.timeout,
                digit_timeout=menu.digit_timeout,
                max_failures=menu.max_failures,
                max_timeouts=menu.max_timeouts,
                direct_dial=menu.direct_dial,
                options=tuple(
                    (digits, target)
                    for digits, option in sorted(menu.options.items())
                    if (target := self.target(option, owner)) is not None
                ),
                invalid=self.target(menu.invalid, owner),
                no_input=self.target(menu.no_input, owner),
                caller_id_prefix=menu.caller_id_prefix or "",
            )

    def inbound_routes(self, dids: dict[str, str]) -> Iterator[resolved.InboundRoute]:
        tenant = self.scope.tenant
        routed = {self.e164(written): entry for written, entry in tenant.inbound_routes.items()}
        for did, written in sorted(dids.items()):
            route = routed.get(did)
            target = self.target(route, f"number {did}")
            if route is not None and target is not None:
                line = tenant.numbers[written]
                yield resolved.InboundRoute(
                    did=did,
                    provider=line.provider,
                    target=target,
                    caller_id_prefix=line.caller_id_prefix or "",
                    detect_fax=route.detect_fax or "",
                )

    def media(self) -> list[str]:
        return sorted({file for file, _, played in used_media(self.scope) if played})


def summary_of(tenant: resolved.Tenant) -> resolved.TenantSummary:
    """What the host's files need to know of a tenant."""
    zones = {tenant.timezone, *(schedule.timezone for schedule in tenant.schedules)}
    return resolved.TenantSummary(
        slug=tenant.slug,
        domain=tenant.domain,
        dids=tuple((route.did, route.provider) for route in tenant.inbound_routes),
        timezone=tenant.timezone,
        timezones=tuple(sorted(zones)),
        language=tenant.language,
        keep_days=tenant.recording.keep_days,
    )
