"""Bring the search index up to what the catalogue says of one file."""

from dataclasses import dataclass

from demobackend.domain.model.change import Change
from demobackend.domain.model.errors import NotFound, TooLarge
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.model.text.analysis import analyse_document
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

    def __call__(self, change: Change) -> None:
        """Reconcile the file that the change names. Raises `NotFound` and `Corrupt` of its bytes, `Unavailable`."""
        try:
            file = self.catalog.get(change.owner_id, change.file_id)
        except NotFound:
            self.index.forget(change.owner_id, change.file_id, revision=change.revision)
            return
        if file.status is not FileStatus.AVAILABLE:
            self._take_out(file)
            return
        extraction = self._put(file, self.text(file))
        self.catalog.mark_indexed(file.owner_id, file.id, revision=file.revision, text_status=extraction.status)

    def text(self, file: File, *, read_again: bool = False) -> Extraction:
        """The file's text, as the index holds it unless `read_again` says otherwise, else from its bytes.

        Raises `NotFound` and `Corrupt` of the bytes, `Unavailable`.
        """
        held = None if read_again else self.index.text_of(file.owner_id, file.id, version=file.version)
        return held or self._extract(file)

    def _extract(self, file: File) -> Extraction:
        with self.blobs.open(file.blob) as content:
            return self.extractor.extract(content, media_type=file.media_type.value, name=file.name.value)

    def _put(self, file: File, extraction: Extraction) -> Extraction:
        """Index the text, or so much of its beginning as the index takes; return that."""
        while True:
            try:
                self.index.put(indexed(file, extraction))
            except TooLarge:
                if not extraction.text:
                    raise
                extraction = Extraction(extraction.text[: len(extraction.text) // 2], TextStatus.PARTIAL)
            else:
                return extraction

    def _take_out(self, file: File) -> None:
        """Only a file in the trash is noted: a pending one is not looked for, and one that is purged has lost its place before."""
        self.index.remove(file.owner_id, file.id, revision=file.revision)
        if file.status is FileStatus.TRASHED:
            self.catalog.mark_indexed(file.owner_id, file.id, revision=file.revision, text_status=TextStatus.PENDING)


def indexed(file: File, extraction: Extraction) -> IndexedFile:
    """The file as the index holds it."""
    description = file.description.value if file.description else ""
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
        text=extraction.text,
        text_status=extraction.status,
        tokens=analyse_document(name=file.name.value, tags=file.tags.values, description=description, text=extraction.text),
    )
