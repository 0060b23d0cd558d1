"""An identity provider, real but small, as a program of its own: `python -m tests.service.oidc.provider PORT`. Built with authlib.

Discovery, authorization code with PKCE, keys, logout. It asks nobody for a password: `/authorize` takes whom `PUT /control` named. The
same call switches faults on, which spoil what it signs in the way of an attacker or of a provider that is broken.
"""

from __future__ import annotations

import hmac
import json
import os
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.processes import ROOT, free_port

CLIENT, SECRET = "miaopi", "a secret of the test"
ISSUER_PATH = "/realms/longhua"


@dataclass
class Code:
    """An authorization code, with the names that authlib asks for."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    user: dict[str, Any]

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Portal:
    """The one client that is registered: miaopi."""

    client_id = CLIENT

    def __init__(self, callback: str) -> None:
        self.callback = callback

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.callback

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri == self.callback

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


def made(base: str, callback: str) -> Flask:
    """The application. `base`: its own address."""
    app, issuer = Flask(__name__), base + ISSUER_PATH
    keys = [RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})]
    foreign = RSAKey.generate_key(2048, {"kid": "first"})
    state: dict[str, Any] = {"user": {}, "fault": None}
    codes: dict[str, Code] = {}
    portal = Portal(callback)

    class ByCode(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, asked: Any) -> None:
            data = asked.payload.data
            codes[code] = Code(
                code, CLIENT, asked.payload.redirect_uri, asked.payload.scope, data.get("nonce"), data.get("code_challenge"),
                data.get("code_challenge_method"), asked.user,
            )  # fmt: skip

        def query_authorization_code(self, code: str, _client: Any) -> Code | None:
            return codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            codes.pop(code.code, None)

        def authenticate_user(self, code: Code) -> Any:
            return code.user

    class Identity(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, _nonce: str, _asked: Any) -> bool:
            return False

        def get_client_algorithm(self, _client: Any) -> str:
            return "RS256"

        def get_client_claims(self, _client: Any) -> dict[str, Any]:
            return {"iss": issuer, "aud": [CLIENT], "exp": int(time.time()) + 300, "iat": int(time.time())}

        def get_encode_header(self, _client: Any) -> dict[str, Any]:
            return {"alg": "RS256", "kid": keys[0].kid}

        def get_compatible_claims(self, asked: Any) -> dict[str, Any]:
            return self.get_client_claims(asked.client)

        def resolve_client_private_key(self, _client: Any) -> Any:
            return keys[0]

        def generate_user_info(self, user: dict[str, Any], _scope: str) -> dict[str, Any]:
            return {"sub": "u-1", **user}

    server = AuthorizationServer(app, lambda id_: portal if id_ == CLIENT else None, lambda token, asked: None)
    server.register_grant(ByCode, [Identity(require_nonce=True), CodeChallenge(required=True)])

    @app.get(f"{ISSUER_PATH}/.well-known/openid-configuration")
    def described() -> Response:
        return jsonify({
            "issuer": "http://127.0.0.1:1/elsewhere" if state["fault"] == "described-issuer" else issuer,
            "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys",
            "end_session_endpoint": f"{base}/out", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
        })  # fmt: skip

    @app.get("/keys")
    def known() -> Response:
        return jsonify({"keys": [each.as_dict(private=False) for each in keys]})

    @app.get("/authorize")
    def authorize() -> Any:
        if state["fault"] == "denied":
            return Response(status=302, headers={"Location": f"{portal.callback}?error=access_denied&state={request.args['state']}"})
        grant = server.get_consent_grant(end_user=state["user"])
        return server.create_authorization_response(grant=grant, grant_user=state["user"])

    @app.get("/out")
    def out() -> Response:
        return Response(status=302, headers={"Location": request.args["post_logout_redirect_uri"]})

    @app.post("/token")
    def token() -> Any:
        answer = server.create_token_response()
        if answer.status_code == 200 and state["fault"]:
            said = answer.get_json()
            said["id_token"] = spoiled(said["id_token"], state["fault"])
            answer.set_data(json.dumps(said))
        return answer

    def spoiled(honest: str, fault: str) -> str | None:
        claims = dict(jwt.decode(honest, keys[0]).claims)
        header: dict[str, Any] = {"alg": "RS256", "kid": keys[0].kid}
        changed: dict[str, Any] = {
            "wrong-nonce": {"nonce": "another"}, "wrong-audience": {"aud": ["another"]}, "other-issuer": {"iss": f"{base}/realms/other"},
            "two-audiences": {"aud": [CLIENT, "another"]}, "other-party": {"azp": "another"}, "expired": {"exp": int(time.time()) - 600},
            "at-hash": {"at_hash": "another"},
        }  # fmt: skip
        claims |= changed.get(fault, {})
        if fault in ("no-nonce", "no-expiry", "no-subject"):
            del claims[{"no-nonce": "nonce", "no-expiry": "exp", "no-subject": "sub"}[fault]]
        match fault:
            case "none":
                return jwt.encode({"alg": "none"}, claims, OctKey.generate_key(), ["none"])
            case "symmetric":  # signed with what everybody knows, as if it were a secret
                said = urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=") + b"." + honest.split(".")[1].encode()
                return (said + b"." + urlsafe_b64encode(hmac.digest(keys[0].as_pem(private=False), said, "sha256")).rstrip(b"=")).decode()
            case "client-secret":
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 3), ["HS256"])
            case "foreign-key":
                return jwt.encode(header, claims, foreign)
            case "no-token":
                return None
            case "changed":
                head, _, sign = honest.split(".")
                body = jwt.encode(header, claims | {"id_number": "440309195104060023"}, foreign).split(".")[1]
                return f"{head}.{body}.{sign}"
        return jwt.encode(header, claims, keys[0])

    @app.put("/control")
    def control() -> Response:
        said = request.get_json()
        if said.pop("rotate", False):
            keys[:] = [RSAKey.generate_key(2048, {"kid": f"next-{time.time_ns()}", "use": "sig", "alg": "RS256"})]
        portal.callback = said.pop("callback", portal.callback)
        state.update(said)
        return jsonify({})

    return app


@dataclass(frozen=True, slots=True)
class Running:
    """The program, as a test speaks to it."""

    base: str

    @property
    def issuer(self) -> str:
        return self.base + ISSUER_PATH

    def control(self, **said: Any) -> None:
        assert httpx.put(f"{self.base}/control", json=said, trust_env=False).status_code == 200

    def authorize(self, address: str) -> str:
        """Where the provider sends the browser that came to this address."""
        assert address.startswith(self.base)
        answer = httpx.get(address, trust_env=False, timeout=60)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@contextmanager
def running(callback: str) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-m", "tests.service.oidc.provider", str(port), callback]
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}  # on this machine, without TLS
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = Running(f"http://127.0.0.1:{port}")
    try:
        for _ in range(1200):
            try:
                httpx.get(f"{found.base}/keys", trust_env=False)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the provider did not start"
                time.sleep(0.1)
        yield found
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    made(f"http://127.0.0.1:{sys.argv[1]}", sys.argv[2]).run("127.0.0.1", int(sys.argv[1]))
