"""The file catalogue's promises on uploads and on the room that they take."""

from dataclasses import replace

import pytest

from demobackend.domain.model.errors import (
    AlreadyExists,
    FileTooLarge,
    NotFound,
    QuotaExceeded,
    UploadAborted,
    UploadCompleted,
    VersionConflict,
)
from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.ids import FileId, UploadId
from demobackend.domain.model.names import FileName, Sha256
from demobackend.domain.model.upload import UploadStatus
from demobackend.domain.model.usage import Plan, Usage
from demobackend.testing.contracts.file_catalog_case import FileCatalogCase, add_available, add_trashed, begin
from demobackend.testing.races import CALLERS, race, refusals, winners
from demobackend.testing.samples import HOUR, MINUTE, NOON, OWNER, STRANGER, sample_file, sample_id, sample_upload

DIGEST = Sha256("ab" * 32)


class BeginPromises(FileCatalogCase):
    """`begin`, and the reads of what it wrote."""

    def test_a_begun_file_reads_back_as_it_was_given(self) -> None:
        catalog, _ = self.empty_catalog()
        upload = sample_upload(sha256=DIGEST)
        file = sample_file(upload, name="Łódź 東京 😀.txt", tags=("b", "a", "Ａ"), description="Two\nlines, a tab\tand 'quotes' \"\\%_")
        catalog.begin(file, upload, Plan())
        assert catalog.get(OWNER, file.id) == file

    def test_a_begun_upload_reads_back_as_it_was_given(self) -> None:
        catalog, _ = self.empty_catalog()
        upload = sample_upload(sha256=DIGEST)
        file = sample_file(upload)
        catalog.begin(file, upload, Plan())
        assert catalog.get_upload(OWNER, upload.file_id, upload.id) == (upload, file)

    def test_an_unknown_file_and_an_unknown_upload_are_not_found(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        with pytest.raises(NotFound):
            catalog.get(OWNER, FileId(sample_id(999)))
        with pytest.raises(NotFound):
            catalog.get_upload(OWNER, file.id, UploadId(sample_id(999)))
        with pytest.raises(NotFound):
            catalog.get_upload(OWNER, FileId(sample_id(999)), upload.id)

    def test_a_file_and_its_upload_are_absent_to_everyone_but_their_owner(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        with pytest.raises(NotFound):
            catalog.get(STRANGER, file.id)
        with pytest.raises(NotFound):
            catalog.get_upload(STRANGER, file.id, upload.id)

    def test_get_many_returns_the_owners_files_and_leaves_the_others_out(self) -> None:
        catalog, _ = self.empty_catalog()
        pending, _ = begin(catalog, 1)
        trashed = add_trashed(catalog, 2)
        foreign = add_available(catalog, 3, owner_id=STRANGER)
        asked = (trashed.id, foreign.id, FileId(sample_id(999)), pending.id)
        assert catalog.get_many(OWNER, asked) == {pending.id: pending, trashed.id: trashed}
        assert catalog.get_many(OWNER, ()) == {}

    def test_get_many_takes_100_ids(self) -> None:
        catalog, _ = self.empty_catalog()
        files = {file.id: file for file, _ in (begin(catalog, number) for number in range(100))}
        assert catalog.get_many(OWNER, tuple(files)) == files

    def test_a_taken_file_id_is_refused_and_reserves_nothing(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        other = replace(upload, id=UploadId(sample_id(999)))
        with pytest.raises(AlreadyExists):
            catalog.begin(sample_file(other, name="other.txt"), other, Plan())
        assert catalog.get(OWNER, file.id) == file
        assert catalog.usage(OWNER) == Usage(bytes_reserved=10, files_reserved=1)

    def test_a_taken_upload_id_is_refused_also_when_its_file_is_gone(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        catalog.abort(OWNER, file.id, upload.id, at=NOON + MINUTE)
        with pytest.raises(AlreadyExists):
            catalog.begin(file, upload, Plan())
        assert catalog.usage(OWNER) == Usage()
        with pytest.raises(NotFound):
            catalog.get(OWNER, file.id)


class RoomPromises(FileCatalogCase):
    """Usage and the plan's limits."""

    def test_an_unknown_owner_uses_nothing(self) -> None:
        catalog, _ = self.empty_catalog()
        begin(catalog)
        assert catalog.usage(STRANGER) == Usage()

    def test_usage_is_the_sum_over_the_owners_files_in_every_status(self) -> None:
        catalog, _ = self.empty_catalog()
        begin(catalog, 1, size=1)
        add_available(catalog, 2, size=20)
        add_trashed(catalog, 3, size=300)
        add_available(catalog, 4, size=4000, owner_id=STRANGER)
        assert catalog.usage(OWNER) == Usage(bytes_reserved=1, files_reserved=1, bytes_used=320, files_used=2)

    def test_the_plan_may_be_filled_to_the_last_byte_and_not_beyond(self) -> None:
        catalog, _ = self.empty_catalog()
        plan = Plan(max_bytes=100)
        add_trashed(catalog, 1, size=30)
        add_available(catalog, 2, size=30)
        begin(catalog, 3, size=39, plan=plan)
        with pytest.raises(QuotaExceeded):
            begin(catalog, 4, size=2, plan=plan)
        begin(catalog, 5, size=1, plan=plan)
        assert catalog.usage(OWNER) == Usage(bytes_used=60, files_used=2, bytes_reserved=40, files_reserved=2)

    def test_a_refused_file_leaves_no_row(self) -> None:
        catalog, _ = self.empty_catalog()
        upload = sample_upload(size=11)
        with pytest.raises(QuotaExceeded):
            catalog.begin(sample_file(upload), upload, Plan(max_bytes=10))
        with pytest.raises(NotFound):
            catalog.get(OWNER, upload.file_id)
        with pytest.raises(NotFound):
            catalog.get_upload(OWNER, upload.file_id, upload.id)

    def test_the_plan_counts_files_too(self) -> None:
        catalog, _ = self.empty_catalog()
        plan = Plan(max_files=2)
        begin(catalog, 1, size=0, plan=plan)
        begin(catalog, 2, size=0, plan=plan)
        with pytest.raises(QuotaExceeded):
            begin(catalog, 3, size=0, plan=plan)

    def test_an_empty_file_fits_into_a_full_plan(self) -> None:
        catalog, _ = self.empty_catalog()
        plan = Plan(max_bytes=10)
        begin(catalog, 1, size=10, plan=plan)
        begin(catalog, 2, size=0, plan=plan)
        assert catalog.usage(OWNER).files_reserved == 2

    def test_a_file_may_be_as_large_as_the_plan_says_and_not_larger(self) -> None:
        catalog, _ = self.empty_catalog()
        plan = Plan(max_file_bytes=50, max_bytes=50)
        with pytest.raises(FileTooLarge):
            begin(catalog, 1, size=51, plan=plan)
        begin(catalog, 2, size=50, plan=plan)

    def test_sizes_beyond_32_bits_are_counted(self) -> None:
        catalog, _ = self.empty_catalog()
        plan = Plan(max_bytes=2**45, max_file_bytes=2**43)
        begin(catalog, 1, size=2**43, plan=plan)
        begin(catalog, 2, size=2**43, plan=plan)
        assert catalog.usage(OWNER).bytes_reserved == 2**44

    def test_an_owners_limits_are_not_touched_by_another_owner(self) -> None:
        catalog, _ = self.empty_catalog()
        plan = Plan(max_bytes=10)
        begin(catalog, 1, size=10, plan=plan, owner_id=STRANGER)
        begin(catalog, 2, size=10, plan=plan)
        assert catalog.usage(OWNER) == Usage(bytes_reserved=10, files_reserved=1)

    def test_of_many_files_begun_at_once_only_those_that_fit_are_taken(self) -> None:
        catalog, _ = self.empty_catalog()
        outcomes = race(lambda number: begin(catalog, number, size=10, plan=Plan(max_bytes=100)))
        assert len(winners(outcomes)) == 10
        assert refusals(outcomes) == {QuotaExceeded: CALLERS - 10}
        assert catalog.usage(OWNER) == Usage(bytes_reserved=100, files_reserved=10)


class FinishPromises(FileCatalogCase):
    """`finish` and `abort`."""

    def test_finishing_makes_the_file_available_completes_the_upload_and_turns_the_reservation_into_use(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        available = file.arrived(sha256=DIGEST, at=NOON + MINUTE)
        catalog.finish(available, upload.id, expected=1)
        assert catalog.get(OWNER, file.id) == available
        assert catalog.get_upload(OWNER, file.id, upload.id) == (replace(upload, status=UploadStatus.COMPLETED), available)
        assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)

    def test_an_upload_is_finished_once(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        available = file.arrived(sha256=None, at=NOON + MINUTE)
        catalog.finish(available, upload.id, expected=1)
        with pytest.raises(UploadCompleted):
            catalog.finish(replace(available, revision=3), upload.id, expected=2)
        assert catalog.get(OWNER, file.id) == available
        assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)

    def test_an_aborted_upload_cannot_be_finished(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        catalog.abort(OWNER, file.id, upload.id, at=NOON + MINUTE)
        with pytest.raises(UploadAborted):
            catalog.finish(file.arrived(sha256=None, at=NOON + MINUTE), upload.id, expected=1)
        assert catalog.usage(OWNER) == Usage()

    def test_finishing_a_file_that_was_changed_since_changes_nothing(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        renamed = file.described(name=FileName("renamed.txt"), tags=file.tags, description=None, at=NOON + MINUTE)
        catalog.replace(renamed, expected=1)
        with pytest.raises(VersionConflict):
            catalog.finish(file.arrived(sha256=None, at=NOON + MINUTE), upload.id, expected=1)
        assert catalog.get(OWNER, file.id) == renamed
        assert catalog.get_upload(OWNER, file.id, upload.id) == (upload, renamed)
        assert catalog.usage(OWNER) == Usage(bytes_reserved=10, files_reserved=1)

    def test_an_upload_that_never_was_cannot_be_finished(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        available = file.arrived(sha256=None, at=NOON + MINUTE)
        with pytest.raises(NotFound):
            catalog.finish(available, UploadId(sample_id(999)), expected=1)
        with pytest.raises(NotFound):
            catalog.finish(replace(available, owner_id=STRANGER), upload.id, expected=1)
        assert catalog.get(OWNER, file.id) == file

    def test_of_many_that_finish_one_upload_one_wins(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        available = file.arrived(sha256=None, at=NOON + MINUTE)
        outcomes = race(lambda _: catalog.finish(available, upload.id, expected=1))
        assert len(winners(outcomes)) == 1
        assert set(refusals(outcomes)) <= {UploadCompleted, VersionConflict}
        assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)

    def test_aborting_removes_the_file_frees_its_room_and_keeps_the_uploads_row(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        aborted = catalog.abort(OWNER, file.id, upload.id, at=NOON + MINUTE)
        assert aborted == replace(upload, status=UploadStatus.ABORTED)
        with pytest.raises(NotFound):
            catalog.get(OWNER, file.id)
        assert catalog.get_upload(OWNER, file.id, upload.id) == (aborted, None)
        assert catalog.usage(OWNER) == Usage()

    def test_aborting_again_changes_nothing(self) -> None:
        catalog, _ = self.empty_catalog()
        begin(catalog, 1, size=5)
        file, upload = begin(catalog, 2)
        aborted = catalog.abort(OWNER, file.id, upload.id, at=NOON + MINUTE)
        assert catalog.abort(OWNER, file.id, upload.id, at=NOON + HOUR) == aborted
        assert catalog.usage(OWNER) == Usage(bytes_reserved=5, files_reserved=1)

    def test_a_completed_upload_cannot_be_aborted(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        available = file.arrived(sha256=None, at=NOON + MINUTE)
        catalog.finish(available, upload.id, expected=1)
        with pytest.raises(UploadCompleted):
            catalog.abort(OWNER, file.id, upload.id, at=NOON + HOUR)
        assert catalog.get(OWNER, file.id) == available

    def test_an_upload_that_never_was_cannot_be_aborted(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        with pytest.raises(NotFound):
            catalog.abort(OWNER, file.id, UploadId(sample_id(999)), at=NOON + MINUTE)
        with pytest.raises(NotFound):
            catalog.abort(STRANGER, file.id, upload.id, at=NOON + MINUTE)
        assert catalog.get(OWNER, file.id) == file

    def test_finishing_and_aborting_at_once_leaves_one_of_them_done(self) -> None:
        catalog, _ = self.empty_catalog()
        file, upload = begin(catalog)
        available = file.arrived(sha256=None, at=NOON + MINUTE)

        def act(number: int) -> None:
            if number % 2:
                catalog.finish(available, upload.id, expected=1)
            else:
                catalog.abort(OWNER, file.id, upload.id, at=NOON + MINUTE)

        race(act)
        status = catalog.get_upload(OWNER, file.id, upload.id)[0].status
        left = {found.id: found.status for found in catalog.get_many(OWNER, (file.id,)).values()}
        usage = catalog.usage(OWNER)
        assert (status, left, usage) in [
            (UploadStatus.COMPLETED, {file.id: FileStatus.AVAILABLE}, Usage(bytes_used=10, files_used=1)),
            (UploadStatus.ABORTED, {}, Usage()),
        ]
