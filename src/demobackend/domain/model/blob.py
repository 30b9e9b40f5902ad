"""Bytes in a store: their keys, their facts, and signed instructions to move them."""

import re
from dataclasses import dataclass
from datetime import datetime

from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.names import Sha256

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY = re.compile(rf"({_UUID})/({_UUID})/([1-9][0-9]{{0,9}})/({_UUID})")


@dataclass(frozen=True, slots=True)
class BlobKey:
    """`<owner_id>/<file_id>/<version>/<upload_id>`: opaque to stores, immutable, never a person's file name.

    Every upload has a fresh key, so nothing is ever overwritten; the owner comes first, so that all of an owner's bytes
    can be listed.
    """

    owner_id: UserId
    file_id: FileId
    version: int
    upload_id: UploadId

    @property
    def text(self) -> str:
        """The key as stores see it."""
        return f"{self.owner_id}/{self.file_id}/{self.version}/{self.upload_id}"

    @classmethod
    def parse(cls, text: str) -> "BlobKey":
        """The inverse of `text`. Raises `NotFound` for what is no key."""
        match = _KEY.fullmatch(text)
        if match is None:
            raise NotFound
        owner, file, version, upload = match.groups()
        return cls(UserId(owner), FileId(file), int(version), UploadId(upload))


@dataclass(frozen=True, slots=True)
class BlobFacts:
    """What a store knows of stored bytes: size in bytes, SHA-256 where the store has one, and when they were stored."""

    size: int
    sha256: Sha256 | None
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """An HTTP request that whoever holds it may make until `expires_at`; `headers` must be sent as they stand."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    expires_at: datetime
