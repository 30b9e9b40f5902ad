"""Hostile access tokens: whatever is wrong with one, it is not believed, and the refusals tell nothing apart."""

import base64
import hmac
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from demobackend.adapters.jwt.rsa import private_key
from demobackend.adapters.jwt.signing_keys import EphemeralSigningKeys
from demobackend.adapters.jwt.token_verifier import JwtVerifier
from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.errors import Unauthenticated
from demobackend.testing.samples import NOON, OWNER, sample_id

CLOCK = ManualClock(NOON)
KEYS = EphemeralSigningKeys(CLOCK)
KEY = KEYS.signing(NOON)
PRIVATE = private_key(KEY)
PUBLIC_PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ISSUER = "https://api.example.test"
NOW = int(NOON.timestamp())
HEADER = {"alg": "RS256", "kid": KEY.id, "typ": "JWT"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "sub": OWNER,
    "client_id": "web",
    "token_use": "access",
    "iat": NOW,
    "exp": NOW + 900,
    "jti": sample_id(7),
    "sid": sample_id(8),
}
STRANGER_JWK = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(STRANGER.public_key()))
LEFT_OUT = object()


def segment(content: bytes | str | dict[str, Any]) -> str:
    if isinstance(content, dict):
        content = json.dumps(content)
    return base64.urlsafe_b64encode(content if isinstance(content, bytes) else content.encode()).rstrip(b"=").decode()


def rs256(text: str, key: rsa.RSAPrivateKey = PRIVATE) -> bytes:
    return jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(text.encode(), key)


def signed(header: bytes | str | dict[str, Any], payload: bytes | str | dict[str, Any], sign: Callable[[str], bytes] = rs256) -> str:
    """A token whose signature is right, whatever it says."""
    text = f"{segment(header)}.{segment(payload)}"
    return f"{text}.{segment(sign(text))}"


def claiming(**changes: Any) -> str:
    """Our own token, with other claims."""
    return signed(HEADER, {name: value for name, value in {**CLAIMS, **changes}.items() if value is not LEFT_OUT})


def heading(sign: Callable[[str], bytes] = rs256, **changes: Any) -> str:
    """Our own token, with another header."""
    return signed({name: value for name, value in {**HEADER, **changes}.items() if value is not LEFT_OUT}, CLAIMS, sign)


def by_stranger(text: str) -> bytes:
    return rs256(text, STRANGER)


def by_hmac(secret: bytes) -> Callable[[str], bytes]:
    return lambda text: hmac.new(secret, text.encode(), sha256).digest()


def by_algorithm(name: str) -> Callable[[str], bytes]:
    return lambda text: jwt.get_algorithm_by_name(name).sign(text.encode(), PRIVATE)


GENUINE = claiming()
HEAD, PAYLOAD, SIGNATURE = GENUINE.split(".")
CURVE = ec.generate_private_key(ec.SECP256R1())

HOSTILE = {
    # ---- algorithm and key
    "alg none, unsigned": f"{segment({'alg': 'none', 'typ': 'JWT'})}.{PAYLOAD}.",
    "alg none, with our kid": f"{segment({**HEADER, 'alg': 'none'})}.{PAYLOAD}.",
    "alg nOnE": heading(alg="nOnE"),
    "alg none, signature kept": f"{segment({**HEADER, 'alg': 'none'})}.{PAYLOAD}.{SIGNATURE}",
    "HS256 by our public PEM": heading(by_hmac(PUBLIC_PEM), alg="HS256"),
    "HS256 by our public PEM, stripped": heading(by_hmac(PUBLIC_PEM.strip()), alg="HS256"),
    "HS256 by our key id": heading(by_hmac(KEY.id.encode()), alg="HS256"),
    "HS256 by nothing": heading(by_hmac(b""), alg="HS256"),
    "RS256 said, HMAC meant": heading(by_hmac(PUBLIC_PEM)),
    "RS512 by our key": heading(by_algorithm("RS512"), alg="RS512"),
    "PS256 by our key": heading(by_algorithm("PS256"), alg="PS256"),
    "ES256": heading(lambda text: jwt.get_algorithm_by_name("ES256").sign(text.encode(), CURVE), alg="ES256"),
    "alg in lower case": heading(alg="rs256"),
    "alg missing": heading(alg=LEFT_OUT),
    "alg null": heading(alg=None),
    "alg a list": heading(alg=["RS256"]),
    "alg a number": heading(alg=256),
    "another's key under our kid": heading(by_stranger),
    "another's key under its own kid": heading(by_stranger, kid="stranger"),
    "key embedded": heading(by_stranger, jwk=STRANGER_JWK, kid=LEFT_OUT),
    "key embedded beside our kid": heading(by_stranger, jwk=STRANGER_JWK),
    "our own key embedded": heading(jwk={"kty": "RSA"}),
    "jku": heading(by_stranger, jku="https://evil.test/keys.json", kid="stranger"),
    "x5u": heading(by_stranger, x5u="https://evil.test/cert.pem", kid="stranger"),
    "x5c": heading(by_stranger, x5c=["MIIB"], kid="stranger"),
    "jku on a genuine token": heading(jku="https://api.example.test/.well-known/jwks.json"),
    "kid missing": heading(kid=LEFT_OUT),
    "kid empty": heading(kid=""),
    "kid null": heading(kid=None),
    "kid a number": heading(kid=1),
    "kid a list": heading(kid=[KEY.id]),
    "kid an object": heading(kid={"id": KEY.id}),
    "kid a path": heading(kid=f"../{KEY.id}"),
    "kid a file": heading(by_hmac(b""), alg="HS256", kid="/dev/null"),
    "kid in upper case": heading(kid=KEY.id.upper()),
    "kid with a NUL": heading(kid=f"{KEY.id}\0"),
    "kid an injection": heading(kid="' OR 1=1 --"),
    "crit unknown": heading(crit=["exp"], exp=NOW),
    "crit empty": heading(crit=[]),
    "crit b64": heading(crit=["b64"], b64=False),
    "b64 without crit": heading(b64=False),
    "zip": heading(zip="DEF"),
    "typ of another kind": heading(typ="dpop+jwt"),
    "typ a list": heading(typ=["JWT"]),
    "header a list": signed(json.dumps([HEADER]), CLAIMS),
    "header a text": signed(json.dumps("RS256"), CLAIMS),
    "header no JSON": signed("alg=RS256", CLAIMS),
    "header with a name twice": signed(f'{{"alg":"none","alg":"RS256","kid":"{KEY.id}"}}', CLAIMS),
    "header in UTF-16": signed(json.dumps(HEADER).encode("utf-16"), CLAIMS),
    "header with a byte order mark": signed(b"\xef\xbb\xbf" + json.dumps(HEADER).encode(), CLAIMS),
    "header deeply nested": signed("[" * 2_000 + "]" * 2_000, CLAIMS),
    # ---- claims: missing, of another type, of another's
    **{f"{name} missing": claiming(**{name: LEFT_OUT}) for name in CLAIMS},
    **{f"{name} null": claiming(**{name: None}) for name in CLAIMS},
    **{f"{name} a list": claiming(**{name: [CLAIMS[name]]}) for name in CLAIMS},
    **{f"{name} an object": claiming(**{name: {"value": CLAIMS[name]}}) for name in CLAIMS},
    **{f"{name} a boolean": claiming(**{name: True}) for name in CLAIMS},
    **{f"{name} empty": claiming(**{name: ""}) for name in CLAIMS},
    **{f"{name} a number": claiming(**{name: 7}) for name in CLAIMS if name not in {"iat"}},
    **{f"{name} as text": claiming(**{name: str(CLAIMS[name])}) for name in ("iat", "exp")},
    **{f"{name} a fraction": claiming(**{name: CLAIMS[name] + 0.5}) for name in ("iat", "exp")},
    **{f"{name} a float": claiming(**{name: float(CLAIMS[name])}) for name in ("iat", "exp")},
    **{f"{name} negative": claiming(**{name: -1}) for name in ("iat", "exp")},
    "exp beyond all calendars": claiming(exp=10**15),
    "exp of 4,000 digits": signed(HEADER, json.dumps(CLAIMS).replace(str(NOW + 900), "9" * 4_000)),
    "exp of 5,000 digits": signed(HEADER, json.dumps(CLAIMS).replace(str(NOW + 900), "9" * 5_000)),
    "exp infinite": signed(HEADER, json.dumps(CLAIMS).replace(str(NOW + 900), "Infinity")),
    "exp 1e400": signed(HEADER, json.dumps(CLAIMS).replace(str(NOW + 900), "1e400")),
    "exp not a number": signed(HEADER, json.dumps(CLAIMS).replace(str(NOW + 900), "NaN")),
    "expired just now": claiming(exp=NOW),
    "expired a second ago": claiming(iat=NOW - 900, exp=NOW - 1),
    "expired long ago": claiming(iat=1, exp=2),
    "from the future": claiming(iat=NOW + 61, exp=NOW + 900),
    "ends before it begins": claiming(iat=NOW + 30, exp=NOW + 20),
    "not before tomorrow": claiming(nbf=NOW + 86_400),
    "not before a text": claiming(nbf=str(NOW)),
    "not before null": claiming(nbf=None),
    "an issuer that begins like ours": claiming(iss=ISSUER + ".evil.test"),
    "an issuer that ours begins with": claiming(iss=ISSUER[:-1]),
    "an issuer with a slash more": claiming(iss=ISSUER + "/"),
    "an issuer in upper case": claiming(iss=ISSUER.upper()),
    "two issuers": claiming(iss=[ISSUER, "https://evil.test"]),
    "an id token": claiming(token_use="id"),
    "an id token as Cognito makes it": claiming(token_use="id", client_id=LEFT_OUT, aud="web"),
    "a refresh token": claiming(token_use="refresh"),
    "token_use in upper case": claiming(token_use="ACCESS"),
    "another client": claiming(client_id="mobile"),
    "another audience": claiming(aud="mobile"),
    "two audiences": claiming(aud=["web", "mobile"]),
    "audience null": claiming(aud=None),
    "audience empty": claiming(aud=""),
    "sub no identifier": claiming(sub="admin"),
    "sub a path": claiming(sub=f"../{OWNER}"),
    "sub in upper case": claiming(sub=f"ABCDEF01{OWNER[8:]}"),
    "sub with a line's end": claiming(sub=f"{OWNER}\n"),
    "sid no identifier": claiming(sid="1"),
    "groups a text": claiming(**{"cognito:groups": "admin"}),
    "groups an object": claiming(**{"cognito:groups": {"admin": True}}),
    "groups of numbers": claiming(**{"cognito:groups": ["admin", 1]}),
    "groups null": claiming(**{"cognito:groups": None}),
    "payload a list": signed(HEADER, json.dumps([CLAIMS])),
    "payload a text": signed(HEADER, json.dumps(GENUINE)),
    "payload null": signed(HEADER, "null"),
    "payload no JSON": signed(HEADER, "{"),
    "payload empty": f"{HEAD}..{segment(rs256(f'{HEAD}.'))}",
    "payload with a name twice": signed(HEADER, json.dumps(CLAIMS)[:-1] + f', "sub": "{sample_id(9)}"}}'),
    "payload no UTF-8": signed(HEADER, json.dumps({**CLAIMS, "x": "y"}).encode().replace(b'"y"', b'"\xff"')),
    "payload in UTF-16": signed(HEADER, json.dumps(CLAIMS).encode("utf-16")),
    "payload deeply nested": signed(HEADER, '{"a":' * 1_000 + "1" + "}" * 1_000),
    "a token in a token": signed(HEADER, GENUINE),
    # ---- form
    "empty": "",
    "blank": " ",
    "two dots": "..",
    "two parts": f"{HEAD}.{PAYLOAD}",
    "four parts": f"{GENUINE}.{SIGNATURE}",
    "five parts": f"{GENUINE}.{SIGNATURE}.{SIGNATURE}",
    "no signature": f"{HEAD}.{PAYLOAD}.",
    "signature of zeros": f"{HEAD}.{PAYLOAD}.{segment(bytes(256))}",
    "signature cut": GENUINE[:-4],
    "signature of another token": f"{HEAD}.{PAYLOAD}.{claiming(exp=NOW + 901).split('.')[2]}",
    "padded": f"{GENUINE}==",
    "header padded": f"{HEAD}=.{PAYLOAD}.{SIGNATURE}",
    "payload padded": f"{HEAD}.{PAYLOAD}=.{SIGNATURE}",
    "signature with an uncanonical tail": GENUINE[:-1] + chr(ord(GENUINE[-1]) + 1),
    "standard base64": f"{HEAD}.{PAYLOAD}.{base64.b64encode(base64.urlsafe_b64decode(SIGNATURE + '==')).decode().rstrip('=')}+",
    "a blank before": f" {GENUINE}",
    "a blank after": f"{GENUINE} ",
    "a line's end after": f"{GENUINE}\n",
    "a line's end within": f"{GENUINE[:50]}\n{GENUINE[50:]}",
    "a NUL after": f"{GENUINE}\0",
    "in quotes": f'"{GENUINE}"',
    "with its scheme": f"Bearer {GENUINE}",
    "percent-encoded": GENUINE.replace(".", "%2E"),
    "wide characters": GENUINE.replace("e", "ｅ"),
    "a lone surrogate": f"{GENUINE}\ud800",
    "JSON serialisation": json.dumps({"protected": HEAD, "payload": PAYLOAD, "signature": SIGNATURE}),
    "huge": claiming(note="x" * 10_000),
    "huge and no token": "a" * 1_000_000,
    "our private key": PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
}


@pytest.fixture(scope="module")
def verifier() -> JwtVerifier:
    return JwtVerifier(KEYS, issuer=ISSUER, client_id="web", clock=CLOCK)


def test_the_corpus_has_at_least_sixty_tokens_and_none_twice():
    assert len(HOSTILE) >= 60
    assert len(set(HOSTILE.values())) == len(HOSTILE)


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_token_is_not_believed(token, verifier):
    with pytest.raises(Unauthenticated) as refusal:
        verifier.verify(token, at=NOON)
    assert (type(refusal.value), refusal.value.detail) == (Unauthenticated, Unauthenticated.sentence)


@pytest.mark.parametrize(
    "genuine",
    [
        GENUINE,
        heading(typ=LEFT_OUT),
        claiming(aud="web"),
        claiming(nbf=NOW),
        claiming(iat=NOW + 60),
        claiming(
            **{"cognito:groups": ["admin", "unheard of"]}, username="ada", scope="aws.cognito.signin.user.admin", version=2, auth_time=NOW
        ),
    ],
    ids=["ours", "without typ", "with audience", "with nbf", "issued by a clock a minute ahead", "as Cognito makes it"],
)
def test_a_genuine_token_is_believed(genuine, verifier):
    claims = verifier.verify(genuine, at=NOON)
    assert (claims.user_id, claims.session_id) == (OWNER, CLAIMS["sid"])


def test_a_believed_token_does_not_open_the_door_to_a_hostile_one(verifier):
    verifier.verify(GENUINE, at=NOON)
    for token in HOSTILE.values():
        with pytest.raises(Unauthenticated):
            verifier.verify(token, at=NOON)
