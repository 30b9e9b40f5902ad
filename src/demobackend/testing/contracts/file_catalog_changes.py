"""The file catalogue's promises on changes, their records, and removal."""

from dataclasses import replace

import pytest

from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import NotFound, UploadCompleted, VersionConflict
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, Indexing
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.names import Description, FileName, Tags
from demobackend.domain.model.usage import Usage
from demobackend.testing.contracts.file_catalog_case import (
    FileCatalogCase,
    add_available,
    add_purged,
    add_trashed,
    begin,
    tagged,
)
from demobackend.testing.races import CALLERS, only_winner, race, refusals
from demobackend.testing.samples import DAY, HOUR, MINUTE, OWNER, STRANGER, sample_id


def changed(file: File, revision: int) -> Change:
    """The record that a change of this file to this revision leaves."""
    return Change(kind=ChangeKind.FILE_CHANGED, owner_id=file.owner_id, file_id=file.id, revision=revision)


class ReplacePromises(FileCatalogCase):
    """`replace` and `mark_indexed`."""

    def test_a_replaced_file_reads_back_as_it_was_given(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)
        described = file.described(
            name=FileName("другое.txt"), tags=Tags(("x", "y")), description=Description("nb"), at=file.updated_at + HOUR
        )
        catalog.replace(described, expected=file.revision)
        assert catalog.get(OWNER, file.id) == described

    def test_a_pending_file_can_be_replaced_and_finished_afterwards(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        renamed = tagged(file, "early")
        catalog.replace(renamed, expected=1)
        catalog.finish(renamed.arrived(sha256=None, at=renamed.updated_at), upload.id, expected=2)
        assert catalog.get(OWNER, file.id).tags == Tags(("early",))

    def test_a_trashed_file_still_takes_up_room_and_comes_back_as_it_was(self) -> None:
        catalog, _ = self.empty_catalog()
        trashed = add_trashed(catalog)
        assert catalog.get(OWNER, trashed.id) == trashed
        assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)
        restored = trashed.restored(trashed.updated_at + DAY)
        catalog.replace(restored, expected=trashed.revision)
        assert catalog.get(OWNER, trashed.id) == restored

    def test_replacing_another_revision_changes_nothing(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)
        for expected in (file.revision - 1, file.revision + 1):
            with pytest.raises(VersionConflict):
                catalog.replace(tagged(file, "late"), expected=expected)
        assert catalog.get(OWNER, file.id) == file

    def test_a_file_that_is_not_the_owners_cannot_be_replaced(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)
        with pytest.raises(NotFound):
            catalog.replace(replace(tagged(file, "mine"), owner_id=STRANGER), expected=file.revision)
        with pytest.raises(NotFound):
            catalog.replace(replace(tagged(file, "none"), id=FileId(sample_id(999))), expected=file.revision)
        assert catalog.get(OWNER, file.id) == file

    def test_of_many_that_replace_one_revision_one_wins(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)

        def tag(number: int) -> File:
            changed_file = tagged(file, str(number))
            catalog.replace(changed_file, expected=file.revision)
            return changed_file

        outcomes = race(tag)
        winner = only_winner(outcomes)
        assert refusals(outcomes) == {VersionConflict: CALLERS - 1}
        assert catalog.get(OWNER, file.id) == winner

    def test_what_the_index_holds_is_noted_and_the_file_stays_as_it_is(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)
        catalog.mark_indexed(OWNER, file.id, revision=file.revision, text_status=TextStatus.INDEXED)
        assert catalog.get(OWNER, file.id) == replace(file, indexing=Indexing(file.revision, TextStatus.INDEXED))

    def test_what_the_index_holds_shows_in_lists_too(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)
        catalog.mark_indexed(OWNER, file.id, revision=file.revision, text_status=TextStatus.INDEXED)
        noted = catalog.get(OWNER, file.id)
        assert catalog.get_many(OWNER, (file.id,)) == {file.id: noted}

    def test_a_note_of_an_earlier_revision_is_ignored(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)
        catalog.mark_indexed(OWNER, file.id, revision=file.revision, text_status=TextStatus.INDEXED)
        catalog.mark_indexed(OWNER, file.id, revision=file.revision - 1, text_status=TextStatus.NONE)
        assert catalog.get(OWNER, file.id).indexing == Indexing(file.revision, TextStatus.INDEXED)

    def test_noting_a_file_that_is_gone_or_a_strangers_does_nothing(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog)
        catalog.mark_indexed(OWNER, FileId(sample_id(999)), revision=1, text_status=TextStatus.INDEXED)
        catalog.mark_indexed(STRANGER, file.id, revision=file.revision, text_status=TextStatus.INDEXED)
        assert catalog.get(OWNER, file.id) == file


class RecordPromises(FileCatalogCase):
    """What the catalogue records."""

    def test_bringing_the_bytes_and_every_later_change_is_recorded_with_its_revision(self) -> None:
        catalog, take_changes = self.empty_catalog()
        file, upload = begin(catalog)
        take_changes()
        available = file.arrived(sha256=None, at=file.created_at + MINUTE)
        catalog.finish(available, upload.id, expected=1)
        catalog.replace(tagged(available, "x"), expected=2)
        assert set(take_changes()) == {changed(file, 2), changed(file, 3)}

    def test_a_removed_file_is_recorded_with_one_more_than_its_last_revision(self) -> None:
        catalog, take_changes = self.empty_catalog()
        purged = add_purged(catalog)
        take_changes()
        catalog.remove(purged)
        assert take_changes() == [changed(purged, purged.revision + 1)]

    def test_a_refused_change_is_not_recorded(self) -> None:
        catalog, take_changes = self.empty_catalog()
        file, upload = begin(catalog)
        available = file.arrived(sha256=None, at=file.created_at + MINUTE)
        catalog.finish(available, upload.id, expected=1)
        take_changes()
        with pytest.raises(VersionConflict):
            catalog.replace(tagged(available, "late"), expected=1)
        with pytest.raises(UploadCompleted):
            catalog.finish(replace(available, revision=3), upload.id, expected=2)
        with pytest.raises(VersionConflict):
            catalog.remove(file)
        assert take_changes() == []

    def test_noting_what_the_index_holds_is_not_recorded(self) -> None:
        catalog, take_changes = self.empty_catalog()
        file = add_available(catalog)
        take_changes()
        catalog.mark_indexed(OWNER, file.id, revision=file.revision, text_status=TextStatus.INDEXED)
        assert take_changes() == []


class RemovePromises(FileCatalogCase):
    """`remove`."""

    def test_removing_a_purged_file_removes_its_rows_and_frees_its_room(self) -> None:
        catalog, _ = self.empty_catalog()
        add_available(catalog, 1, size=5)
        purged = add_purged(catalog, 2)
        catalog.remove(purged)
        with pytest.raises(NotFound):
            catalog.get(OWNER, purged.id)
        with pytest.raises(NotFound):
            catalog.get_upload(OWNER, purged.id, purged.blob.upload_id)
        assert catalog.usage(OWNER) == Usage(bytes_used=5, files_used=1)

    def test_a_purged_file_takes_up_room_until_it_is_removed(self) -> None:
        catalog, _ = self.empty_catalog()
        purged = add_purged(catalog)
        assert catalog.get(OWNER, purged.id) == purged
        assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)

    def test_removing_a_file_again_changes_nothing(self) -> None:
        catalog, take_changes = self.empty_catalog()
        add_available(catalog, 1, size=5)
        purged = add_purged(catalog, 2)
        catalog.remove(purged)
        take_changes()
        catalog.remove(purged)
        assert catalog.usage(OWNER) == Usage(bytes_used=5, files_used=1)
        assert take_changes() == []

    def test_a_file_that_was_changed_since_is_not_removed(self) -> None:
        catalog, _ = self.empty_catalog()
        purged = add_purged(catalog)
        with pytest.raises(VersionConflict):
            catalog.remove(replace(purged, revision=purged.revision - 1))
        assert catalog.get(OWNER, purged.id) == purged
        assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)

    def test_of_many_that_remove_one_file_its_room_is_freed_once(self) -> None:
        catalog, _ = self.empty_catalog()
        add_available(catalog, 1, size=5)
        purged = add_purged(catalog, 2)
        outcomes = race(lambda _: catalog.remove(purged))
        assert refusals(outcomes) == {}
        assert catalog.usage(OWNER) == Usage(bytes_used=5, files_used=1)
