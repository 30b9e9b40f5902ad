"""Access tokens in memory keep their contract."""

from datetime import timedelta

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.tokens import MemoryTokens
from demobackend.testing.contracts.access_tokens import AccessTokensContract, TokenPair


class TestMemoryTokens(AccessTokensContract):
    def pair(self) -> TokenPair:
        tokens = MemoryTokens(MemorySecrets(), SequentialIds(ManualClock()), timedelta(minutes=5))
        return TokenPair(issuer=tokens, verifier=tokens)
