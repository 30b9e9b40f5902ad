"""The file catalogue's promises on what a sweep asks for."""

from demobackend.domain.model.file import File
from demobackend.testing.contracts.file_catalog_case import FileCatalogCase, add_available, add_purged, add_trashed, begin
from demobackend.testing.samples import DAY, MILLISECOND, MINUTE, NOON, OWNER, STRANGER


def ids_of(files: tuple[File, ...]) -> list[str]:
    """Their ids, in the same order."""
    return [file.id for file in files]


class SweepPromises(FileCatalogCase):
    """`open_uploads` and `discarded_files`."""

    def test_open_uploads_are_found_once_they_have_expired(self) -> None:
        catalog, _ = self.empty_catalog()
        _, upload = begin(catalog)
        assert catalog.open_uploads(expired_before=upload.expires_at, limit=10) == ()
        assert catalog.open_uploads(expired_before=upload.expires_at + MILLISECOND, limit=10) == (upload,)

    def test_expired_uploads_of_all_owners_come_oldest_first_up_to_the_limit(self) -> None:
        catalog, _ = self.empty_catalog()
        begun = [begin(catalog, number, owner_id=owner)[1] for number, owner in ((2, OWNER), (3, STRANGER), (1, STRANGER))]
        oldest_first = tuple(sorted(begun, key=lambda upload: upload.expires_at))
        assert catalog.open_uploads(expired_before=NOON + DAY, limit=10) == oldest_first
        assert catalog.open_uploads(expired_before=NOON + DAY, limit=2) == oldest_first[:2]

    def test_completed_and_aborted_uploads_are_not_open(self) -> None:
        catalog, _ = self.empty_catalog()
        add_available(catalog, 1)
        file, upload = begin(catalog, 2)
        catalog.abort(OWNER, file.id, upload.id, at=NOON + MINUTE)
        assert catalog.open_uploads(expired_before=NOON + DAY, limit=10) == ()

    def test_trashed_files_are_discarded_once_they_were_trashed_before_the_moment(self) -> None:
        catalog, _ = self.empty_catalog()
        add_available(catalog, 1)
        trashed = add_trashed(catalog, 2)
        assert trashed.trashed_at is not None
        assert catalog.discarded_files(trashed_before=trashed.trashed_at, limit=10) == ()
        assert catalog.discarded_files(trashed_before=trashed.trashed_at + MILLISECOND, limit=10) == (trashed,)

    def test_a_restored_file_is_not_discarded(self) -> None:
        catalog, _ = self.empty_catalog()
        trashed = add_trashed(catalog)
        catalog.replace(trashed.restored(trashed.updated_at), expected=trashed.revision)
        assert catalog.discarded_files(trashed_before=NOON + DAY, limit=10) == ()

    def test_purged_files_come_first_then_the_longest_trashed_up_to_the_limit(self) -> None:
        catalog, _ = self.empty_catalog()
        trashed = [add_trashed(catalog, number, owner_id=owner) for number, owner in ((3, OWNER), (1, OWNER), (2, STRANGER))]
        purged = add_purged(catalog, 4)
        expected = [purged.id, trashed[1].id, trashed[2].id, trashed[0].id]
        assert ids_of(catalog.discarded_files(trashed_before=NOON + DAY, limit=10)) == expected
        assert ids_of(catalog.discarded_files(trashed_before=NOON + DAY, limit=2)) == expected[:2]

    def test_a_purged_file_waits_for_no_moment_and_is_gone_when_it_is_removed(self) -> None:
        catalog, _ = self.empty_catalog()
        purged = add_purged(catalog)
        assert catalog.discarded_files(trashed_before=NOON - DAY, limit=10) == (purged,)
        catalog.remove(purged)
        assert catalog.discarded_files(trashed_before=NOON + DAY, limit=10) == ()
