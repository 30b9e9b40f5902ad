"""What a blob's file holds: the bytes, then a trailer that proves them.

::

    bytes │ CRC-32 of each block │ magic, size, SHA-256 │ CRC-32 of the trailer up to here

One file, so there is no moment when bytes are without their facts. A block is proven whenever any of it is read, so a flipped
bit is never served, and a range costs no more than its blocks.
"""

import io
import os
import struct
from collections.abc import Buffer
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO
from zlib import crc32

from demobackend.adapters.filesystem.disk import in_domain_words
from demobackend.domain.model.errors import Corrupt
from demobackend.domain.model.names import Sha256

BLOCK = 512 * 1024
_MAGIC = b"DBBLOB1\n"
_FACTS = struct.Struct(">8sQ32s")
_CHECK = struct.Struct(">I")
_END_SIZE = _FACTS.size + _CHECK.size


def trailer_size(size: int) -> int:
    """Length of the trailer of `size` bytes."""
    return -(-size // BLOCK) * _CHECK.size + _END_SIZE


class Proof:
    """The checksums of bytes as they pass, block by block; each but the last is `BLOCK` bytes long.

    Two methods, because the slow one may run in a thread of its own.
    """

    def __init__(self) -> None:
        self._sha256 = sha256()
        self._checks = bytearray()

    def add_check(self, block: Buffer) -> None:
        """Take the next block's CRC-32."""
        self._checks += _CHECK.pack(crc32(block))

    def add_digest(self, block: Buffer) -> None:
        """Take the next block into the SHA-256."""
        self._sha256.update(block)

    @property
    def sha256(self) -> Sha256:
        """The SHA-256 of all that was added."""
        return Sha256(self._sha256.hexdigest())

    def trailer(self, size: int) -> bytes:
        """What follows the bytes, `size` in all."""
        body = bytes(self._checks) + _FACTS.pack(_MAGIC, size, self._sha256.digest())
        return body + _CHECK.pack(crc32(body))


@dataclass(frozen=True, slots=True)
class Trailer:
    """A trailer that was read and found whole: the size in bytes, the SHA-256, and each block's CRC-32."""

    size: int
    sha256: Sha256
    checks: tuple[int, ...]


def read_trailer(file: int) -> Trailer:
    """Read the facts of a blob's file. Raises `Corrupt` when it was cut, lengthened or damaged, `OSError`."""
    length = os.fstat(file).st_size
    end = os.pread(file, _END_SIZE, max(0, length - _END_SIZE))
    if len(end) != _END_SIZE:
        raise Corrupt
    magic, size, digest = _FACTS.unpack_from(end)
    if magic != _MAGIC or length != size + trailer_size(size):
        raise Corrupt
    table = os.pread(file, trailer_size(size) - _END_SIZE, size)
    if crc32(table + end[: _FACTS.size]) != _CHECK.unpack_from(end, _FACTS.size)[0]:
        raise Corrupt
    return Trailer(size, Sha256(digest.hex()), tuple(check for (check,) in _CHECK.iter_unpack(table)))


def open_bytes(file: int) -> BinaryIO:
    """Return a seekable stream of the bytes without the trailer, which owns `file` from now on. Raises `Corrupt`, `OSError`.

    Reading raises `Corrupt` instead of handing out a damaged block, `Unavailable` when the disk does not answer.
    """
    return io.BufferedReader(_ProvenBytes(file, read_trailer(file)), BLOCK)


class _ProvenBytes(io.RawIOBase):
    def __init__(self, file: int, trailer: Trailer) -> None:
        self._file = file
        self._trailer = trailer
        self._position = 0
        self._number = -1
        self._block = memoryview(b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        position = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._trailer.size}[whence]
        if position < 0:
            raise ValueError("negative seek position")
        self._position = position
        return position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        if self._position >= self._trailer.size:
            return 0
        target = memoryview(buffer).cast("B")
        number, start = divmod(self._position, BLOCK)
        length = min(BLOCK, self._trailer.size - number * BLOCK)
        if start == 0 and len(target) >= length:  # the usual case: straight into the reader's buffer
            taken = length
            self._load(number, target[:length])
        else:
            if number != self._number:
                block = bytearray(length)
                self._load(number, memoryview(block))
                self._number, self._block = number, memoryview(block)
            taken = min(len(target), length - start)
            target[:taken] = self._block[start : start + taken]
        self._position += taken
        return taken

    def _load(self, number: int, target: memoryview) -> None:
        filled = 0
        with in_domain_words():
            while filled < len(target):
                count = os.preadv(self._file, [target[filled:]], number * BLOCK + filled)
                if count == 0:
                    raise Corrupt
                filled += count
        if crc32(target) != self._trailer.checks[number]:
            raise Corrupt

    def close(self) -> None:
        if not self.closed:
            os.close(self._file)
        super().close()
