"""Note that bytes arrived, for whoever never says so."""

from dataclasses import dataclass

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.use_cases.files.create_file import UPLOAD_LIFE
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class NoteArrival:
    """Have the upload confirmed once its signature is over; until then its client decides."""

    feed: ChangeFeed
    clock: Clock

    def __call__(self, key: BlobKey) -> None:
        """Raises `Unavailable`."""
        change = Change(kind=ChangeKind.BYTES_ARRIVED, owner_id=key.owner_id, file_id=key.file_id, upload_id=key.upload_id)
        self.feed.enqueue(change, due=self.clock.now() + UPLOAD_LIFE)
