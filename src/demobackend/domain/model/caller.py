"""Who is calling, and what a caller may do: every access rule is here."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from demobackend.domain.model.errors import Forbidden, NotFound
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import SessionId, UserId


class SiteRole(StrEnum):
    """What an account may do beyond its own files."""

    ADMIN = "admin"


class FileRole(IntEnum):
    """What a caller may do with one file; a higher role includes the lower ones."""

    VIEWER = 1
    EDITOR = 2
    OWNER = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person, as proven by a verified access token and a living session."""

    user_id: UserId
    session_id: SessionId
    roles: frozenset[SiteRole] = field(default_factory=frozenset)


def role_on(caller: Caller, file: File) -> FileRole:
    """The caller's role on a file. Raises `NotFound` for strangers and for purged files: hidden is absent."""
    if caller.user_id != file.owner_id or file.status is FileStatus.PURGED:
        raise NotFound
    return FileRole.OWNER


def require_site_role(caller: Caller, role: SiteRole) -> None:
    """Raises `Forbidden` for a caller without the role."""
    if role not in caller.roles:
        raise Forbidden
