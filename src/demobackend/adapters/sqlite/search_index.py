"""The search index in SQLite: FTS5 over the domain's tokens, beside a table of the documents that they come from."""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.file_rows import tags_to_json
from demobackend.adapters.sqlite.moments import to_ms
from demobackend.adapters.sqlite.search_pages import NUMBERS_PER_MS, search
from demobackend.adapters.sqlite.search_words import WordsRow, words_to_row
from demobackend.adapters.sqlite.statements import insert
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import Hits, IndexedFile, Rebuilt, RemovedFile, SearchRequest


class DocumentRow(NamedTuple):
    """The columns of `search_documents` but for its number."""

    owner_id: str
    file_id: str
    revision: int
    version: int
    name: str
    tags: str
    description: str
    text_status: str
    text: str


_OWNER = "SELECT number FROM search_owners WHERE owner_id = ?"
_ADD_OWNER = "INSERT INTO search_owners (owner_id) VALUES (?) ON CONFLICT DO NOTHING"
_HELD = "SELECT number, revision FROM search_documents WHERE owner_id = ? AND file_id = ?"
_REMOVED = "SELECT revision FROM search_removals WHERE owner_id = ? AND file_id = ?"
_NOTE_REMOVAL = "REPLACE INTO search_removals (owner_id, file_id, revision) VALUES (?, ?, ?)"
_FORGET_REMOVAL = "DELETE FROM search_removals WHERE owner_id = ? AND file_id = ?"
_LAST_NUMBER = "SELECT max(number) FROM search_documents WHERE number BETWEEN ? AND ?"
_ADD_DOCUMENT = insert("search_documents", DocumentRow, key="number")
_DELETE_DOCUMENT = "DELETE FROM search_documents WHERE number = ?"
_ADD_WORDS = insert("search_words", WordsRow, key="rowid")
_DELETE_WORDS = "DELETE FROM search_words WHERE rowid = ?"
_ALL_HELD = "SELECT owner_id, file_id, revision FROM search_documents"
_ALL_REMOVED = "SELECT owner_id, file_id, revision FROM search_removals"
_TEXT = "SELECT text, text_status FROM search_documents WHERE owner_id = ? AND file_id = ? AND version = ? AND text_status <> 'pending'"


class Outdated(NamedTuple):
    """The revisions of a file that count for nothing, because they were there before a rebuild began."""

    held: int | None = None
    removed: int | None = None


_NOTHING = Outdated()
type _Standing = dict[tuple[str, str], Outdated]  # by owner and file


class SqliteSearchIndex:
    """An inverted index in which an owner's words are their own; a `SearchIndex`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, file: IndexedFile) -> None:
        """Hold this file, unless a higher revision of it was put, or this or a higher one removed. Raises `Unavailable`."""
        self._put(file, _NOTHING)

    def _put(self, file: IndexedFile, outdated: Outdated) -> None:
        owner = self._owner_number(file.owner_id)
        # Made here and not in the change, so that other writers do not wait for it.
        words = words_to_row(owner, file.tokens, media_type=file.media_type, tags=file.tags)
        document = document_to_row(file)
        self._database.write(lambda connection: _put(connection, document, words, outdated, created_ms=to_ms(file.created_at)))

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, unless a higher revision of it was put. Raises `Unavailable`."""
        self._remove(RemovedFile(owner_id=owner_id, file_id=file_id, revision=revision), _NOTHING)

    def _remove(self, file: RemovedFile, outdated: Outdated) -> None:
        self._database.write(lambda connection: _remove(connection, file, outdated))

    def forget(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, not even that it was removed, unless a higher revision of it was put. Raises `Unavailable`."""
        self._database.write(lambda connection: _forget(connection, owner_id, file_id, revision))

    def rebuild(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        """Put each file in the place of what was held of it, then drop what was held of all others. Raises `Unavailable`.

        Memory holds the revision of every file meanwhile, some 250 bytes each. Another rebuild may be under way: both end well.
        """
        standing = self._database.read_at_one_moment(_standing)
        count = 0
        for file in files:
            outdated = standing.pop((file.owner_id, file.file_id), _NOTHING)
            if isinstance(file, RemovedFile):
                self._remove(file, outdated)
            else:
                self._put(file, outdated)
                count += 1
        for key, outdated in standing.items():
            self._database.write(partial(_drop, key=key, outdated=outdated))
        return Rebuilt(count)

    def text_of(self, owner_id: UserId, file_id: FileId, *, version: int) -> Extraction | None:
        """Return the text held for these contents of the file. Why one is unreadable is not held. Raises `Unavailable`."""
        row = self._database.read(lambda connection: connection.execute(_TEXT, (owner_id, file_id, version)).fetchone())
        return None if row is None else Extraction(row[0], TextStatus(row[1]))

    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        """Return up to `limit` files that match, best first. Raises `Malformed` for an `after` that no answer had, `Unavailable`."""
        return self._database.read_at_one_moment(
            lambda connection: search(connection, _find_owner(connection, request.owner_id), request, limit=limit, after=after)
        )

    def _owner_number(self, owner_id: UserId) -> int:
        known = self._database.read(lambda connection: _find_owner(connection, owner_id))
        return self._database.write(lambda connection: _add_owner(connection, owner_id)) if known is None else known


def document_to_row(file: IndexedFile) -> DocumentRow:
    """What snippets and re-indexing need; the tokens are in `search_words`, which cannot be read back."""
    return DocumentRow(
        owner_id=file.owner_id,
        file_id=file.file_id,
        revision=file.revision,
        version=file.version,
        name=file.name,
        tags=tags_to_json(file.tags),
        description=file.description,
        text_status=file.text_status.value,
        text=file.text,
    )


def _find_owner(connection: apsw.Connection, owner_id: UserId) -> int | None:
    row = connection.execute(_OWNER, (owner_id,)).fetchone()
    return None if row is None else int(row[0])


def _add_owner(connection: apsw.Connection, owner_id: UserId) -> int:
    connection.execute(_ADD_OWNER, (owner_id,))
    ((number,),) = connection.execute(_OWNER, (owner_id,))
    return int(number)


def _standing(connection: apsw.Connection) -> _Standing:
    standing = {(owner, file): Outdated(held=revision) for owner, file, revision in connection.execute(_ALL_HELD)}
    for owner, file, revision in connection.execute(_ALL_REMOVED):  # what is removed is not held
        standing[owner, file] = Outdated(removed=revision)
    return standing


def _revisions(connection: apsw.Connection, key: tuple[str, str], outdated: Outdated) -> tuple[int | None, int, int]:
    """The number of the document that is held, the revision that it has, and the one that was removed, which are 0 for none."""
    number, held = connection.execute(_HELD, key).fetchone() or (None, 0)
    (removed,) = connection.execute(_REMOVED, key).fetchone() or (0,)
    return number, 0 if held == outdated.held else held, 0 if removed == outdated.removed else removed


def _put(connection: apsw.Connection, document: DocumentRow, words: WordsRow, outdated: Outdated, *, created_ms: int) -> None:
    key = (document.owner_id, document.file_id)
    number, held, removed = _revisions(connection, key, outdated)
    if removed >= document.revision or held > document.revision:
        return
    if number is None:
        number = _free_number(connection, created_ms)
    else:
        _delete(connection, number)
    connection.execute(_FORGET_REMOVAL, key)
    connection.execute(_ADD_DOCUMENT, (number, *document))
    connection.execute(_ADD_WORDS, (number, *words))


def _remove(connection: apsw.Connection, file: RemovedFile, outdated: Outdated) -> None:
    key = (file.owner_id, file.file_id)
    number, held, removed = _revisions(connection, key, outdated)
    if max(held, removed) > file.revision:
        return
    if number is not None:
        _delete(connection, number)
    connection.execute(_NOTE_REMOVAL, (*key, file.revision))


def _forget(connection: apsw.Connection, owner_id: UserId, file_id: FileId, revision: int) -> None:
    key = (owner_id, file_id)
    number, held, removed = _revisions(connection, key, _NOTHING)
    if max(held, removed) > revision:
        return
    if number is not None:
        _delete(connection, number)
    connection.execute(_FORGET_REMOVAL, key)


def _drop(connection: apsw.Connection, key: tuple[str, str], outdated: Outdated) -> None:
    """Forget a file that a rebuild was not given, unless it was put or removed since."""
    number, held, removed = _revisions(connection, key, outdated)
    if number is not None and not held:
        _delete(connection, number)
    if not removed:
        connection.execute(_FORGET_REMOVAL, key)


def _delete(connection: apsw.Connection, number: int) -> None:
    connection.execute(_DELETE_DOCUMENT, (number,))
    connection.execute(_DELETE_WORDS, (number,))


def _free_number(connection: apsw.Connection, created_ms: int) -> int:
    """A number for a document: the numbers of each millisecond stand between those of the millisecond before and after."""
    first = created_ms * NUMBERS_PER_MS
    end = first + NUMBERS_PER_MS - 1
    ((last,),) = connection.execute(_LAST_NUMBER, (first, end))
    if last == end:  # 4,096 files of one millisecond: the next stand with those of the millisecond after
        return _free_number(connection, created_ms + 1)
    return first if last is None else int(last) + 1
