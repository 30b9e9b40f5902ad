"""What every blob store promises."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import pytest

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.errors import AlreadyExists, NotFound
from demobackend.domain.model.ids import FileId, UploadId
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.ports.blob_store import BlobStore
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.machines.blob_store import RULES, BlobStoreMachine
from demobackend.testing.machines.run import EXAMPLES, Tally, assert_agreement
from demobackend.testing.races import CALLERS, only_winner, race, refusals
from demobackend.testing.samples import MINUTE, OWNER, SECOND, STRANGER, sample_id
from demobackend.testing.wire import send_over_http, signed

ODD_BYTES = bytes(range(256)) * 5 + b"\r\n\0\xff"
MEBIBYTE = b"0123456789abcdef" * 65_536


@dataclass(frozen=True, slots=True)
class BlobShelf:
    """A store, and how a client brings bytes to it: raises `AlreadyExists` for a key that has some."""

    store: BlobStore
    bring: Callable[[BlobKey, bytes], None]


def sample_key(number: int = 1, *, version: int = 1, of_stranger: bool = False) -> BlobKey:
    """The key of this number."""
    return BlobKey(STRANGER if of_stranger else OWNER, FileId(sample_id(number)), version, UploadId(sample_id(1_000 + number)))


def bring_over_http(store: BlobStore, key: BlobKey, content: bytes) -> None:
    """Do what a client does with a signed upload."""
    request = store.sign_upload(key, size=len(content), media_type=MediaType(), sha256=None, life=5 * MINUTE)
    answer = send_over_http(signed(request, content))
    if answer.status in {409, 412}:
        raise AlreadyExists
    assert answer.status in {200, 201, 204}, answer


def read_all(store: BlobStore, key: BlobKey) -> bytes:
    """The bytes of a key."""
    with store.open(key) as stream:
        return stream.read()


class BlobStoreContract(Contract):
    """The promises of `BlobStore`. Bytes are brought over HTTP by signed uploads, as clients do."""

    sequences: int = EXAMPLES

    @abstractmethod
    def empty_store(self) -> BlobStore:
        """Return a store without bytes, whose signed requests are answered."""

    def empty_shelf(self) -> BlobShelf:
        """The store with a way to bring bytes to it."""
        store = self.empty_store()
        return BlobShelf(store, lambda key, content: bring_over_http(store, key, content))

    def test_bytes_come_out_as_they_went_in(self) -> None:
        shelf = self.empty_shelf()
        for number, content in enumerate((b"", b"x", ODD_BYTES, MEBIBYTE + b"!")):
            shelf.bring(sample_key(number), content)
            assert read_all(shelf.store, sample_key(number)) == content

    def test_the_facts_are_those_of_the_bytes_and_never_change(self) -> None:
        shelf = self.empty_shelf()
        for number, content in enumerate((b"", ODD_BYTES)):
            key = sample_key(number)
            shelf.bring(key, content)
            facts = shelf.store.head(key)
            assert facts.size == len(content)
            assert facts.sha256 in {None, Sha256(sha256(content).hexdigest())}
            assert facts.stored_at.utcoffset() == timedelta(0)
            assert shelf.store.head(key) == facts

    def test_a_stream_reads_from_the_start_in_any_steps_and_beside_others(self) -> None:
        shelf = self.empty_shelf()
        shelf.bring(sample_key(), ODD_BYTES)
        with shelf.store.open(sample_key()) as one, shelf.store.open(sample_key()) as other:
            assert one.read(3) == ODD_BYTES[:3]
            assert other.read(2) == ODD_BYTES[:2]
            assert one.read(4) == ODD_BYTES[3:7]
            assert one.read() == ODD_BYTES[7:]
            assert one.read() == b""

    def test_bytes_that_were_never_stored_are_not_found(self) -> None:
        shelf = self.empty_shelf()
        shelf.bring(sample_key(1), b"one")
        for absent in (sample_key(2), sample_key(1, version=2), sample_key(1, of_stranger=True)):
            with pytest.raises(NotFound):
                shelf.store.head(absent)
            with pytest.raises(NotFound):
                shelf.store.open(absent)

    def test_a_key_is_written_at_most_once(self) -> None:
        shelf = self.empty_shelf()
        shelf.bring(sample_key(), b"first")
        facts = shelf.store.head(sample_key())
        for content in (b"other", b"first", b"longer than it"):
            with pytest.raises(AlreadyExists):
                shelf.bring(sample_key(), content)
        assert read_all(shelf.store, sample_key()) == b"first"
        assert shelf.store.head(sample_key()) == facts

    def test_of_many_that_bring_bytes_to_one_key_one_wins(self) -> None:
        shelf = self.empty_shelf()

        def bring(number: int) -> bytes:
            content = f"{number}".encode() * 1_000
            shelf.bring(sample_key(), content)
            return content

        outcomes = race(bring)
        stored = only_winner(outcomes)
        assert refusals(outcomes) == {AlreadyExists: CALLERS - 1}
        assert read_all(shelf.store, sample_key()) == stored
        assert shelf.store.head(sample_key()).size == len(stored)

    def test_deleted_bytes_are_gone_and_others_stay(self) -> None:
        shelf = self.empty_shelf()
        shelf.bring(sample_key(1), b"one")
        shelf.bring(sample_key(2), b"two")
        shelf.store.delete(sample_key(1))
        with pytest.raises(NotFound):
            shelf.store.head(sample_key(1))
        with pytest.raises(NotFound):
            shelf.store.open(sample_key(1))
        assert read_all(shelf.store, sample_key(2)) == b"two"

    def test_deleting_absent_bytes_is_fine(self) -> None:
        shelf = self.empty_shelf()
        shelf.store.delete(sample_key())
        shelf.bring(sample_key(), b"one")
        shelf.store.delete(sample_key())
        shelf.store.delete(sample_key())

    def test_keys_are_listed_in_order_of_their_text(self) -> None:
        shelf = self.empty_shelf()
        keys = [*(sample_key(3, version=version) for version in (9, 10, 100, 1)), sample_key(2), sample_key(1, of_stranger=True)]
        for key in keys:
            shelf.bring(key, b"x")
        later = max(shelf.store.head(key).stored_at for key in keys) + SECOND
        assert list(shelf.store.keys_stored_before(later)) == sorted(keys, key=lambda key: key.text)

    def test_keys_are_listed_only_if_their_bytes_were_stored_before_the_moment(self) -> None:
        shelf = self.empty_shelf()
        shelf.bring(sample_key(), b"x")
        stored_at = shelf.store.head(sample_key()).stored_at
        assert list(shelf.store.keys_stored_before(stored_at)) == []
        assert list(shelf.store.keys_stored_before(stored_at + SECOND)) == [sample_key()]
        shelf.store.delete(sample_key())
        assert list(shelf.store.keys_stored_before(stored_at + SECOND)) == []

    def test_bytes_may_be_deleted_while_their_keys_are_listed(self) -> None:
        shelf = self.empty_shelf()
        for number in range(20):
            shelf.bring(sample_key(number), b"x")
        later = shelf.store.head(sample_key(19)).stored_at + MINUTE
        listed = 0
        for key in shelf.store.keys_stored_before(later):
            shelf.store.delete(key)
            listed += 1
        assert listed == 20
        assert list(shelf.store.keys_stored_before(later)) == []

    def test_signing_says_nothing_about_whether_the_key_exists(self) -> None:
        shelf = self.empty_shelf()
        shelf.bring(sample_key(1), b"x")
        for key in (sample_key(1), sample_key(2)):
            upload = shelf.store.sign_upload(key, size=1, media_type=MediaType("text/plain"), sha256=None, life=MINUTE)
            download = shelf.store.sign_download(
                key, name=FileName("é.txt"), media_type=MediaType("text/plain"), disposition=Disposition.INLINE, life=MINUTE
            )
            assert (upload.method, download.method) == ("PUT", "GET")
            assert upload.expires_at.utcoffset() == download.expires_at.utcoffset() == timedelta(0)

    def test_every_upload_has_signed_instructions_of_its_own(self) -> None:
        store = self.empty_store()
        requests = {
            (signed_request.url, signed_request.headers)
            for signed_request in (
                store.sign_upload(key, size=size, media_type=MediaType(kind), sha256=digest, life=MINUTE)
                for key in (sample_key(1), sample_key(2))
                for size in (1, 2)
                for kind in ("text/plain", "text/html")
                for digest in (None, Sha256("ab" * 32))
            )
        }
        assert len(requests) == 16

    def test_any_sequence_of_calls_agrees_with_the_model(self) -> None:
        def machine(tally: Tally) -> BlobStoreMachine:
            self.cleanup.close()
            shelf = self.empty_shelf()
            return BlobStoreMachine(shelf.store, shelf.bring, tuple(map(sample_key, range(5))), tally)

        assert_agreement(machine, rules=RULES, examples=self.sequences)
