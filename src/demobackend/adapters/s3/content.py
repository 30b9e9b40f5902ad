"""The bytes of an object while they arrive."""

from io import RawIOBase
from typing import TYPE_CHECKING

from botocore.exceptions import FlexibleChecksumError
from urllib3.exceptions import HTTPError

from demobackend.adapters.botocore_errors import in_domain_words
from demobackend.domain.model.errors import Corrupt, Unavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody


class S3Content(RawIOBase):
    """The body of a GetObject answer, read once from its start.

    Reading raises `Unavailable` when the connection ends or falls silent before the last byte, and `Corrupt` behind the last
    byte when the bytes do not have the SHA-256 that S3 keeps of them, where it has one.
    """

    def __init__(self, body: "StreamingBody") -> None:
        super().__init__()
        self._body = body

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill `buffer` with the next bytes and return how many came, 0 at the end. Raises `Unavailable`, `Corrupt`."""
        room = memoryview(buffer).cast("B")
        with in_domain_words():
            try:
                chunk = self._body.read(len(room))
            except FlexibleChecksumError as error:
                raise Corrupt from error
            except HTTPError as error:  # what the library does not translate: TLS errors while reading
                raise Unavailable from error
        room[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Give the connection back, or close it when bytes are left unread."""
        if not self.closed:
            self._body.close()
        super().close()
