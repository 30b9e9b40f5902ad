"""Blobs as files: one per key, complete, durable and provable, or absent."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from demobackend.adapters.filesystem.blob_format import open_bytes, read_trailer
from demobackend.adapters.filesystem.blob_writer import FilesystemBlobWriter
from demobackend.adapters.filesystem.disk import Disk, in_domain_words
from demobackend.adapters.filesystem.paths import blob_key, blob_name, incoming, is_owner_directory, owner_directory
from demobackend.adapters.filesystem.times import moment_of, since_epoch
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.blob import BlobFacts, BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.errors import AlreadyExists, NotFound
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class _OpenBlob:
    """Descriptors of a blob's file, its owner's directory and the root."""

    file: int
    directory: int
    root: int


class FilesystemBlobStore:
    """`BlobStore` and `BlobGateway` over a directory. Several processes may share it.

    Making one removes what writers left that died. Raises `Unavailable` when the directory cannot be used.
    """

    def __init__(self, root: Path, signer: UrlSigner, clock: Clock, *, disk: Disk | None = None) -> None:
        self._root = root
        self._signer = signer
        self._clock = clock
        self._disk = disk or Disk()
        with in_domain_words():
            self._disk.make_path(incoming(root))
            with self._disk.directory(incoming(root)) as directory:
                self._disk.sweep(directory, settle=self._sync_directories)

    def sign_upload(self, key: BlobKey, *, size: int, media_type: MediaType, sha256: Sha256 | None, life: timedelta) -> SignedRequest:
        """As `BlobStore.sign_upload`. Raises `Unavailable`."""
        return self._signer.sign_upload(key, size=size, media_type=media_type, sha256=sha256, life=life)

    def sign_download(
        self, key: BlobKey, *, name: FileName, media_type: MediaType, disposition: Disposition, life: timedelta
    ) -> SignedRequest:
        """As `BlobStore.sign_download`. Raises `Unavailable`."""
        return self._signer.sign_download(key, name=name, media_type=media_type, disposition=disposition, life=life)

    def begin(self, key: BlobKey, *, size: int, sha256: Sha256 | None) -> FilesystemBlobWriter:
        """As `BlobGateway.begin`. Raises `AlreadyExists`, `StorageFull`, `Unavailable`."""
        with suppress(NotFound), self._opened(key):
            raise AlreadyExists
        return FilesystemBlobWriter(self._root, key, size=size, sha256=sha256, disk=self._disk, clock=self._clock)

    def head(self, key: BlobKey) -> BlobFacts:
        """As `BlobStore.head`. Raises `NotFound`, `Corrupt` when the file was cut or damaged, `Unavailable`."""
        with self._opened(key) as blob:
            status = os.fstat(blob.file)
            if status.st_nlink > 1:  # its writer is not done yet, or died; what is seen here must be durable
                self._disk.sync(blob.directory)
                self._disk.sync(blob.root)
            trailer = read_trailer(blob.file)
            return BlobFacts(trailer.size, trailer.sha256, moment_of(status.st_mtime_ns))

    def facts(self, key: BlobKey) -> BlobFacts:
        """As `head`. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        return self.head(key)

    def open(self, key: BlobKey) -> BinaryIO:
        """As `BlobStore.open`; also reading raises `Corrupt`, in place of a damaged block. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        with self._opened(key) as blob:
            file = os.dup(blob.file)
            try:
                return open_bytes(file)
            except BaseException:
                os.close(file)
                raise

    def read(self, key: BlobKey) -> BinaryIO:
        """As `BlobGateway.read`; see `open`. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        return self.open(key)

    def delete(self, key: BlobKey) -> None:
        """As `BlobStore.delete`. The owner's directory goes with its last blob. Raises `Unavailable`."""
        owner = owner_directory(key)
        with in_domain_words(), self._disk.directory(self._root) as root:
            try:
                with self._disk.directory(owner, within=root) as directory:
                    with suppress(FileNotFoundError):
                        self._disk.calls.unlink(blob_name(key), directory=directory)
                    self._disk.sync(directory)
            except FileNotFoundError:
                self._disk.sync(root)  # whoever removed the directory may have died before its end was durable
                return
            with suppress(OSError):  # it holds other blobs, or a new one just now
                self._disk.calls.remove_directory(owner, directory=root)

    def keys_stored_before(self, moment: datetime) -> Iterator[BlobKey]:
        """As `BlobStore.keys_stored_before`. Raises `Unavailable`."""
        for owner in self._owners():
            for name, modified in self._modified_times(owner):
                key = blob_key(owner, name)
                if key is not None and modified < since_epoch(moment):
                    yield key

    @contextmanager
    def _opened(self, key: BlobKey) -> Iterator[_OpenBlob]:
        with in_domain_words(), ExitStack() as stack:
            root = stack.enter_context(self._disk.directory(self._root))
            with _missing_is_not_found():
                directory = stack.enter_context(self._disk.directory(owner_directory(key), within=root))
                file = os.open(blob_name(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
            stack.callback(os.close, file)
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise NotFound
            yield _OpenBlob(file, directory, root)

    def _owners(self) -> list[str]:
        with in_domain_words():
            return sorted(filter(is_owner_directory, os.listdir(self._root)))

    def _modified_times(self, owner: str) -> list[tuple[str, int]]:
        """Names in order, each with its time in nanoseconds since 1970; what goes away meanwhile is left out."""
        times: list[tuple[str, int]] = []
        with in_domain_words(), suppress(FileNotFoundError), ExitStack() as stack:
            root = stack.enter_context(self._disk.directory(self._root))
            directory = stack.enter_context(self._disk.directory(owner, within=root))
            for name in sorted(os.listdir(directory)):
                with suppress(FileNotFoundError):
                    times.append((name, os.stat(name, dir_fd=directory, follow_symlinks=False).st_mtime_ns))
        return times

    def _sync_directories(self) -> None:
        with self._disk.directory(self._root) as root:
            for owner in self._owners():
                with suppress(FileNotFoundError), self._disk.directory(owner, within=root) as directory:
                    self._disk.sync(directory)
            self._disk.sync(root)


@contextmanager
def _missing_is_not_found() -> Iterator[None]:
    """Nothing there, or a planted symbolic link, which is not followed. Raises `NotFound`, `OSError`."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP, errno.ENOTDIR}:
            raise NotFound from None
        raise
