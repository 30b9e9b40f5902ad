"""The search index in SQLite: FTS5 over the domain's tokens, beside a table of the documents that they come from."""

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
from demobackend.domain.model.search import Hits, IndexedFile, SearchRequest


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
_TEXT = "SELECT text, text_status FROM search_documents WHERE owner_id = ? AND file_id = ? AND version = ? AND text_status <> 'pending'"


class SqliteSearchIndex:
    """An inverted index in which an owner's words are their own; a `SearchIndex`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, file: IndexedFile) -> None:
        """Hold this file, unless a higher revision of it was put, or this or a higher one removed. Raises `Unavailable`."""
        owner = self._owner_number(file.owner_id)
        # Made here and not in the change, so that other writers do not wait for it.
        words = words_to_row(owner, file.tokens, media_type=file.media_type, tags=file.tags)
        document = document_to_row(file)
        self._database.write(lambda connection: _put(connection, document, words, created_ms=to_ms(file.created_at)))

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, unless a higher revision of it was put. Raises `Unavailable`."""
        self._database.write(lambda connection: _remove(connection, owner_id, file_id, revision))

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


def _put(connection: apsw.Connection, document: DocumentRow, words: WordsRow, *, created_ms: int) -> None:
    key = (document.owner_id, document.file_id)
    removed = connection.execute(_REMOVED, key).fetchone()
    held = connection.execute(_HELD, key).fetchone()
    if (removed is not None and removed[0] >= document.revision) or (held is not None and held[1] > document.revision):
        return
    if held is None:
        number = _free_number(connection, created_ms)
    else:
        number = held[0]
        _delete(connection, number)
    connection.execute(_FORGET_REMOVAL, key)
    connection.execute(_ADD_DOCUMENT, (number, *document))
    connection.execute(_ADD_WORDS, (number, *words))


def _remove(connection: apsw.Connection, owner_id: UserId, file_id: FileId, revision: int) -> None:
    key = (owner_id, file_id)
    held = connection.execute(_HELD, key).fetchone()
    removed = connection.execute(_REMOVED, key).fetchone()
    if any(row is not None and row[-1] > revision for row in (held, removed)):
        return
    if held is not None:
        _delete(connection, held[0])
    connection.execute(_NOTE_REMOVAL, (*key, revision))


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
