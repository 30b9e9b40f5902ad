"""Bring the search index up to what the catalogue says of one file."""

from dataclasses import dataclass, replace

from demobackend.domain.model.change import Change
from demobackend.domain.model.errors import NotFound, TooLarge
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.model.text.analysis import analyse_document
from demobackend.domain.model.text.long_texts import searched
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.search_index import SearchIndex
from demobackend.ports.text_extractor import TextExtractor


@dataclass(frozen=True, slots=True)
class ProjectFileChange:
    """Read the row now and index that, or remove what is gone. The revision is the index's external version, so changes may
    come twice, late or out of order and the newest still wins.

    A file whose row is gone was never available, or has been in the trash for its retention: so nobody is left who looked it up
    while it was, and the index may forget it altogether.
    """

    catalog: FileCatalog
    blobs: BlobStore
    index: SearchIndex
    extractor: TextExtractor

    def __call__(self, change: Change) -> str | None:
        """Reconcile the file that the change names, and return the reason when its text was read in vain.

        Raises `NotFound` and `Corrupt` of its bytes, `Unavailable`.
        """
        try:
            file = self.catalog.get(change.owner_id, change.file_id)
        except NotFound:
            self.index.forget(change.owner_id, change.file_id, revision=change.revision)
            return None
        if file.status is not FileStatus.AVAILABLE:
            self._take_out(file)
            return None
        extraction = self.text(file)
        status = self._put(file, extraction)
        self.catalog.mark_indexed(file.owner_id, file.id, revision=file.revision, text_status=status)
        return extraction.reason

    def text(self, file: File, *, read_again: bool = False) -> Extraction:
        """The file's text, as the index holds it unless `read_again` says otherwise, else from its bytes.

        Raises `NotFound` and `Corrupt` of the bytes, `Unavailable`.
        """
        held = None if read_again else self.index.text_of(file.owner_id, file.id, version=file.version)
        return held or self._extract(file)

    def _extract(self, file: File) -> Extraction:
        with self.blobs.open(file.blob) as content:
            return self.extractor.extract(content, media_type=file.media_type.value, name=file.name.value)

    def _put(self, file: File, extraction: Extraction) -> TextStatus:
        """Index the text, or so much of its beginning as the index takes; return what became of it."""
        while True:
            document = indexed(file, extraction)
            try:
                self.index.put(document)
            except TooLarge:
                if not document.text:
                    raise
                extraction = Extraction(document.text[: len(document.text) // 2], TextStatus.PARTIAL)
            else:
                return document.text_status

    def _take_out(self, file: File) -> None:
        """Only a file in the trash is noted: a pending one is not looked for, and one that is purged has lost its place before."""
        self.index.remove(file.owner_id, file.id, revision=file.revision)
        if file.status is FileStatus.TRASHED:
            self.catalog.mark_indexed(file.owner_id, file.id, revision=file.revision, text_status=TextStatus.PENDING)


def indexed(file: File, extraction: Extraction) -> IndexedFile:
    """The file as the index holds it, with so much of the beginning of its text as is searched."""
    description = file.description.value if file.description else ""
    text, words = searched(extraction.text)
    tokens = analyse_document(name=file.name.value, tags=file.tags.values, description=description, text="")
    return IndexedFile(
        file_id=file.id,
        owner_id=file.owner_id,
        revision=file.revision,
        version=file.version,
        name=file.name.value,
        tags=file.tags.values,
        description=description,
        media_type=file.media_type.essence,
        created_at=file.created_at,
        text=text,
        text_status=extraction.status if len(text) == len(extraction.text) else TextStatus.PARTIAL,
        tokens=replace(tokens, text=words),
    )
