"""The signing keys of one process keep their contract."""

from datetime import datetime

from demobackend.adapters.jwt.signing_keys import EphemeralSigningKeys
from demobackend.adapters.memory.clock import ManualClock
from demobackend.ports.signing_keys import SigningKeys
from demobackend.testing.contracts.signing_keys import SigningKeysContract
from demobackend.testing.samples import NOON


class TestEphemeralSigningKeys(SigningKeysContract):
    def keys(self) -> tuple[SigningKeys, datetime]:
        return EphemeralSigningKeys(ManualClock(NOON)), NOON
