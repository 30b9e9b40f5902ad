"""The blob store in memory keeps its contract."""

from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.testing.contracts.blob_gateway import BlobGatewayContract, StoreWithGateway


class TestMemoryBlobStore(BlobGatewayContract):
    def empty_store(self) -> StoreWithGateway:
        clock = ManualClock()
        return MemoryBlobStore(UrlSigner("http://127.0.0.1:8787", MemorySecrets(), clock), clock)
