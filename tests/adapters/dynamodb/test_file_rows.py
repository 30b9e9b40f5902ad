"""Rows of files, uploads and usage: what goes in comes out again, and what was changed on the way does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.dynamodb.changed import another

from demobackend.adapters.dynamodb.attributes import Row, Value, from_attribute, from_attributes, to_attribute, to_attributes, without
from demobackend.adapters.dynamodb.file_rows import (
    ENDING,
    INDEXING,
    OPTIONAL,
    due_shards,
    file_from_row,
    file_to_row,
    name_in,
    name_key,
    upload_from_row,
    upload_to_row,
)
from demobackend.adapters.dynamodb.schema import escaped
from demobackend.adapters.dynamodb.usage_rows import usage_from_row
from demobackend.domain.model.errors import Corrupt
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.names import MAX_DESCRIPTION_CHARACTERS, MAX_TAGS, FileName
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Usage
from demobackend.testing import strategies
from demobackend.testing.samples import DAY, MINUTE, NOON, sample_file, sample_id, sample_upload

USAGE: Row = {
    "PK": f"U#{sample_id(1)}",
    "SK": "USAGE",
    "v": 1,
    "bytes_used": 5,
    "bytes_reserved": 2,
    "bytes_total": 7,
    "files_used": 2,
    "files_reserved": 1,
    "files_total": 3,
}
scalars = st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(10**38) + 1, 10**38 - 1) | st.booleans() | st.binary()
values: st.SearchStrategy[Value] = st.recursive(scalars, lambda inner: st.lists(inner).map(tuple), max_leaves=5)


def trashed_file() -> File:
    file = replace(sample_file(sample_upload(), tags=("a", "b"), description="d"), status=FileStatus.AVAILABLE)
    return file.trashed(NOON + DAY)


@given(values)
def test_a_value_survives_its_attribute(value: Value) -> None:
    assert from_attribute(to_attribute(value)) == value


@pytest.mark.parametrize(
    "attribute", [{}, {"S": 1}, {"N": "1.5"}, {"N": "x"}, {"NULL": True}, {"M": {}}, {"L": [{"NULL": True}]}, {"SS": ["a"]}]
)
def test_an_attribute_of_another_kind_is_corrupt(attribute: dict[str, object]) -> None:
    with pytest.raises(Corrupt):
        from_attributes({"name": attribute})  # type: ignore[dict-item]  # what no row of ours holds


@given(strategies.files())
def test_a_file_survives_its_row(file: File) -> None:
    assert file_from_row(from_attributes(to_attributes(file_to_row(file)))) == file


@given(strategies.uploads())
def test_an_upload_survives_its_row(upload: Upload) -> None:
    assert upload_from_row(from_attributes(to_attributes(upload_to_row(upload)))) == upload


@pytest.mark.parametrize("name", sorted(file_to_row(trashed_file()).keys() - INDEXING))
def test_a_files_row_with_another_value_or_without_one_is_corrupt(name: str) -> None:
    row = file_to_row(trashed_file())
    for changed in ({**row, name: another(row[name])}, without(row, [name])):
        with pytest.raises(Corrupt):
            file_from_row(changed)


@pytest.mark.parametrize("name", sorted(upload_to_row(sample_upload()).keys() - ENDING))
def test_an_uploads_row_with_another_value_or_without_one_is_corrupt(name: str) -> None:
    row = upload_to_row(sample_upload())
    for changed in ({**row, name: another(row[name])}, without(row, [name])):
        with pytest.raises(Corrupt):
            upload_from_row(changed)


@pytest.mark.parametrize(
    ("row", "read"), [({**file_to_row(trashed_file())}, file_from_row), ({**upload_to_row(sample_upload())}, upload_from_row)]
)
@pytest.mark.parametrize("name", ["text_status", "status"])
def test_a_word_that_no_row_holds_is_corrupt(row, read, name: str) -> None:
    with pytest.raises(Corrupt):
        read({**row, name: "other"})


@pytest.mark.parametrize("name", ["bytes_used", "bytes_reserved", "bytes_total", "files_used", "files_reserved", "files_total", "v"])
def test_usage_that_does_not_add_up_is_corrupt(name: str) -> None:
    assert usage_from_row(USAGE) == Usage(bytes_used=5, bytes_reserved=2, files_used=2, files_reserved=1)
    for changed in ({**USAGE, name: another(USAGE[name])}, without(USAGE, [name])):
        with pytest.raises(Corrupt):
            usage_from_row(changed)


def test_a_note_of_the_index_and_a_stamp_leave_a_files_row_whole() -> None:
    row = {**file_to_row(trashed_file()), "indexed_revision": 7, "text_status": "indexed", "write": "0f"}
    indexing = file_from_row(row).indexing
    assert (indexing.revision, indexing.text_status) == (7, TextStatus.INDEXED)


def test_the_end_of_an_upload_leaves_its_row_whole() -> None:
    row = {**without(upload_to_row(sample_upload()), ["due_shard", "due_at"]), "status": "aborted", "ttl": 1}
    assert upload_from_row(row) == replace(sample_upload(), status=UploadStatus.ABORTED)


def test_a_row_of_a_later_version_is_not_read() -> None:
    with pytest.raises(Corrupt):
        file_from_row({**file_to_row(trashed_file()), "v": 2})


@given(st.lists(st.tuples(strategies.file_names(), strategies.ids()), unique=True))
def test_name_keys_sort_by_code_points_then_by_id(names: list[tuple[FileName, str]]) -> None:
    by_code_points = sorted(((name.value, file_id) for name, file_id in names), key=lambda one: ([*map(ord, one[0])], one[1]))
    by_octets = sorted((name_key(name.value, file_id).encode() for name, file_id in names))
    assert by_octets == [name_key(*one).encode() for one in by_code_points]


@given(strategies.file_names(), strategies.ids())
def test_a_name_key_holds_its_name_and_fits_into_the_index(name: FileName, file_id: str) -> None:
    assert name_in(name_key(name.value, file_id)) == name.value
    assert len(name_key(name.value, file_id).encode()) <= 1_024


key_parts = st.text(st.sampled_from("a#%25|"), max_size=3)


@given(st.lists(st.tuples(key_parts, key_parts), min_size=2, max_size=2, unique=True))
def test_two_tuples_of_parts_never_share_a_key(several: list[tuple[str, str]]) -> None:
    first, second = ("#".join(map(escaped, parts)) for parts in several)
    assert first != second


def test_only_what_a_sweep_looks_for_is_due() -> None:
    file, upload = sample_file(sample_upload()), sample_upload()
    available = file.arrived(sha256=None, at=NOON + MINUTE)
    trashed = available.trashed(NOON + DAY)
    purged = trashed.purged(NOON + 2 * DAY)
    rows = [file_to_row(each) for each in (file, available, trashed, purged)]
    assert [row.get("due_shard") in due_shards(status) for row in rows for status in (FileStatus.TRASHED, FileStatus.PURGED)] == [
        *(False, False, False, False),
        *(True, False, False, True),
    ]
    assert upload_to_row(upload)["due_shard"] in due_shards(UploadStatus.OPEN)
    assert "due_shard" not in upload_to_row(replace(upload, status=UploadStatus.COMPLETED))


def test_rows_are_spread_over_all_shards() -> None:
    shards = {upload_to_row(sample_upload(number))["due_shard"] for number in range(16)}
    assert len(shards) > 1
    assert shards <= set(due_shards(UploadStatus.OPEN))


def test_a_files_row_lacks_nothing_but_what_may_be_absent() -> None:
    least, most = file_to_row(sample_file(sample_upload())), file_to_row(replace(trashed_file(), sha256=None))
    assert most.keys() - least.keys() <= OPTIONAL


def test_the_largest_row_of_a_file_leaves_room_for_hundred_thousands_of_them_in_one_partition() -> None:
    letter = "\U0001f600"
    tags = tuple(f"{number:02}" + letter * 62 for number in range(MAX_TAGS))
    file = sample_file(sample_upload(), name="n" * 255, tags=tags, description=letter * MAX_DESCRIPTION_CHARACTERS)
    octets = sum(len(name) + len(str(value).encode()) for name, value in file_to_row(replace(file, owner_id=UserId(sample_id(1)))).items())
    assert octets < 25_000
