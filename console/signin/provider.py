"""A provider of OpenID Connect: what it says of itself, a code for tokens, and whose they are.

OpenID Connect Core 1.0 (authorization code flow, section 3.1) with PKCE (RFC 7636); the checks of an ID token
are those of section 3.1.3.7.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dialform.compiler.secret_errors import SecretError
from dialform.console.errors import Away, Refused
from dialform.console.ground import Ground
from dialform.console.signin.methods import strong
from dialform.schema.console import OpenId
from dialform.values import dataclass, field

DISCOVERY = ".well-known/openid-configuration"
SECONDS, LARGEST = 10.0, 256 * 1024
KEPT = 3600.0
"""Seconds that what the provider says of itself, and its keys, are kept."""
LEEWAY = 60
"""Seconds that its clock may differ from ours."""
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
"""Signatures that count. None by a shared secret: whoever has ours could be anybody."""

_PLAIN = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Known:
    """What a provider says of itself."""

    authorization: str
    token: str
    keys: str
    said_at: float
    basic: bool = True
    """Whether it takes the portal's secret by HTTP basic authentication, as all must unless they say so."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose a token is. `name` (its `sub`) never changes; `claims` are what else is said of them."""

    issuer: str
    name: str
    claims: Mapping[str, Any] = field(repr=False)

    @property
    def strong(self) -> bool:
        """Whether they showed a second factor there."""
        return strong(self.claims.get("amr"))

    @property
    def verified(self) -> bool:
        """Whether the provider has seen that the mail address is theirs."""
        return self.claims.get("email_verified") in (True, "true")

    def claim(self, name: str) -> str:
        """What an account is found by; a mail address counts only where the provider has verified it."""
        value = self.claims.get(name)
        if name == "email" and not self.verified:
            return ""
        return value.strip() if isinstance(value, str) else ""


class Provider:
    """One provider, as platform.yaml names it."""

    def __init__(
        self, ground: Ground, entry: OpenId, client: httpx.AsyncClient | None = None
    ) -> None:
        self.entry, self._ground = entry, ground
        self.issuer = entry.issuer.rstrip("/")
        self._client = client or httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)
        self._known: Known | None = None
        self._keys: tuple[KeySet, float] | None = None
        self._lock = asyncio.Lock()

    async def way(self, *, state: str, nonce: str, verifier: str, back: str) -> str:
        """Where a browser goes to sign in there. Raises Away."""
        known = await self._about()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = urlencode({
            "response_type": "code", "client_id": self.entry.client_id, "redirect_uri": back,
            "scope": "openid email profile", "state": state, "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(), "code_challenge_method": "S256",
        })  # fmt: skip
        mark = "&" if urlsplit(known.authorization).query else "?"
        return f"{known.authorization}{mark}{query}"

    async def person(self, code: str, *, nonce: str, verifier: str, back: str) -> Person:
        """Whose a code is. Raises Away where the provider is not reached, Refused where it is wrong."""
        known = await self._about()
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "code_verifier": verifier, "client_id": self.entry.client_id,
        }  # fmt: skip
        secret, more = self._secret(), {}
        if known.basic:  # RFC 6749, section 2.3.1: both are form-encoded first
            more["auth"] = (quote(self.entry.client_id, safe=""), quote(secret, safe=""))
        else:
            sent["client_secret"] = secret
        found = await self._asked("POST", known.token, data=sent, **more)
        token = found.get("id_token")
        if not isinstance(token, str):
            raise Refused("The single sign-on said nothing of who you are. Try again.")
        claims = await self._checked(token, nonce)
        return Person(self.issuer, str(claims["sub"]), claims)

    async def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that is right. Its keys may be new since we asked."""
        for fresh in (False, True):
            keys = await self._signers(fresh)
            try:
                found = jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError, TypeError):
                continue
            break
        else:
            raise Refused("What the single sign-on said is not signed by it.")
        claims, now = found.claims, self._ground.clocks.wall()
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        authorized = claims.get("azp", self.entry.client_id)
        right = (
            str(claims.get("iss", "")).rstrip("/") == self.issuer
            and self.entry.client_id in audiences
            and (len(audiences) == 1 or "azp" in claims)
            and authorized == self.entry.client_id
            and _number(claims.get("exp")) > now - LEEWAY
            and _number(claims.get("iat")) < now + LEEWAY
            and _number(claims.get("nbf", 0)) < now + LEEWAY
            and claims.get("nonce") == nonce
            and isinstance(claims.get("sub"), str) and claims["sub"]
        )  # fmt: skip
        if not right:
            raise Refused("What the single sign-on said is not meant for this sign-in. Try again.")
        return claims

    async def _about(self) -> Known:
        now = self._ground.clocks.steady()
        async with self._lock:
            if self._known is None or now - self._known.said_at > KEPT:
                found = await self._asked("GET", f"{self._safe(self.issuer)}/{DISCOVERY}")
                if str(found.get("issuer", "")).rstrip("/") != self.issuer:
                    raise Away(
                        "The single sign-on is another one than platform.yaml says: tell an admin."
                    )
                ways = [found.get(f"{name}_endpoint") for name in ("authorization", "token")]
                enter, exchange, keys = (self._safe(one) for one in (*ways, found.get("jwks_uri")))
                ways_of_proof = found.get("token_endpoint_auth_methods_supported")
                basic = (
                    not isinstance(ways_of_proof, list) or "client_secret_basic" in ways_of_proof
                )
                self._known = Known(enter, exchange, keys, said_at=now, basic=basic)
            return self._known

    async def _signers(self, fresh: bool) -> KeySet:
        known, now = await self._about(), self._ground.clocks.steady()
        if self._keys is None or fresh or now - self._keys[1] > KEPT:
            found = await self._asked("GET", known.keys)
            try:
                self._keys = KeySet.import_key_set(found), now  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError):
                raise Away("The single sign-on's keys cannot be read.") from None
        return self._keys[0]

    def _safe(self, address: Any) -> str:
        """An address of the provider: by TLS, but on this host. Raises Away."""
        text = address if isinstance(address, str) else ""
        parts = urlsplit(text)
        if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _PLAIN):
            return text
        raise Away("The single sign-on names an address without TLS: tell an admin.")

    def _secret(self) -> str:
        try:
            return self._ground.store.resolve(self.entry.client_secret.as_data())
        except SecretError as error:
            self._ground.say("openid", "error", why=error.reason)
            raise Away("The portal has no secret for the single sign-on: tell an admin.") from None

    async def _asked(self, method: str, address: str, **more: Any) -> Mapping[str, Any]:
        """What the provider answers, as JSON. Raises Away; a refused code is Refused."""
        try:
            async with self._client.stream(method, address, **more) as response:
                body = b""
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise Away("The single sign-on says too much at once.")
            found = json.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            self._ground.say("openid", "error", address=address, why=type(error).__name__)
            raise Away(
                "The single sign-on cannot be reached. Try again, or use your password."
            ) from None
        if response.status_code >= 400 or not isinstance(found, dict):
            said = str(found.get("error", ""))[:100] if isinstance(found, dict) else ""
            self._ground.say(
                "openid", "warning", address=address, status=response.status_code, why=said
            )
            if response.status_code == 400 and said == "invalid_grant":
                raise Refused("This sign-in is too old, or was used already. Begin it anew.")
            raise Away("The single sign-on did not take the sign-in. Try again, or tell an admin.")
        return found


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def provider(ground: Ground) -> Provider | None:
    """The provider of a portal; None without one."""
    entry = ground.settings.entry
    if entry is None or entry.openid is None:
        return None
    found = ground.parts.get("openid")
    if found is None:
        found = ground.parts["openid"] = Provider(ground, entry.openid)
    assert isinstance(found, Provider)
    return found
