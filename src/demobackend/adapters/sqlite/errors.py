"""SQLite's errors in the domain's words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from demobackend.domain.model.errors import Corrupt, DomainError, StorageFull, Unavailable


class OldSqlite(Unavailable):
    """The linked SQLite has the WAL-reset corruption bug."""


class NewerDatabase(Unavailable):
    """The file was written by a later version of this software."""


class DatabaseInUse(Unavailable):
    """Another process has the file open, and this needs it alone."""


# Constraint, SQL, binding and misuse errors are not here: those are our own mistakes, and no caller could do anything about them.
_WORDS: tuple[tuple[tuple[type[apsw.Error], ...], type[DomainError], str], ...] = (
    ((apsw.FullError,), StorageFull, "The disk that holds the database is full."),
    ((apsw.CorruptError, apsw.NotADBError, apsw.FormatError), Corrupt, "The database file is damaged, or is no database."),
    ((apsw.BusyError, apsw.LockedError, apsw.ProtocolError), Unavailable, "The database is busy."),
    ((apsw.ConnectionClosedError, apsw.ThreadingViolationError), Unavailable, "The database is closed."),
    ((apsw.CantOpenError, apsw.PermissionsError, apsw.ReadOnlyError), Unavailable, "The database file cannot be opened for this."),
    ((apsw.IOError, apsw.NoMemError, apsw.InterruptError), Unavailable, "The database does not answer."),
)
_FAILED_SYNC = frozenset({apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC})


def in_domain_words(error: apsw.Error) -> Exception:
    """The domain's error for SQLite's; the same error when it can only be our mistake."""
    for kinds, meaning, detail in _WORDS:
        if isinstance(error, kinds):
            return meaning(detail)
    return error


@contextmanager
def told_in_domain_words() -> Iterator[None]:
    """For work on whole files: what SQLite or the system refuses is raised as `StorageFull`, `Corrupt` or `Unavailable`."""
    try:
        yield
    except apsw.Error as error:
        raise in_domain_words(error) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("The disk that holds the database is full.") from error
        raise Unavailable(f"The database's files cannot be used: {error.strerror}.") from error


def is_failed_sync(error: BaseException) -> bool:
    """Whether the system could not make written bytes durable; a second fsync would report success for lost pages."""
    return isinstance(error, apsw.Error) and getattr(error, "extendedresult", None) in _FAILED_SYNC
