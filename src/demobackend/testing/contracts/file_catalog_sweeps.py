"""The file catalogue's promises on what a sweep asks for, and on a walk through everything."""

from demobackend.domain.model.file import File
from demobackend.testing.contracts.file_catalog_case import FileCatalogCase, add_available, add_purged, add_trashed, begin, tagged
from demobackend.testing.samples import DAY, MILLISECOND, MINUTE, NOON, OWNER, STRANGER


def ids_of(files: tuple[File, ...]) -> list[str]:
    """Their ids, in the same order."""
    return [file.id for file in files]


class SweepPromises(FileCatalogCase):
    """`open_uploads`, `discarded_files` and `every_file`."""

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

    def test_every_file_of_every_owner_comes_once_whatever_its_status(self) -> None:
        catalog, _ = self.empty_catalog()
        assert list(catalog.every_file()) == []
        pending, _ = begin(catalog, 1)
        available = [add_available(catalog, number, owner_id=owner) for number, owner in ((2, OWNER), (3, STRANGER), (4, STRANGER))]
        trashed, purged, gone = add_trashed(catalog, 5), add_purged(catalog, 6), add_purged(catalog, 7)
        catalog.remove(gone)
        expected = [pending, *available, trashed, purged]
        assert sorted(catalog.every_file(), key=lambda file: file.id) == expected

    def test_a_walk_through_more_files_than_one_answer_holds_shows_each_once_and_what_was_changed_before_it_began(self) -> None:
        catalog, _ = self.empty_catalog()
        files = [begin(catalog, number, owner_id=OWNER if number % 2 else STRANGER)[0] for number in range(250)]
        changed = tagged(files[0], "changed")
        catalog.replace(changed, expected=files[0].revision)
        assert sorted(catalog.every_file(), key=lambda file: file.id) == [changed, *files[1:]]

    def test_files_that_come_and_go_during_a_walk_neither_hide_nor_repeat_the_others(self) -> None:
        catalog, _ = self.empty_catalog()
        stay = [begin(catalog, number)[0].id for number in range(150)]
        goes = add_purged(catalog, 150)
        walk = catalog.every_file()
        seen = [next(walk).id]
        catalog.remove(goes)
        for number in range(151, 155):
            begin(catalog, number)
        seen += [file.id for file in walk]
        assert len(seen) == len(set(seen))
        assert set(seen) >= set(stay)
