"""The blob store on a file system keeps its contract, seen from both sides."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.testing.contracts.blob_gateway import BlobGatewayContract, StoreWithGateway


class TestFilesystemBlobStore(BlobGatewayContract):
    def empty_store(self) -> StoreWithGateway:
        clock = ManualClock()
        signer = UrlSigner("http://127.0.0.1:8787", MemorySecrets(), clock)
        return FilesystemBlobStore(Path(self.cleanup.enter_context(TemporaryDirectory())), signer, clock)
