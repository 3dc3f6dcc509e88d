"""Which phone is registered where: mod_sofia's `sip_registrations` and the core's `registrations`."""

from collections.abc import Callable, Iterator

from dialform.simulator.clock import Clock
from dialform.simulator.events import Event, Events, Source
from dialform.values import dataclass

MARGIN = 60
"""Seconds that the switch keeps a registration past its time (`sip-expires-late-margin`)."""


@dataclass(slots=True)
class Registration:
    """One phone. `expires` is in seconds since the epoch."""

    user: str
    """Whom the switch takes it for: `sip-force-extension` of the user, else its own name."""
    login: str
    """What it calls itself and proves with its password."""
    domain: str
    profile: str
    call_id: str
    contact: str
    expires: float
    ip: str = "127.0.0.1"
    port: int = 5060
    transport: str = "udp"
    agent: str = "unknown"
    status: str = "Registered(UDP)"

    @property
    def uri(self) -> str:
        """The contact without its brackets."""
        return self.contact.partition("<")[2].rpartition(">")[0]

    @property
    def url(self) -> str:
        """What calls are sent to."""
        return f"sofia/{self.profile}/{self.uri}"

    @property
    def address(self) -> str:
        """user@domain, as the switch knows it."""
        return f"{self.user}@{self.domain}"


class Registrations:
    """All phones that are registered, in the order in which they came."""

    def __init__(self, clock: Clock, events: Events, new_uuid: Callable[[], str]) -> None:
        self._clock, self._events, self._new_uuid = clock, events, new_uuid
        self._all: list[Registration] = []

    def __iter__(self) -> Iterator[Registration]:
        self._expire()
        return iter(tuple(self._all))

    def __len__(self) -> int:
        self._expire()
        return len(self._all)

    def add(
        self,
        address: str,
        profile: str,
        seconds: int = 3600,
        ip: str = "127.0.0.1",
        port: int = 5091,
        transport: str = "udp",
        agent: str = "unknown",
        forced: str = "",
    ) -> Registration:
        """A phone registers for so many seconds; the same contact again renews.

        `forced` is what the directory says it shall be taken for.
        """
        user, _, domain = address.partition("@")
        known = next((r for r in self if (r.login, r.ip, r.port) == (user, ip, port)), None)
        suffix = "" if transport == "udp" else f";transport={transport}"
        made = Registration(
            forced or user,
            user,
            domain,
            profile,
            known.call_id if known else self._new_uuid(),
            f'"" <sip:{user}@{ip}:{port}{suffix}>',
            self._clock.epoch + seconds + MARGIN,
            ip,
            port,
            transport,
            agent,
            f"Registered({transport.upper()})",
        )
        if known:
            self._all.remove(known)
        self._all.append(made)
        self._tell(made, seconds)
        return made

    def of(self, user: str, domain: str) -> list[Registration]:
        """The phones of a user; letter case of the user says nothing."""
        return [r for r in self if r.user.lower() == user.lower() and r.domain == domain]

    def remove(self, address: str) -> bool:
        """A phone says that it leaves: `sofia::unregister`."""
        user, _, domain = address.partition("@")
        gone = [r for r in self if r.domain == domain and user in (r.login, r.user)]
        for registration in gone:
            self._all.remove(registration)
            self._events.fire(_unregistered(registration))
        return bool(gone)

    def flush(self, profile: str, which: str = "") -> None:
        """`flush_inbound_reg`: by Call-ID, `user@domain` or `domain`, all of them when empty."""
        user, at, domain = which.partition("@")
        if not at:
            user, domain = "", which
        self._drop(
            lambda r: (
                r.profile == profile
                and (
                    not which
                    or r.call_id == which
                    or (r.domain == (domain or "none") and user in ("", r.user))
                )
            )
        )

    def _expire(self) -> None:
        now = self._clock.epoch
        if any(r.expires <= now for r in self._all):
            self._drop(lambda r: r.expires <= now)

    def _drop(self, doomed: Callable[[Registration], bool]) -> None:
        gone = [r for r in self._all if doomed(r)]
        self._all = [r for r in self._all if not doomed(r)]
        for registration in gone:
            self._events.fire(_expired(registration))

    def _tell(self, made: Registration, seconds: int) -> None:
        headers = {
            "profile-name": made.profile,
            "from-user": made.user,
            "from-host": made.domain,
            "presence-hosts": "n/a",
            "contact": made.contact,
            "call-id": made.call_id,
            "rpid": "unknown",
            "status": made.status,
            "expires": str(seconds),
            "to-user": made.login,
            "to-host": made.domain,
            "network-ip": made.ip,
            "network-port": str(made.port),
            "username": made.login,
            "realm": made.domain,
            "user-agent": made.agent,
        }
        source = Source("sofia_reg.c", "sofia_reg_handle_register_token", 2059)
        self._events.fire(Event("CUSTOM", headers, "sofia::register", source=source))


def _expired(gone: Registration) -> Event:
    headers = {
        "profile-name": gone.profile,
        "call-id": gone.call_id,
        "user": gone.user,
        "username": gone.user,
        "host": gone.domain,
        "contact": gone.contact,
        "expires": str(int(gone.expires)),
        "user-agent": gone.agent,
        "realm": gone.domain,
        "network-ip": gone.ip,
        "network-port": str(gone.port),
    }
    source = Source("sofia_reg.c", "sofia_reg_del_callback", 788)
    return Event("CUSTOM", headers, "sofia::expire", source=source)


def _unregistered(gone: Registration) -> Event:
    headers = {
        "profile-name": gone.profile,
        "from-user": gone.user,
        "from-host": gone.domain,
        "contact": gone.contact,
        "call-id": gone.call_id,
        "rpid": "unknown",
        "expires": "0",
    }
    source = Source("sofia_reg.c", "sofia_reg_handle_register_token", 1652)
    return Event("CUSTOM", headers, "sofia::unregister", source=source)
