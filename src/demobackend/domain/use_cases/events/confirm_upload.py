"""Complete an upload whose client never came back, from the store's word that bytes arrived."""

from dataclasses import dataclass

from demobackend.domain.model.change import Change
from demobackend.domain.model.errors import Conflict, NotFound, Refused
from demobackend.domain.use_cases.files.complete_upload import CompleteUpload


@dataclass(frozen=True, slots=True)
class ConfirmUpload:
    """Due when the upload's signature expires: until then the client decides, by completing or aborting. Whatever keeps the
    upload from being completed is final by then, so it is not an error here; the sweep takes such uploads back."""

    complete: CompleteUpload

    def __call__(self, change: Change) -> None:
        """Reconcile the upload that the change names. Raises `Unavailable`."""
        if change.upload_id is None:
            return
        try:
            self.complete.reconcile(change.owner_id, change.file_id, change.upload_id)
        except (NotFound, Conflict, Refused):
            return
