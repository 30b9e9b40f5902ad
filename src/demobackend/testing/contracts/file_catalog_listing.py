"""The file catalogue's promises on listings: orders, filters, pages."""

from dataclasses import replace

import pytest

from demobackend.domain.model.errors import Malformed
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import FileId, UploadId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.names import FileName
from demobackend.domain.model.page import Page
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.contracts.file_catalog_case import (
    PLAN,
    FileCatalogCase,
    add_available,
    add_purged,
    add_trashed,
    begin,
    statuses,
    tagged,
)
from demobackend.testing.samples import NOON, OWNER, SECOND, STRANGER, moment, sample_file, sample_id, sample_upload
from demobackend.testing.walks import EVERYTHING, walk_files

# In code point order. UTF-16 would put the last before the one before it; case and accents count.
NAMES = ("0", "10", "9", "Z", "a", "a.txt", "aa", "b", "z", "é", "Ω", "東", "ﾀ", "\ufffd", "😀")
PREFIXED = ("%x", "_x", "*x", "[x]", "Ax", "ax", "a", "a\U0010ffff\U0010ffffz", "aé", "ßx", "'x", '"x')
MAX_MARK_BYTES = 1024


def names(files: list[File]) -> list[str]:
    """Their names, in the same order."""
    return [file.name.value for file in files]


def _change_what_stands_around(catalog: FileCatalog, shown: tuple[File, ...]) -> None:
    """Trash the last file shown, change the one before it, and add a neighbour on either side."""
    *before, last = shown
    for file in before:
        catalog.replace(tagged(file, "changed"), expected=file.revision)
    catalog.replace(last.trashed(last.updated_at), expected=last.revision)
    number = (last.created_at - NOON) // SECOND
    for neighbour in (number - 1, number + 1):
        add_available(catalog, neighbour, name=f"n{neighbour:03}")


class OrderPromises(FileCatalogCase):
    """Orders and filters of `list_files`."""

    def test_an_owner_without_files_has_an_empty_page_and_no_next(self) -> None:
        catalog, _ = self.empty_catalog()
        begin(catalog, owner_id=STRANGER)
        for order in FileOrder:
            assert catalog.list_files(OWNER, EVERYTHING, order, limit=10, after=None) == Page(())

    def test_newest_first_and_oldest_first_follow_the_time_of_creation(self) -> None:
        catalog, _ = self.empty_catalog()
        files = [begin(catalog, number)[0] for number in (3, 1, 4, 2)]
        oldest_first = sorted(files, key=lambda file: file.created_at)
        assert walk_files(catalog, order=FileOrder.OLDEST) == oldest_first
        assert walk_files(catalog, order=FileOrder.NEWEST) == oldest_first[::-1]

    def test_by_name_is_code_point_order(self) -> None:
        catalog, _ = self.empty_catalog()
        for number, name in enumerate(reversed(NAMES)):
            begin(catalog, number, name=name)
        assert names(walk_files(catalog, order=FileOrder.NAME)) == list(NAMES)

    def test_equal_names_stand_in_order_of_id(self) -> None:
        catalog, _ = self.empty_catalog()
        files = [begin(catalog, number, name="same")[0] for number in (3, 1, 2)]
        assert walk_files(catalog, order=FileOrder.NAME) == sorted(files, key=lambda file: file.id)

    def test_a_list_without_a_status_shows_all_but_what_is_trashed_or_purged(self) -> None:
        catalog, _ = self.empty_catalog()
        begin(catalog, 1)
        add_available(catalog, 2)
        add_trashed(catalog, 3)
        add_purged(catalog, 4)
        assert statuses(walk_files(catalog, order=FileOrder.OLDEST)) == [FileStatus.PENDING, FileStatus.AVAILABLE]

    def test_a_status_shows_the_files_of_this_status_and_purged_ones_never(self) -> None:
        catalog, _ = self.empty_catalog()
        made = {
            FileStatus.PENDING: [begin(catalog, 1)[0]],
            FileStatus.AVAILABLE: [add_available(catalog, 2)],
            FileStatus.TRASHED: [add_trashed(catalog, 3)],
            FileStatus.PURGED: [],
        }
        add_purged(catalog, 4)
        for status, files in made.items():
            assert walk_files(catalog, FileFilter(status=status)) == files

    def test_a_name_prefix_is_literal_and_case_counts(self) -> None:
        catalog, _ = self.empty_catalog()
        for number, name in enumerate(PREFIXED):
            begin(catalog, number, name=name)
        for prefix in ("a", "A", "%", "_", "*", "[", "'", '"', "ß", "ss", "a\U0010ffff", "aé", "ae", "a\0", "x"):
            expected = sorted(name for name in PREFIXED if name.startswith(prefix))
            assert names(walk_files(catalog, FileFilter(name_prefix=prefix), FileOrder.NAME)) == expected, prefix

    def test_a_tag_is_compared_whole_and_case_counts(self) -> None:
        catalog, _ = self.empty_catalog()
        for number, tags in enumerate([("red",), ("Red",), ("red,blue",), ("reddish", "blue"), ("blue", "red"), ('"red"',), ("r%d",)]):
            begin(catalog, number, name="+".join(tags).replace("/", ""), tags=tags)
        assert names(walk_files(catalog, FileFilter(tag="red"), FileOrder.OLDEST)) == ["red", "blue+red"]
        assert names(walk_files(catalog, FileFilter(tag="r%d"), FileOrder.OLDEST)) == ["r%d"]
        assert walk_files(catalog, FileFilter(tag="re")) == []

    def test_every_condition_of_a_filter_holds_at_once(self) -> None:
        catalog, _ = self.empty_catalog()
        begin(catalog, 1, name="a1", tags=("t",))
        wanted = add_available(catalog, 2, name="a2", tags=("t", "u"))
        add_available(catalog, 3, name="a3", tags=("u",))
        add_available(catalog, 4, name="b4", tags=("t",))
        for order in FileOrder:
            assert walk_files(catalog, FileFilter(name_prefix="a", tag="t", status=FileStatus.AVAILABLE), order, limit=1) == [wanted]

    def test_a_changed_fact_is_listed_under_its_new_value_only(self) -> None:
        catalog, _ = self.empty_catalog()
        file = add_available(catalog, name="old", tags=("old",))
        renamed = replace(tagged(file, "new"), name=FileName("new"))
        catalog.replace(renamed, expected=file.revision)
        assert walk_files(catalog, FileFilter(tag="old")) == walk_files(catalog, FileFilter(name_prefix="old")) == []
        assert walk_files(catalog, FileFilter(tag="new", name_prefix="new"), FileOrder.NAME) == [renamed]


class PagePromises(FileCatalogCase):
    """Pages of `list_files`."""

    def test_a_page_holds_at_most_100_files_and_the_last_one_names_no_next(self) -> None:
        catalog, _ = self.empty_catalog()
        for number in range(101):
            begin(catalog, number)
        first = catalog.list_files(OWNER, EVERYTHING, FileOrder.OLDEST, limit=100, after=None)
        last = catalog.list_files(OWNER, EVERYTHING, FileOrder.OLDEST, limit=100, after=first.next)
        assert (len(first.items), len(last.items), last.next) == (100, 1, None)
        assert first.next is not None

    def test_a_list_that_fills_its_page_to_the_last_place_has_no_next(self) -> None:
        catalog, _ = self.empty_catalog()
        for number in range(3):
            begin(catalog, number)
        for order in FileOrder:
            assert catalog.list_files(OWNER, EVERYTHING, order, limit=3, after=None).next is None

    def test_pages_of_any_size_show_every_file_once_in_the_same_order(self) -> None:
        catalog, _ = self.empty_catalog()
        for number in range(7):
            begin(catalog, number, name="ab"[number % 2], owner_id=OWNER if number != 3 else STRANGER)
        for order in FileOrder:
            whole = walk_files(catalog, order=order, limit=100)
            assert len(whole) == 6
            assert [walk_files(catalog, order=order, limit=limit) for limit in (1, 2, 3, 6)] == [whole] * 4

    def test_files_of_one_moment_are_shown_once_each(self) -> None:
        catalog, _ = self.empty_catalog()
        ids: set[FileId] = set()
        for number in range(5):
            file_id, upload_id = FileId(sample_id(10 + number, at=moment(1))), UploadId(sample_id(50 + number, at=moment(1)))
            upload = replace(sample_upload(1), id=upload_id, file_id=file_id)
            catalog.begin(sample_file(upload), upload, PLAN)
            ids.add(upload.file_id)
        for order in FileOrder:
            shown = [file.id for file in walk_files(catalog, order=order, limit=2)]
            assert sorted(shown) == sorted(ids), order

    def test_the_limit_may_change_on_the_way(self) -> None:
        catalog, _ = self.empty_catalog()
        files = [begin(catalog, number)[0] for number in range(6)]
        first = catalog.list_files(OWNER, EVERYTHING, FileOrder.OLDEST, limit=1, after=None)
        rest = catalog.list_files(OWNER, EVERYTHING, FileOrder.OLDEST, limit=100, after=first.next)
        assert [*first.items, *rest.items] == files

    def test_a_walk_under_changes_shows_what_was_there_all_the_time_exactly_once(self) -> None:
        for order in FileOrder:
            catalog, _ = self.empty_catalog()
            there = [add_available(catalog, number, name=f"n{number:03}").id for number in range(10, 100, 10)]
            page = catalog.list_files(OWNER, EVERYTHING, order, limit=2, after=None)
            shown = [file.id for file in page.items]
            while page.next is not None:
                _change_what_stands_around(catalog, page.items)
                page = catalog.list_files(OWNER, EVERYTHING, order, limit=2, after=page.next)
                shown += [file.id for file in page.items]
                assert len(shown) < 100, "The listing does not end."
            assert sorted(file_id for file_id in shown if file_id in there) == there, order

    def test_a_mark_that_the_catalogue_did_not_make_is_malformed(self) -> None:
        catalog, _ = self.empty_catalog()
        begin(catalog)
        for order in FileOrder:
            for foreign in ("", "0", "nonsense", "é\0😀", "[]", '["a"]', "{}", "x" * 1024, "bm9uc2Vuc2U="):
                with pytest.raises(Malformed):
                    catalog.list_files(OWNER, EVERYTHING, order, limit=10, after=foreign)

    def test_a_mark_holds_at_most_1024_bytes_whatever_the_names(self) -> None:
        for name in ('"' * 255, "\u0301" * 127, "😀" * 63, "\u2028" * 85, "a" * 255):
            catalog, _ = self.empty_catalog()
            begin(catalog, 1, name=name)
            begin(catalog, 2, name=name)
            page = catalog.list_files(OWNER, EVERYTHING, FileOrder.NAME, limit=1, after=None)
            assert page.next is not None
            assert len(page.next.encode()) <= MAX_MARK_BYTES
            rest = catalog.list_files(OWNER, EVERYTHING, FileOrder.NAME, limit=1, after=page.next)
            assert {page.items[0].id, rest.items[0].id} == {sample_upload(1).file_id, sample_upload(2).file_id}
