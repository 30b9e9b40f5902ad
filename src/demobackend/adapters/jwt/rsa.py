"""RSA keys as ports hold them, as the library wants them, and as a key set shows them."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import RSAAlgorithm

from demobackend.domain.model.errors import Unavailable
from demobackend.ports.signing_keys import SigningKey

ALGORITHM = "RS256"


def private_key(key: SigningKey) -> RSAPrivateKey:
    """Read the PEM. Raises `Unavailable` when it holds no RSA key."""
    try:
        loaded = load_pem_private_key(key.private_pem, password=None)
    except (ValueError, TypeError) as error:
        raise Unavailable("A signing key cannot be read.") from error
    if not isinstance(loaded, RSAPrivateKey):
        raise Unavailable("A signing key cannot be read.")
    return loaded


def as_jwk(key_id: str, key: RSAPublicKey) -> dict[str, str]:
    """One entry of a JSON Web Key Set (RFC 7517): the public half."""
    numbers = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {"kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": key_id, "n": str(numbers["n"]), "e": str(numbers["e"])}
