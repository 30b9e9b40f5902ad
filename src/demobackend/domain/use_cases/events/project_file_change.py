"""Bring the search index up to what the catalogue says of one file."""

from dataclasses import dataclass

from demobackend.domain.model.change import Change
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.extraction import Extraction
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
    come twice, late or out of order and the newest still wins."""

    catalog: FileCatalog
    blobs: BlobStore
    index: SearchIndex
    extractor: TextExtractor

    def __call__(self, change: Change) -> None:
        """Reconcile the file that the change names. Raises `Unavailable`."""
        try:
            file = self.catalog.get(change.owner_id, change.file_id)
        except NotFound:
            self.index.remove(change.owner_id, change.file_id, revision=change.revision)
            return
        if file.status is not FileStatus.AVAILABLE:
            self.index.remove(file.owner_id, file.id, revision=file.revision)
            return
        extraction = self.index.text_of(file.owner_id, file.id, version=file.version) or self._extract(file)
        self.index.put(_indexed(file, extraction))
        self.catalog.mark_indexed(file.owner_id, file.id, revision=file.revision, text_status=extraction.status)

    def _extract(self, file: File) -> Extraction:
        with self.blobs.open(file.blob) as content:
            return self.extractor.extract(content, media_type=file.media_type.value, name=file.name.value)


def _indexed(file: File, extraction: Extraction) -> IndexedFile:
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
