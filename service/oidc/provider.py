"""The provider as this service sees it: found by discovery, asked for a token, and what it says of whoever signed in, verified.

OpenID Connect Core 1.0, 3.1 (authorization code flow) with PKCE (RFC 7636). Claims are judged by authlib, signatures by joserfc.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from service.oidc.settings import OidcSettings, is_safe

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
"""By which an identity token may be signed: with a private key, so neither `none` nor with a secret that both have."""
_KNOWN_FOR = 3600  # seconds
_LEEWAY = 60
_TIMEOUT = 5
_LARGEST = 1 << 18
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Unreachable(Exception):
    """The provider does not answer as a provider should."""


class Untrusted(Exception):
    """What it, or somebody in its name, said is not to be believed; or the code was not good."""


@dataclass
class Provider:
    """`settings` name it; the rest it tells itself, and is asked again every hour."""

    settings: OidcSettings
    _said: Mapping[str, Any] | None = field(default=None, init=False)
    _keys: KeySet | None = field(default=None, init=False)
    _until: float = field(default=0.0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def begin(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in. Raises `Unreachable`."""
        settings = self.settings
        address: str = prepare_grant_uri(
            self._described()["authorization_endpoint"], settings.client_id, "code", settings.callback, settings.scopes, state,
            nonce=nonce, code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256",
        )  # fmt: skip
        return address

    def ending(self) -> str | None:
        """Where one's session with the provider ends (RP-Initiated Logout 1.0), if it offers that. Nothing personal is in the address."""
        try:
            found = self._described().get("end_session_endpoint")
        except Unreachable:
            return None
        if not isinstance(found, str) or not is_safe(found):
            return None
        back = {"client_id": self.settings.client_id, "post_logout_redirect_uri": f"{self.settings.site}/"}
        return str(httpx.URL(found, params=back))

    def claims(self, code: str, nonce: str, verifier: str, now: datetime) -> Mapping[str, Any]:
        """What the provider says of whoever brought the code. Raises `Unreachable`, `Untrusted`."""
        settings = self.settings
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": settings.callback, "code_verifier": verifier}
        if settings.client_secret is None:
            asked["client_id"] = settings.client_id
        given = self._call("POST", self._described()["token_endpoint"], asked)
        token, access = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str):
            raise Untrusted("no identity token")
        try:
            decoded = self._decoded(token)
            options: Any = {"iss": {"essential": True, "value": settings.issuer}, "aud": {"essential": True, "value": settings.client_id}}
            params = {"nonce": nonce, "client_id": settings.client_id, "access_token": access}
            CodeIDToken(decoded.claims, decoded.header, options, params).validate(int(now.timestamp()), _LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Untrusted(type(error).__name__) from None
        return decoded.claims

    def _described(self) -> Mapping[str, Any]:
        with self._lock:
            if self._said is None or time.monotonic() >= self._until:
                self._said = self._discovered()
                self._keys = None
                self._until = time.monotonic() + _KNOWN_FOR
            return self._said

    def _discovered(self) -> Mapping[str, Any]:
        said = self._call("GET", f"{self.settings.issuer}/.well-known/openid-configuration")
        if str(said.get("issuer", "")).rstrip("/") != self.settings.issuer:
            raise Unreachable("it describes another issuer")
        if not all(isinstance(said.get(each), str) and is_safe(said[each]) for each in _ENDPOINTS):
            raise Unreachable("it names no endpoints that are safe")
        return said

    def _key_set(self, anew: bool = False) -> KeySet:
        described = self._described()
        with self._lock:
            if self._keys is None or anew:
                self._keys = self._keys_at(described["jwks_uri"])
            return self._keys

    def _decoded(self, token: str) -> jwt.Token:
        """Keys are asked for again where none of them fits: they rotate."""
        try:
            return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):
            return jwt.decode(token, self._key_set(anew=True), algorithms=ALGORITHMS)

    def _keys_at(self, address: str) -> KeySet:
        try:
            return KeySet.import_key_set(self._call("GET", address))  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unreachable("its keys cannot be read") from None

    def _call(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """No proxy of the environment, no redirect: what is secret goes where it was meant to."""
        auth = None
        if form is not None and self.settings.client_secret is not None:
            auth = httpx.BasicAuth(self.settings.client_id, self.settings.client_secret)
        try:
            with httpx.Client(timeout=_TIMEOUT, trust_env=False, auth=auth) as client:
                answer = client.request(method, address, data=form, headers={"Accept": "application/json"})
            said = answer.json() if len(answer.content) <= _LARGEST else None
        except (httpx.HTTPError, ValueError):
            raise Unreachable("no answer") from None
        if form is not None and answer.status_code in (400, 401):
            raise Untrusted("the code was not good")
        if answer.status_code != 200 or not isinstance(said, dict):
            raise Unreachable(f"status {answer.status_code}")
        return said
