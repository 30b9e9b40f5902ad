"""Writing files so that what a caller was told outlives a power cut, and nothing half-done is ever seen.

The rule everywhere: write, sync the file, link or rename it into place, sync the directory, and only then return.
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Buffer, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from demobackend.domain.model.errors import DomainError, Unavailable

TEMPORARY_PREFIX = ".new-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CANNOT_ALLOCATE = frozenset({errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})
_EXIT_SOFTWARE = 70  # sysexits.h


def stop_process(reason: str) -> NoReturn:
    """End this process at once: after a failed fsync nobody knows what the disk holds, and the kernel tells only once."""
    os.write(2, f"demobackend: {reason}; stopping, because going on could lose what was promised\n".encode())
    os._exit(_EXIT_SOFTWARE)


@contextmanager
def in_domain_words(*, full: type[DomainError] = Unavailable) -> Iterator[None]:
    """Raises `full` for a full disk or quota, `Unavailable` for every other failure of the system."""
    try:
        yield
    except OSError as error:
        raise (full if error.errno in _FULL else Unavailable) from error


class SystemCalls:
    """The calls that change a disk, one method each, so that a test can record, drop or fail any of them.

    `directory` is an open directory that `name` stands in.
    """

    def create(self, name: str, *, directory: int) -> int:
        return os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600, dir_fd=directory)

    def lock(self, file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def allocate(self, file: int, size: int) -> None:
        if hasattr(os, "posix_fallocate"):  # not on macOS
            os.posix_fallocate(file, 0, size)

    def write(self, file: int, content: Buffer) -> int:
        return os.write(file, content)

    def start_writing(self, file: int, start: int, size: int) -> None:
        if hasattr(os, "posix_fadvise"):  # not on macOS; on Linux it begins to write what is dirty
            os.posix_fadvise(file, start, size, os.POSIX_FADV_DONTNEED)

    def set_modified(self, file: int, nanoseconds: int) -> None:
        os.utime(file, ns=(nanoseconds, nanoseconds))

    def sync(self, file: int) -> None:
        os.fsync(file)

    def link(self, source: str, target: str, *, source_directory: int, directory: int) -> None:
        os.link(source, target, src_dir_fd=source_directory, dst_dir_fd=directory, follow_symlinks=False)

    def replace(self, source: str, target: str, *, directory: int) -> None:
        os.replace(source, target, src_dir_fd=directory, dst_dir_fd=directory)

    def unlink(self, name: str, *, directory: int) -> None:
        os.unlink(name, dir_fd=directory)

    def make_directory(self, name: str, *, directory: int) -> None:
        os.mkdir(name, 0o700, dir_fd=directory)

    def remove_directory(self, name: str, *, directory: int) -> None:
        os.rmdir(name, dir_fd=directory)


class Disk:
    """What the adapters of this folder do to a disk. Methods raise `OSError`; `in_domain_words` stands around their callers.

    `on_fatal` is called when an fsync fails and must not return; the fsync is never tried again.
    Source: PostgreSQL's and SQLite's notes on fsync failure; ext4 and POSIX on directory entries.
    """

    def __init__(self, calls: SystemCalls | None = None, on_fatal: Callable[[str], NoReturn] = stop_process) -> None:
        self.calls = calls or SystemCalls()
        self._on_fatal = on_fatal

    @contextmanager
    def directory(self, name: str | Path, *, within: int | None = None) -> Iterator[int]:
        """Open a directory; one named within another is not followed when it is a symbolic link."""
        flags = os.O_RDONLY | os.O_DIRECTORY | (0 if within is None else os.O_NOFOLLOW)
        directory = os.open(name, flags, dir_fd=within)
        try:
            yield directory
        finally:
            os.close(directory)

    def make_path(self, path: Path) -> None:
        """Make a directory and its missing parents, readable by nobody else, durable up to the first one that was there."""
        if path.is_dir():
            return
        self.make_path(path.parent)
        with self.directory(path.parent) as parent:
            with suppress(FileExistsError):
                self.calls.make_directory(path.name, directory=parent)
            self.sync(parent)

    def sync(self, file: int) -> None:
        """Make a file's bytes, or a directory's entries, durable. Does not return when that fails."""
        try:
            self.calls.sync(file)
        except OSError as error:
            self._on_fatal(f"fsync failed ({errno.errorcode.get(error.errno or 0, 'unknown')})")

    def temporary(self, directory: int) -> tuple[str, int]:
        """Create a file that `sweep` leaves alone while it is open; return its name and descriptor."""
        while True:
            name = TEMPORARY_PREFIX + secrets.token_hex(8)
            file = self.calls.create(name, directory=directory)
            try:
                self.calls.lock(file)
            except OSError:
                self.drop(name, file, directory=directory)
                raise
            if os.fstat(file).st_nlink:
                return name, file
            os.close(file)  # a sweep came between creation and lock

    def drop(self, name: str, file: int, *, directory: int) -> None:
        """Unlink and close a temporary file; a failure leaves it to `sweep`."""
        with suppress(OSError):
            self.calls.unlink(name, directory=directory)
        with suppress(OSError):
            os.close(file)

    def tidy(self, path: Path) -> None:
        """Remove what dead writers left in a directory, if it exists."""
        with suppress(FileNotFoundError), self.directory(path) as directory:
            self.sweep(directory, settle=lambda: self.sync(directory))

    def sweep(self, directory: int, *, settle: Callable[[], None]) -> None:
        """Remove temporary files whose writers are dead. `settle` runs first when one of them was linked into place already."""
        for name in os.listdir(directory):
            if not name.startswith(TEMPORARY_PREFIX):
                continue
            try:
                file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
            except OSError:  # gone, or nothing of ours
                continue
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            if os.fstat(file).st_nlink > 1:
                settle()
            self.drop(name, file, directory=directory)

    def allocate(self, file: int, size: int) -> None:
        """Reserve `size` bytes, so that a full disk is known before the first byte; nothing where the file system cannot."""
        try:
            self.calls.allocate(file, size)
        except OSError as error:
            if error.errno not in _CANNOT_ALLOCATE:
                raise

    def write(self, file: int, content: Buffer) -> None:
        """Write all of it."""
        rest = memoryview(content)
        while rest:
            rest = rest[self.calls.write(file, rest) :]

    def put(self, name: str, content: bytes, *, directory: int) -> None:
        """Write a small file in place of an older one of this name."""
        with self._written(content, directory=directory) as temporary:
            self.calls.replace(temporary, name, directory=directory)
            self.sync(directory)

    def put_new(self, name: str, content: bytes, *, directory: int, modified: int | None = None) -> bool:
        """Write a small file unless there is one of this name; return whether it was written. `modified` in ns since 1970."""
        with self._written(content, directory=directory, modified=modified) as temporary:
            try:
                self.calls.link(temporary, name, source_directory=directory, directory=directory)
                written = True
            except FileExistsError:
                written = False
            self.sync(directory)  # also when another wrote it: its writer may have died before this
            return written

    @contextmanager
    def _written(self, content: bytes, *, directory: int, modified: int | None = None) -> Iterator[str]:
        name, file = self.temporary(directory)
        try:
            self.write(file, content)
            if modified is not None:
                self.calls.set_modified(file, modified)
            self.sync(file)
            yield name
        finally:
            self.drop(name, file, directory=directory)


def read_file(name: str, *, directory: int) -> bytes:
    """Return the bytes of a small regular file. Raises `OSError`, of which a symbolic link is one."""
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
    with open(file, "rb") as stream:
        return stream.read()
