"""What the switch remembers between calls: mod_db's and mod_hash's keys, and the limits."""

from collections.abc import Mapping
from typing import Self

from dialform.simulator.reading.words import integer, separate
from dialform.values import dataclass, field

_LONGEST = 255
"""Bytes of a value that mod_db reads back."""


@dataclass(slots=True)
class Db:
    """The `db` API and application (mod_db): values by realm and key."""

    realms: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, realms: Mapping[str, Mapping[str, str]]) -> Self:
        """A store that holds these values."""
        return cls({realm: dict(values) for realm, values in realms.items()})

    def api(self, arguments: str) -> str:
        """A command such as `select/realm/key`, and its reply."""
        parts = separate(arguments, "/", 4)
        command, count = parts[0].lower() if parts else "", len(parts)
        realm, key = (*parts[1:3], "", "")[:2]
        if command in ("insert", "delete"):
            return "+OK" if self.run(arguments) or (command == "delete" and count > 1) else "!err!"
        if command in ("select", "exists") and count > 2:
            value = self.select(realm, key)
            return value if command == "select" else ("true" if value else "false")
        if command in ("count", "list") and count < 3:
            found = list(self.realms.get(realm, {}) if count > 1 else self.realms)
            return str(len(found)) if command == "count" else ",".join(found)
        return "!err!"

    def run(self, arguments: str) -> bool:
        """The application: `insert/realm/key/value` or `delete/realm/key`. Whether it did so."""
        parts = separate(arguments, "/", 4)
        command = parts[0].lower() if parts else ""
        if command == "insert" and len(parts) > 3:
            self.realms.setdefault(parts[1], {}).pop(parts[2], None)
            self.realms[parts[1]][parts[2]] = parts[3]
            return True
        if command == "delete" and len(parts) > 2:
            values = self.realms.get(parts[1], {})
            values.pop(parts[2], None)
            if not values:
                self.realms.pop(parts[1], None)
            return True
        return False

    def select(self, realm: str, key: str) -> str:
        """A value; empty where there is none."""
        value = self.realms.get(realm, {}).get(key, "").encode("utf-8", "surrogateescape")
        return value[:_LONGEST].decode("utf-8", "surrogateescape")


_HASH_USAGE = (
    "-ERR Usage: hash insert|insert_ifempty|select|delete|delete_ifmatch/realm/key[/value]\n"
)


@dataclass(slots=True)
class Hash:
    """The `hash` API and application (mod_hash). Realm and key are one text: `realm_key`."""

    values: dict[str, str] = field(default_factory=dict)

    def api(self, arguments: str) -> str:
        """A command such as `select/realm/key`, and its reply."""
        parts = separate(arguments, "/", 4)
        command = parts[0].lower() if parts else ""
        if len(parts) < 3 or (command in _WITH_VALUE and len(parts) < 4):
            return _HASH_USAGE
        key = f"{parts[1]}_{parts[2]}"
        if command == "select":
            return self.values.get(key, "")
        if command == "insert":
            self.values[key] = parts[3]
            return "+OK\n"
        if command == "insert_ifempty":
            if key in self.values:
                return "-ERR key already exists\n"
            self.values[key] = parts[3]
            return "+OK\n"
        if command not in ("delete", "delete_ifmatch"):
            return _HASH_USAGE
        if key not in self.values:
            return "-ERR Not found\n"
        if command == "delete_ifmatch" and self.values[key] != parts[3]:
            return "-ERR Doesn't match\n"
        del self.values[key]
        return "+OK\n"

    def run(self, arguments: str) -> None:
        """The application: as the API, without its answer and without `select`."""
        self.api(arguments)


_WITH_VALUE = frozenset(("insert", "insert_ifempty", "delete_ifmatch"))


@dataclass(frozen=True, slots=True)
class LimitRequest:
    """The data of the `limit` application. `exceeded` is `!CAUSE`, or where the call is sent."""

    backend: str
    realm: str
    resource: str
    maximum: int = -1
    interval: int = 0
    exceeded: tuple[str, ...] = ("limit_exceeded",)

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """`backend realm resource [max[/seconds]] [number [dialplan [context]]]`, else None."""
        parts = separate(data, " ", 7)
        if len(parts) < 3:
            return None
        maximum, interval = -1, 0
        if len(parts) > 3 and not parts[3].startswith("-"):
            number, slash, seconds = parts[3].partition("/")
            maximum, interval = max(integer(number), 0), integer(seconds) if slash else 0
        exceeded = tuple(parts[4:]) or ("limit_exceeded",)
        return cls(parts[0], parts[1], parts[2], maximum, interval, exceeded)


@dataclass(slots=True)
class Usage:
    """What one resource has been used for: calls now, and calls in the present interval."""

    total: int = 0
    rate: int = 0
    since: float = 0.0


@dataclass(slots=True)
class Limits:
    """The `limit` application's counters (mod_hash; hiredis counts alike, over all hosts).

    A channel counts once for a key, however often it asks.
    """

    _usage: dict[str, Usage] = field(default_factory=dict)
    _held: dict[str, dict[str, str]] = field(default_factory=dict)

    def seed(self, counts: Mapping[tuple[str, str], int], backend: str = "hash") -> None:
        """Calls that are up already, by realm and resource."""
        for (realm, resource), count in counts.items():
            self._of(_key(backend, realm, resource)).total += count

    def take(self, uuid: str, request: LimitRequest, now: float) -> Usage | None:
        """Counts the channel; None where the limit is reached. `now` in seconds."""
        key = _key(request.backend, request.realm, request.resource)
        usage = self._of(key)
        held = self._held.setdefault(uuid, {})
        new = key not in held
        limited = request.maximum >= 0 and not (
            request.backend == "hiredis" and not request.maximum
        )
        if request.interval > 0:
            if usage.since <= now - request.interval:
                usage.rate, usage.since = 1, now
            else:
                usage.rate += 1
                if limited and usage.rate > request.maximum:
                    return None
        elif limited and usage.total + new > request.maximum:
            return None
        if new:
            usage.total += 1
            held[key] = request.backend
        return usage

    def release(
        self, uuid: str, backend: str = "", realm: str | None = None, resource: str | None = None
    ) -> None:
        """Gives back one key of a channel, or all of them: of a backend, or of every one."""
        held = self._held.get(uuid, {})
        if realm is None and resource is None:
            gone = [key for key, owner in held.items() if backend in ("", owner)]
        else:
            gone = [_key(backend, realm or "", resource or "")]
        for key in gone:
            if held.pop(key, None) is not None:
                self._usage[key].total -= 1
        if not held:
            self._held.pop(uuid, None)

    def usage(self, backend: str, realm: str, resource: str) -> Usage:
        """What a resource is used for now."""
        return self._usage.get(_key(backend, realm, resource), Usage())

    def _of(self, key: str) -> Usage:
        return self._usage.setdefault(key, Usage(since=float("-inf")))


def _key(backend: str, realm: str, resource: str) -> str:
    """mod_hiredis knows the resource alone; each backend counts for itself."""
    return f"{backend} {resource}" if backend == "hiredis" else f"{backend} {realm}_{resource}"
