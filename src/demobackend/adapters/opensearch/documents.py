"""A file as the index holds it, and what a hit gives back."""

from typing import Any

from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.names import essence_of
from demobackend.domain.model.search import IndexedFile, RemovedFile
from demobackend.domain.model.text.analysis import Segment

HEAD_CHARACTERS = 65_536
"""Of a file's text, what a search reads to make a snippet: with a hundred hits the whole texts could be a gigabyte."""

LONGEST_TOKEN = 8_191
"""Characters of a token that are indexed. OpenSearch refuses a document with one of more than 32,766 bytes; no query holds so long a
word, and one that asks for its beginning finds it as before."""

type Document = dict[str, Any]


def document_id(owner_id: UserId, file_id: FileId) -> str:
    """One document for each file of each owner, so that nobody's call can touch another's."""
    return f"{owner_id}:{file_id}"


def put_version(revision: int) -> int:
    """The external version of a file put: even, so that a removal of the same revision stands above it."""
    return 2 * revision


def removal_version(revision: int) -> int:
    """The external version of a removal: above a put of this revision, below one of the next."""
    return 2 * revision + 1


def to_document(file: IndexedFile) -> Document:
    """The file; its text in two parts, and its tokens with one blank between two."""
    return {
        "owner_id": file.owner_id,
        "file_id": file.file_id,
        "revision": file.revision,
        "version": file.version,
        "removed": False,
        "created_at": round(file.created_at.timestamp() * 1000),
        "media_type": essence_of(file.media_type),
        "tags": list(file.tags),
        "name": file.name,
        "description": file.description,
        "text_status": file.text_status.value,
        "text_head": file.text[:HEAD_CHARACTERS],
        "text_rest": file.text[HEAD_CHARACTERS:],
        "name_words": _joined(file.tokens.name),
        "tags_words": [_joined(tag) for tag in file.tokens.tags],
        "description_words": _joined(file.tokens.description),
        "text_words": _joined(file.tokens.text),
    }


def to_removal(file: RemovedFile) -> Document:
    """What stands in a removed file's place: OpenSearch forgets a deletion after a minute, and a late put would come back to life."""
    return {"owner_id": file.owner_id, "file_id": file.file_id, "revision": file.revision, "removed": True}


def versioned(file: IndexedFile | RemovedFile) -> tuple[int, Document]:
    """The external version and the document of what is put or removed."""
    if isinstance(file, RemovedFile):
        return removal_version(file.revision), to_removal(file)
    return put_version(file.revision), to_document(file)


def extraction_of(source: Document, *, version: int) -> Extraction | None:
    """The text of these contents, None when the document holds other ones, or none."""
    if source.get("removed", True) or source["version"] != version:
        return None
    status = TextStatus(source["text_status"])
    return None if status is TextStatus.PENDING else Extraction(source["text_head"] + source["text_rest"], status)


def _joined(tokens: Segment) -> str:
    return " ".join([token[:LONGEST_TOKEN] for token in tokens])
