"""Identifiers: UUIDv7 strings in canonical lower-case form, one type per kind of thing."""

import re
from typing import NewType

from demobackend.domain.model.errors import NotFound

UserId = NewType("UserId", str)
FileId = NewType("FileId", str)
UploadId = NewType("UploadId", str)
SessionId = NewType("SessionId", str)
MailId = NewType("MailId", str)
ChangeId = NewType("ChangeId", str)
AuditEventId = NewType("AuditEventId", str)

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def known_form(text: str) -> str:
    """Return `text` as an identifier. Raises `NotFound`: what is no UUID names nothing, like any missing one."""
    if _UUID.fullmatch(text) is None:
        raise NotFound
    return text
