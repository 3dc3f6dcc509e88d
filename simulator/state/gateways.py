"""The gateways of the SIP profiles: what they are made of, and their way through registration.

After `parse_gateways` (sofia.c) and `sofia_reg_check_gateway` (sofia_reg.c), which looks at each gateway
once a second. What a carrier answers is not simulated as SIP: a `Carrier` says so.
"""

from collections.abc import Callable

from dialform.simulator.events import Event, Source
from dialform.simulator.reading.configuration import Gateway as Written
from dialform.values import dataclass, field

_STATE = Source("sofia_reg.c", "sofia_reg_fire_custom_gateway_state_event", 156)
_ADDED = Source("sofia_reg.c", "sofia_reg_add_gateway", 3723)
_DELETED = Source("sofia_reg.c", "sofia_reg_check_gateway", 343)
WAITING = frozenset({"FAILED", "FAIL_WAIT", "TRYING"})
"""The states that are shown with the time of the next try."""
_TRUE = ("yes", "on", "true", "t", "enabled", "active", "allow")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a carrier says to REGISTER."""

    status: int = 200
    phrase: str = "OK"
    after: float = 0.05
    """Seconds."""


Carrier = Callable[[str], Answer | None]
"""Asked with a gateway's name at each REGISTER; None is silence."""


@dataclass(slots=True)
class Gateway:
    """One gateway as mod_sofia holds it. Times are seconds since the epoch."""

    name: str
    profile: str
    params: dict[str, str]
    address: str
    """host:port of the profile's contact."""
    context: str
    state: str = "UNREGED"
    up: bool = False
    since: float = 0.0
    """Since when it is up."""
    retry: float = 0.0
    timeout: float = 0.0
    expires: float = 0.0
    failures: int = 0
    failure: int = 0
    deleted: bool = False
    heard: tuple[float, Answer] | None = None
    """The carrier's answer on its way, and when it comes."""
    calls: int = 0
    failed_calls: int = 0
    calls_in: int = 0
    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    """What it gives its calls, by `inbound` and `outbound`."""

    @classmethod
    def make(cls, written: Written, address: str, context: str, now: float) -> "Gateway | None":
        """A gateway as the configuration has it; None for one that the switch ignores."""
        params = written.params
        made = cls(written.name, written.profile, params, address, context)
        if not truth(params.get("register", "true")):
            made.state, made.up, made.since = "NOREG", True, now
        elif not (params.get("username") and params.get("password")):
            return None
        return made

    @property
    def username(self) -> str:
        """The account; the switch has a name of its own where none is given."""
        return self.params.get("username") or "FreeSWITCH"

    @property
    def proxy(self) -> str:
        """Where INVITE and REGISTER go, as written."""
        return self.params.get("proxy") or self.realm

    @property
    def realm(self) -> str:
        """For which realm the password is."""
        return self.params.get("realm") or self.params.get("proxy") or self.name

    @property
    def user_at(self) -> str:
        """`To`: the user at the proxy."""
        return f"sip:{self.username}@{self.proxy.removeprefix('sip:')}"

    @property
    def register_proxy(self) -> str:
        """The proxy as a SIP URI."""
        return self.proxy if self.proxy.startswith("sip:") else f"sip:{self.proxy}"

    @property
    def sender(self) -> str:
        """`From` of REGISTER."""
        user = self.params.get("from-user") or self.username
        return f"<sip:{user}@{self.params.get('from-domain') or self.proxy}>"

    @property
    def contact(self) -> str:
        """`Contact` of REGISTER: calls to it name the gateway."""
        transport = self.params.get("register-transport", "udp")
        extra = self.params.get("contact-params", "")
        extra = f";{extra.removeprefix(';')}" if extra else ""
        inside = truth(self.params.get("extension-in-contact", "false"))
        user = self.extension if inside else f"gw+{self.name}"
        return f"<sip:{user}@{self.address}{extra};transport={transport};gw={self.name}>"

    @property
    def extension(self) -> str:
        """What calls from the carrier are said to dial."""
        return self.params.get("extension") or self.username

    @property
    def expiry(self) -> str:
        """Seconds, as written."""
        return self.params.get("expire-seconds", "3600")

    @property
    def frequency(self) -> int:
        """Seconds between two REGISTERs; below five the switch takes an hour."""
        seconds = number(self.expiry)
        return seconds if seconds >= 5 else 3600

    def delete(self) -> None:
        """`killgw`: gone from sight at once, gone for good at one of the next looks."""
        if not self.deleted and self.state != "NOREG":
            self.retry, self.state = 0.0, "UNREGISTER"
        self.deleted = True

    def check(self, now: float, carrier: Carrier) -> Event | None:
        """The look of a second; the event of a change of state."""
        before = self.state
        step = _STEPS.get(before)
        if step is not None:
            step(self, now, carrier)
        return self.state_event() if self.state != before else None

    def hear(self, now: float) -> Event | None:
        """Takes the carrier's answer when its time has come."""
        if self.heard is None or now < self.heard[0]:
            return None
        answer, self.heard = self.heard[1], None
        if self.state != "TRYING":
            return None
        self.state = "REGISTER" if answer.status == 200 else "FAILED"
        if answer.status != 200:
            self.failures += 1
            self.failure = answer.status
        return self.state_event(answer)

    def state_event(self, answer: Answer | None = None) -> Event:
        """`sofia::gateway_state`."""
        headers = {
            "Gateway": self.name,
            "State": self.state,
            "Ping-Status": "UP" if self.up else "DOWN",
        }
        if answer is not None:
            headers |= {"Phrase": answer.phrase, "Status": str(answer.status)}
        return Event("CUSTOM", headers, "sofia::gateway_state", source=_STATE)

    def added_event(self) -> Event:
        """`sofia::gateway_add`."""
        headers = {"Gateway": self.name, "profile-name": self.profile}
        return Event("CUSTOM", headers, "sofia::gateway_add", source=_ADDED)

    def deleted_event(self) -> Event:
        """`sofia::gateway_delete`."""
        headers = {"profile-name": self.profile, "Gateway": self.name}
        return Event("CUSTOM", headers, "sofia::gateway_delete", source=_DELETED)

    # The steps of `sofia_reg_check_gateway`.

    def _rise(self, now: float, carrier: Carrier) -> None:
        if not self.up:
            self.up, self.since = True, now

    def _registered(self, now: float, carrier: Carrier) -> None:
        self.failures = 0
        seconds = self.frequency
        self.expires = now + max(1, seconds - 15 if seconds > 30 else seconds // 2)
        self.state = "REGED"
        self._rise(now, carrier)

    def _unregister(self, now: float, carrier: Carrier) -> None:
        self.state, self.up = "DOWN", False

    def _register(self, now: float, carrier: Carrier) -> None:
        self.retry = now + self.retry_seconds
        seconds = number(self.params.get("timeout-seconds", "60"))
        self.timeout = now + (seconds if seconds >= 5 else 60)
        self.state = "TRYING"
        answer = carrier(self.name)
        self.heard = (now + answer.after, answer) if answer else None

    @property
    def retry_seconds(self) -> int:
        """Seconds between a failure and the next try; below five the switch takes thirty."""
        seconds = number(self.params.get("retry-seconds", "30"))
        return seconds if seconds >= 5 else 30

    def _time_out(self, now: float, carrier: Carrier) -> None:
        self.state = "FAILED"
        self.failures += 1
        self.failure = 908

    def _fail(self, now: float, carrier: Carrier) -> None:
        seconds = self.retry_seconds
        if self.failure not in (503, 908) and self.failures >= 1:
            seconds *= self.failures
        self.retry, self.failure = now + seconds, 0
        self.up, self.state = False, "FAIL_WAIT"

    def _wait(self, now: float, carrier: Carrier) -> None:
        if not self.retry or now >= self.retry:
            self.state = "UNREGED"

    def _try(self, now: float, carrier: Carrier) -> None:
        if now >= self.timeout:
            self.state = "TIMEOUT"

    def _hold(self, now: float, carrier: Carrier) -> None:
        if now >= self.expires:
            self.state = "UNREGED"


_STEPS: dict[str, Callable[[Gateway, float, Carrier], None]] = {
    "DOWN": Gateway._rise,
    "NOREG": Gateway._rise,
    "REGISTER": Gateway._registered,
    "UNREGISTER": Gateway._unregister,
    "UNREGED": Gateway._register,
    "TIMEOUT": Gateway._time_out,
    "FAILED": Gateway._fail,
    "FAIL_WAIT": Gateway._wait,
    "TRYING": Gateway._try,
    "REGED": Gateway._hold,
    "EXPIRED": Gateway._hold,
}


def number(text: str) -> int:
    """As C's `atoi`."""
    digits = ""
    for char in text.strip():
        if not (char.isdigit() or (char in "+-" and not digits)):
            break
        digits += char
    return int(digits) if digits.strip("+-") else 0


def truth(text: str) -> bool:
    """As `switch_true`: some words, and every number but zero."""
    return text.lower() in _TRUE or (text.lstrip("-").isdigit() and int(text) != 0)
