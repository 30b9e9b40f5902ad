"""The signing keys on a file system keep their contract."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.filesystem.signing_keys import FilesystemSigningKeys
from demobackend.ports.signing_keys import SigningKeys
from demobackend.testing.contracts.signing_keys import SigningKeysContract
from demobackend.testing.samples import NOON


class TestFilesystemSigningKeys(SigningKeysContract):
    def keys(self) -> tuple[SigningKeys, datetime]:
        return FilesystemSigningKeys(Path(self.cleanup.enter_context(TemporaryDirectory()))), NOON
