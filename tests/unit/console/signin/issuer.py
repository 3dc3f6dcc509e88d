"""A provider of OpenID Connect, which says what a test tells it to."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ISSUER = "https://id.example.com"
CLIENT, SECRET = "portal", "the portal's own secret"


_KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


class Issuer:
    """Signs whatever `claims` say, for the last browser that was sent to it."""

    def __init__(self, wall: Any) -> None:
        self.wall = wall
        self.key = _KEY
        self.sign_with = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.codes: set[str] = set()
        self.app = Starlette(routes=[
            Route("/.well-known/openid-configuration", self.about),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.keys),
        ])  # fmt: skip

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app))

    async def about(self, _: Request) -> JSONResponse:
        return JSONResponse({
            "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys",
        })  # fmt: skip

    async def keys(self, _: Request) -> JSONResponse:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    def signs_in(self, way: str) -> str:
        """Somebody signs in there; the address that their browser is sent back to."""
        parts = urlsplit(way)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (
            self.asked["response_type"] == "code" and self.asked["code_challenge_method"] == "S256"
        )
        self.codes.add("the-code")
        return f"/openid/back?code=the-code&state={self.asked['state']}"

    async def token(self, request: Request) -> JSONResponse:
        form = await request.form()
        scheme, _, text = request.headers["authorization"].partition(" ")
        name, _, _secret = base64.b64decode(text).decode().partition(":")
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        )
        right = (
            (scheme, name) == ("Basic", CLIENT)
            and challenge.rstrip(b"=").decode() == self.asked["code_challenge"]
            and form["redirect_uri"] == self.asked["redirect_uri"]
            and form["code"] in self.codes
        )
        if not right:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.codes.discard(str(form["code"]))
        now = int(self.wall())
        claims = {"iss": ISSUER, "aud": CLIENT, "sub": "u-17", "iat": now, "exp": now + 300,
                  "nonce": self.asked["nonce"], "email": "bob@acme.example", "email_verified": True,
                  **self.claims}  # fmt: skip
        header = {"alg": self.algorithm, "kid": "k1", **self.header}
        claims = {name: value for name, value in claims.items() if value is not None}
        text = jwt.encode(header, claims, self.sign_with, algorithms=[self.algorithm])
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": text})
