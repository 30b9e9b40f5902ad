"""A user pool's keys on loopback, and tokens signed with them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from tests.adapters.cognito.scripted import POOL

from demobackend.testing.samples import NOON, sample_account, sample_session

_NONE: Mapping[str, object] = MappingProxyType({})
KEY_ID = "Zm9vYmFy+/example="  # as Cognito's: base64 with its padding


@cache
def private_key(name: str) -> RSAPrivateKey:
    """The key of this id; making one takes long."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def entry(name: str = KEY_ID, **other: object) -> dict[str, object]:
    """One entry of a key set, as Cognito publishes it."""
    numbers = RSAAlgorithm.to_jwk(private_key(name).public_key(), as_dict=True)
    return {"alg": "RS256", "e": numbers["e"], "kid": name, "kty": "RSA", "n": numbers["n"], "use": "sig", **other}


def claims(changes: Mapping[str, object] = _NONE) -> dict[str, object]:
    """An access token's claims, as Cognito makes them, but for these changes; None takes a claim out."""
    begun = int(NOON.timestamp())
    made: dict[str, object] = {
        "sub": "11111111-2222-4333-8444-555555555555",
        "iss": POOL.issuer,
        "client_id": POOL.client_id,
        "origin_jti": sample_session(1).id,
        "event_id": "66666666-2222-4333-8444-555555555555",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": begun,
        "exp": begun + 900,
        "iat": begun,
        "jti": "77777777-2222-4333-8444-555555555555",
        "username": sample_account(1).id,
    }
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def token(
    changes: Mapping[str, object] = _NONE, *, header: Mapping[str, object] = _NONE, key_id: str = KEY_ID, signed_by: str | None = None
) -> str:
    """A token as Cognito makes it, but for these claims, this header, or the key that signs it."""
    key = private_key(signed_by or key_id)
    return jwt.encode(claims(changes), key, algorithm="RS256", headers={"kid": key_id, "typ": None, **header})


@dataclass(slots=True)
class KeyServer:
    """What it answers, and how often it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = field(default_factory=lambda: json.dumps({"keys": [entry()]}).encode())
    headers: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def publish(self, *entries: dict[str, object]) -> None:
        """From now on it publishes these keys."""
        self.status, self.body = 200, json.dumps({"keys": entries}).encode()


@contextmanager
def key_server() -> Iterator[KeyServer]:
    """A running server."""
    state = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked += 1
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def later(minutes: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(minutes=minutes)
