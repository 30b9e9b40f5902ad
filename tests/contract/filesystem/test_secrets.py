"""The secrets on a file system keep their contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.filesystem.secrets import FilesystemSecrets
from demobackend.ports.secrets import Secrets
from demobackend.testing.contracts.secrets import SecretsContract


class TestFilesystemSecrets(SecretsContract):
    def secrets(self) -> Secrets:
        return FilesystemSecrets(Path(self.cleanup.enter_context(TemporaryDirectory())))
