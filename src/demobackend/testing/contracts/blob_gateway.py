"""What a blob store promises whose bytes pass through our server."""

from abc import abstractmethod
from hashlib import sha256
from typing import Protocol

import pytest

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import AlreadyExists, ChecksumMismatch, NotFound, SizeMismatch
from demobackend.domain.model.names import Sha256
from demobackend.ports.blob_gateway import BlobGateway
from demobackend.ports.blob_store import BlobStore
from demobackend.testing.contracts.blob_store import ODD_BYTES, BlobShelf, BlobStoreContract, read_all, sample_key
from demobackend.testing.samples import SECOND


class StoreWithGateway(BlobStore, BlobGateway, Protocol):
    """One store, seen from both sides."""


def write(gateway: BlobGateway, key: BlobKey, content: bytes, *, sha256: Sha256 | None = None) -> None:
    """Store bytes in a few steps; nothing is left behind when it fails."""
    writer = gateway.begin(key, size=len(content), sha256=sha256)
    try:
        for start in range(0, len(content), 300_000):
            writer.write(content[start : start + 300_000])
        writer.commit()
    finally:
        writer.discard()


class BlobGatewayContract(BlobStoreContract):
    """The promises of `BlobGateway`, and those of `BlobStore` with bytes brought through the gateway."""

    @abstractmethod
    def empty_store(self) -> StoreWithGateway:
        """Return a store without bytes."""

    def empty_shelf(self) -> BlobShelf:
        """The store with a way to bring bytes to it."""
        store = self.empty_store()
        return BlobShelf(store, lambda key, content: write(store, key, content))

    def test_a_commit_tells_the_facts_that_both_sides_see(self) -> None:
        store = self.empty_store()
        digest = Sha256(sha256(ODD_BYTES).hexdigest())
        writer = store.begin(sample_key(), size=len(ODD_BYTES), sha256=digest)
        writer.write(ODD_BYTES)
        facts = writer.commit()
        assert facts == store.head(sample_key()) == store.facts(sample_key())
        assert (facts.size, facts.sha256) == (len(ODD_BYTES), digest)

    def test_nothing_is_visible_before_the_commit(self) -> None:
        store = self.empty_store()
        writer = store.begin(sample_key(1), size=3, sha256=None)
        writer.write(b"abc")
        with pytest.raises(NotFound):
            store.head(sample_key(1))
        with pytest.raises(NotFound):
            store.open(sample_key(1))
        write(store, sample_key(2), b"x")
        later = store.head(sample_key(2)).stored_at + SECOND
        assert list(store.keys_stored_before(later)) == [sample_key(2)]
        writer.commit()
        assert read_all(store, sample_key(1)) == b"abc"

    def test_a_discarded_write_leaves_nothing(self) -> None:
        store = self.empty_store()
        writer = store.begin(sample_key(), size=3, sha256=None)
        writer.write(b"abc")
        writer.discard()
        writer.discard()
        with pytest.raises(NotFound):
            store.head(sample_key())
        write(store, sample_key(), b"xyz")
        assert read_all(store, sample_key()) == b"xyz"

    def test_discarding_after_the_commit_is_harmless(self) -> None:
        store = self.empty_store()
        writer = store.begin(sample_key(), size=3, sha256=None)
        writer.write(b"abc")
        writer.commit()
        writer.discard()
        assert read_all(store, sample_key()) == b"abc"

    def test_a_byte_beyond_the_declared_size_is_refused(self) -> None:
        store = self.empty_store()
        for size, chunks in ((3, (b"abcd",)), (3, (b"abc", b"d")), (0, (b"a",))):
            writer = store.begin(sample_key(), size=size, sha256=None)
            for chunk in chunks[:-1]:
                writer.write(chunk)
            with pytest.raises(SizeMismatch):
                writer.write(chunks[-1])
            writer.discard()
            with pytest.raises(NotFound):
                store.head(sample_key())

    def test_too_few_bytes_are_not_committed(self) -> None:
        store = self.empty_store()
        writer = store.begin(sample_key(), size=4, sha256=None)
        writer.write(b"abc")
        with pytest.raises(SizeMismatch):
            writer.commit()
        writer.discard()
        with pytest.raises(NotFound):
            store.head(sample_key())

    def test_bytes_of_another_sha256_are_not_committed(self) -> None:
        store = self.empty_store()
        with pytest.raises(ChecksumMismatch):
            write(store, sample_key(), b"abc", sha256=Sha256(sha256(b"abd").hexdigest()))
        with pytest.raises(NotFound):
            store.head(sample_key())
        write(store, sample_key(), b"abc", sha256=Sha256(sha256(b"abc").hexdigest()))
        assert read_all(store, sample_key()) == b"abc"

    def test_a_taken_key_is_refused_at_once(self) -> None:
        store = self.empty_store()
        write(store, sample_key(), b"first")
        with pytest.raises(AlreadyExists):
            store.begin(sample_key(), size=5, sha256=None)

    def test_a_key_that_was_written_meanwhile_is_refused_at_the_commit(self) -> None:
        store = self.empty_store()
        slow = store.begin(sample_key(), size=4, sha256=None)
        slow.write(b"slow")
        write(store, sample_key(), b"fast")
        with pytest.raises(AlreadyExists):
            slow.commit()
        slow.discard()
        assert read_all(store, sample_key()) == b"fast"

    def test_the_gateway_reads_what_was_stored_from_any_place(self) -> None:
        store = self.empty_store()
        write(store, sample_key(), ODD_BYTES)
        with store.read(sample_key()) as stream:
            assert stream.seekable()
            stream.seek(1000)
            assert stream.read(20) == ODD_BYTES[1000:1020]
            stream.seek(0)
            assert stream.read() == ODD_BYTES
            assert stream.tell() == len(ODD_BYTES)

    def test_the_gateway_does_not_find_what_was_never_stored_or_is_deleted(self) -> None:
        store = self.empty_store()
        write(store, sample_key(1), b"x")
        store.delete(sample_key(1))
        for absent in (sample_key(1), sample_key(2)):
            with pytest.raises(NotFound):
                store.facts(absent)
            with pytest.raises(NotFound):
                store.read(absent)
