"""One blob on its way to the disk."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from demobackend.adapters.filesystem.blob_format import BLOCK, Proof, trailer_size
from demobackend.adapters.filesystem.disk import Disk, in_domain_words
from demobackend.adapters.filesystem.paths import blob_name, incoming, owner_directory
from demobackend.adapters.filesystem.times import since_epoch
from demobackend.domain.model.blob import BlobFacts, BlobKey
from demobackend.domain.model.errors import AlreadyExists, ChecksumMismatch, DomainError, SizeMismatch, StorageFull, Unavailable
from demobackend.domain.model.names import Sha256
from demobackend.ports.clock import Clock

_PUBLISH_TRIES = 100
_MAX_WAITING_BLOCKS = 4  # for the other thread, before this one waits for it: 2 MiB
_WRITING_AHEAD = 8 * 1024 * 1024  # bytes, after which the disk is set to work without waiting for the fsync


class FilesystemBlobWriter:
    """Bytes gather in a temporary file out of sight and are linked into place when they are durable.

    The temporary name goes last: a blob with two names may not be durable yet, which `head` looks at.
    """

    def __init__(self, root: Path, key: BlobKey, *, size: int, sha256: Sha256 | None, disk: Disk, clock: Clock) -> None:
        self._root = root
        self._key = key
        self._size = size
        self._sha256 = sha256
        self._disk = disk
        self._clock = clock
        self._received = 0
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._proof = Proof()
        self._stored = 0
        # A small blob is not worth the hand-over to another thread.
        self._digester = ThreadPoolExecutor(1, "blob-digest") if size > BLOCK else None
        self._digesting: deque[Future[None]] = deque()
        self._failure: DomainError | None = None
        self._file = -1
        with self._or_discard(), disk.directory(incoming(root)) as directory:
            self._temporary, self._file = disk.temporary(directory)
            disk.allocate(self._file, size + trailer_size(size))

    def write(self, chunk: bytes) -> None:
        """As `BlobWriter.write`. Raises `StorageFull`, `SizeMismatch`, `Unavailable`; after any of them nothing is left."""
        with self._or_discard():
            self._received += len(chunk)
            if self._received > self._size:
                raise SizeMismatch
            self._waiting.append(chunk)
            self._waiting_size += len(chunk)
            if self._waiting_size >= BLOCK:
                self._store_blocks()

    def commit(self) -> BlobFacts:
        """As `BlobWriter.commit`. Raises what that does; after any of them nothing is left."""
        with self._or_discard():
            self._finish()
            stored_at = self._clock.now()
            self._disk.write(self._file, self._proof.trailer(self._size))
            self._disk.calls.set_modified(self._file, since_epoch(stored_at))
            self._disk.sync(self._file)
            with self._disk.directory(incoming(self._root)) as source, self._disk.directory(self._root) as root:
                self._publish(source=source, root=root)
        self.discard()
        return BlobFacts(self._size, self._proof.sha256, stored_at)

    def discard(self) -> None:
        """As `BlobWriter.discard`."""
        if self._file < 0:
            return
        file, self._file = self._file, -1
        self._failure = self._failure or Unavailable("This write is over.")
        if self._digester is not None:
            self._digester.shutdown(wait=False, cancel_futures=True)
        self._waiting.clear()
        with suppress(OSError), self._disk.directory(incoming(self._root)) as directory:  # else the name is left to the next sweep
            self._disk.calls.unlink(self._temporary, directory=directory)
        with suppress(OSError):
            os.close(file)

    @contextmanager
    def _or_discard(self) -> Iterator[None]:
        if self._failure is not None:
            raise self._failure
        try:
            with in_domain_words(full=StorageFull):
                yield
        except DomainError as failure:
            self._failure = failure
            self.discard()
            raise

    def _store_blocks(self) -> None:
        content = memoryview(b"".join(self._waiting))
        whole = len(content) - len(content) % BLOCK
        for start in range(0, whole, BLOCK):
            self._store(content[start : start + BLOCK])
        self._waiting = [bytes(content[whole:])]
        self._waiting_size = len(content) - whole

    def _store(self, block: memoryview) -> None:
        if self._digester is None:
            self._proof.add_digest(block)
        else:
            if len(self._digesting) == _MAX_WAITING_BLOCKS:
                self._digesting.popleft().result()
            self._digesting.append(self._digester.submit(self._proof.add_digest, block))
        self._disk.write(self._file, block)
        self._proof.add_check(block)
        self._stored += len(block)
        if self._stored % _WRITING_AHEAD == 0:
            self._disk.calls.start_writing(self._file, self._stored - _WRITING_AHEAD, _WRITING_AHEAD)

    def _finish(self) -> None:
        if self._received != self._size:
            raise SizeMismatch
        if self._waiting_size:
            self._store(memoryview(b"".join(self._waiting)))
        while self._digesting:
            self._digesting.popleft().result()
        if self._sha256 is not None and self._sha256 != self._proof.sha256:
            raise ChecksumMismatch

    def _publish(self, *, source: int, root: int) -> None:
        owner = owner_directory(self._key)
        for _ in range(_PUBLISH_TRIES):
            try:
                with self._disk.directory(owner, within=root) as directory:
                    self._link(source=source, directory=directory)
                    self._disk.sync(directory)
                    self._disk.sync(root)  # always: another writer may have made the directory, and died
                    return
            except FileNotFoundError:  # the owner's first blob, or a delete just removed an empty directory
                with suppress(FileExistsError):
                    self._disk.calls.make_directory(owner, directory=root)
        raise Unavailable

    def _link(self, *, source: int, directory: int) -> None:
        try:
            self._disk.calls.link(self._temporary, blob_name(self._key), source_directory=source, directory=directory)
        except FileExistsError:
            raise AlreadyExists from None
