"""Records of the table's stream as changes of files."""

import pytest

from demobackend.adapters.dynamodb.attributes import to_attributes
from demobackend.adapters.dynamodb.file_rows import file_to_row, upload_to_row
from demobackend.adapters.dynamodb.stream_records import file_change
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.testing.samples import OWNER, sample_file, sample_upload

FILE = sample_upload().file_id


def record(before: int | None, after: int | None, *, partition: str = f"U#{OWNER}", row: str = f"F#{FILE}") -> dict[str, object]:
    """What a stream has under `dynamodb` of a row whose revision went from `before` to `after`; None where there was no row."""
    keys = {"PK": {"S": partition}, "SK": {"S": row}}

    def image(revision: int) -> dict[str, object]:
        return {**keys, "name": {"S": "a.txt"}, "tags": {"L": []}, "revision": {"N": str(revision)}}

    images = {"OldImage": before, "NewImage": after}
    return {"Keys": keys, "SequenceNumber": "1", **{name: image(number) for name, number in images.items() if number is not None}}


@pytest.mark.parametrize(("before", "after", "revision"), [(None, 1, 1), (1, 2, 2), (41, 43, 43), (7, None, 8)])
def test_a_files_row_that_changed_is_a_change_at_its_new_revision(before: int | None, after: int | None, revision: int) -> None:
    assert file_change(record(before, after)) == Change(kind=ChangeKind.FILE_CHANGED, owner_id=OWNER, file_id=FILE, revision=revision)


def test_a_row_as_it_is_written_is_a_change_of_its_file() -> None:
    row = to_attributes(file_to_row(sample_file(sample_upload())))
    change = file_change({"Keys": {"PK": row["PK"], "SK": row["SK"]}, "NewImage": row})
    assert change == Change(kind=ChangeKind.FILE_CHANGED, owner_id=OWNER, file_id=FILE, revision=1)


def test_a_note_of_what_the_index_holds_is_no_change() -> None:
    assert file_change(record(3, 3)) is None


def test_an_upload_is_no_change_of_a_file() -> None:
    row = to_attributes(upload_to_row(sample_upload()))
    assert file_change({"Keys": {"PK": row["PK"], "SK": row["SK"]}, "NewImage": row}) is None


@pytest.mark.parametrize(
    ("partition", "row"),
    [(f"U#{OWNER}", "USAGE"), (f"F#{FILE}", f"P#{FILE}"), (f"U#{OWNER}", f"G#{FILE}"), (f"E#{OWNER}", f"F#{FILE}"), ("U#", "F#"), ("", "")],
)
def test_another_row_is_no_change_of_a_file(partition: str, row: str) -> None:
    assert file_change(record(1, 2, partition=partition, row=row)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"Keys": {}},
        {"Keys": {"PK": {"N": "1"}, "SK": {"S": "x"}}},
        record(None, None),
        {**record(None, 1), "NewImage": {}},
        {**record(None, 1), "NewImage": {"revision": {"S": "1"}}},
        {**record(None, 1), "NewImage": {"revision": {"N": "one"}}},
    ],
)
def test_what_is_no_record_with_its_images_is_told_rather_than_passed_over(wrong: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        file_change(wrong)
