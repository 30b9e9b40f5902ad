"""A catalogue in memory that leaves what Amazon DynamoDB's stream would hold of it, and a search index that can be looked into."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from demobackend.adapters.dynamodb.attributes import to_attributes
from demobackend.adapters.dynamodb.file_rows import file_key, file_to_row
from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan

_FIRST_SEQUENCE_NUMBER = 100_000_000_003_498_069_978


class StreamedCatalog(MemoryFileCatalog):
    """Each change of a file's row leaves a record with both images, in `records`; one that changes nothing leaves none.

    Rows of uploads and usage are in the stream too, but the event source mapping filters them out.
    """

    def __init__(self, feed: MemoryChangeFeed) -> None:
        super().__init__(feed)
        self.records: list[dict[str, object]] = []

    def begin(self, file: File, upload: Upload, plan: Plan) -> None:
        with self._streamed(file.id):
            super().begin(file, upload, plan)

    def finish(self, file: File, upload_id: UploadId, *, expected: int) -> None:
        with self._streamed(file.id):
            super().finish(file, upload_id, expected=expected)

    def abort(self, owner_id: UserId, file_id: FileId, upload_id: UploadId, *, at: datetime) -> Upload:
        with self._streamed(file_id):
            return super().abort(owner_id, file_id, upload_id, at=at)

    def replace(self, file: File, *, expected: int) -> None:
        with self._streamed(file.id):
            super().replace(file, expected=expected)

    def remove(self, file: File) -> None:
        with self._streamed(file.id):
            super().remove(file)

    def mark_indexed(self, owner_id: UserId, file_id: FileId, *, revision: int, text_status: TextStatus) -> None:
        with self._streamed(file_id):
            super().mark_indexed(owner_id, file_id, revision=revision, text_status=text_status)

    def files(self) -> dict[FileId, File]:
        """Every row."""
        return dict(self._files)

    def uploads(self) -> dict[UploadId, Upload]:
        """Every upload's row."""
        return dict(self._uploads)

    @contextmanager
    def _streamed(self, file_id: FileId) -> Iterator[None]:
        before = self._files.get(file_id)
        yield
        after = self._files.get(file_id)
        if before != after:
            self.records.append(stream_record(before, after, number=len(self.records)))


def stream_record(before: File | None, after: File | None, *, number: int) -> dict[str, object]:
    """The record of a row that changed, as the event source mapping hands it over: NEW_AND_OLD_IMAGES."""
    file = before or after
    assert file is not None
    key = file_key(file.owner_id, file.id)
    images = {name: to_attributes(file_to_row(image)) for name, image in (("NewImage", after), ("OldImage", before)) if image is not None}
    return {
        "eventID": f"{number:032x}",
        "eventName": "INSERT" if before is None else "REMOVE" if after is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_767_268_800 + number,
            "Keys": {"PK": {"S": key.pk}, "SK": {"S": key.sk}},
            **images,
            "SequenceNumber": str(_FIRST_SEQUENCE_NUMBER + number),
            "SizeBytes": 590,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:000000000000:table/demobackend/stream/2026-01-01T00:00:00.000",
    }


class OpenIndex(MemorySearchIndex):
    """A search index that shows all that it holds."""

    def held(self) -> dict[FileId, IndexedFile]:
        """Every file, with the revision and the text that were put last."""
        return {file_id: file for shelf in self._shelves.values() for file_id, file in shelf.files.items()}
