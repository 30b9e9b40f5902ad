"""Our own server answers signed requests as their contract says."""

from tests.entrypoints.server.served import cheap_settings, served

from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.ports.blob_store import BlobStore
from demobackend.testing.contracts.signed_requests import SignedHeadsContract
from demobackend.testing.wire import Send, send_over_http


class TestOurServer(SignedHeadsContract):
    def reachable_store(self) -> tuple[BlobStore, Send]:
        running = self.cleanup.enter_context(served(cheap_settings(profile="memory")))
        store = running.application.blobs.gateway
        assert isinstance(store, MemoryBlobStore)
        return store, send_over_http
