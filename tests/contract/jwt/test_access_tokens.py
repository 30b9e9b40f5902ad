"""The JWT issuer and verifier keep their contract together."""

from demobackend.adapters.jwt.signing_keys import EphemeralSigningKeys
from demobackend.adapters.jwt.token_issuer import JwtIssuer
from demobackend.adapters.jwt.token_verifier import JwtVerifier
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.testing.contracts.access_tokens import AccessTokensContract, TokenPair
from demobackend.testing.samples import MINUTE, NOON


class TestJwtAccessTokens(AccessTokensContract):
    def pair(self) -> TokenPair:
        clock = ManualClock(NOON)
        keys, issuer, client_id = EphemeralSigningKeys(clock), "https://api.example.test", "web"
        return TokenPair(
            issuer=JwtIssuer(keys, SequentialIds(clock), issuer=issuer, client_id=client_id, life=15 * MINUTE),
            verifier=JwtVerifier(keys, issuer=issuer, client_id=client_id, clock=clock),
        )
