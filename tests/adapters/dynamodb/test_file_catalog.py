"""What the file catalogue makes of DynamoDB's answers, where no server can be brought to give them."""

from dataclasses import replace
from typing import Any

import pytest
from tests.adapters.amazon import Answer, json_answer
from tests.adapters.dynamodb.tables import table_of
from tests.adapters.dynamodb.wire import calls, cancelled, condition_failed, found, found_all, item

from demobackend.adapters.dynamodb.attributes import Row
from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.file_rows import file_to_row, upload_to_row
from demobackend.domain.model.errors import Corrupt, QuotaExceeded, Unavailable
from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.upload import UploadStatus
from demobackend.domain.model.usage import Plan
from demobackend.testing.samples import DAY, MINUTE, NOON, OWNER, sample_file, sample_upload
from demobackend.testing.walks import EVERYTHING

UPLOAD = sample_upload()
FILE = sample_file(UPLOAD)
TRASHED = replace(FILE, status=FileStatus.TRASHED, revision=3, trashed_at=NOON)


def page(*rows: Row, last: Row | None = None) -> Answer:
    """An answer to a query."""
    more: dict[str, Any] = {} if last is None else {"LastEvaluatedKey": item(last)}
    return json_answer(Items=[item(row) for row in rows], Count=len(rows), ScannedCount=len(rows), **more)


def place(row: Row) -> Row:
    """What the index of due rows holds of one."""
    return {name: row[name] for name in ("PK", "SK", "due_shard", "due_at")}


def test_a_full_partition_is_a_full_plan_to_somebody_who_begins_a_file() -> None:
    table, _ = table_of(cancelled("ItemCollectionSizeLimitExceeded", "None", "None"))
    with pytest.raises(QuotaExceeded):
        DynamoDbFileCatalog(table).begin(FILE, UPLOAD, Plan())


def test_a_full_partition_is_unavailable_to_everybody_else() -> None:
    table, _ = table_of(cancelled("None", "ItemCollectionSizeLimitExceeded", "None"))
    with pytest.raises(Unavailable):
        DynamoDbFileCatalog(table).finish(replace(FILE, revision=2), UPLOAD.id, expected=1)


def test_a_file_that_is_too_large_for_every_plan_is_refused_without_a_call() -> None:
    table, script = table_of()
    with pytest.raises(QuotaExceeded):
        DynamoDbFileCatalog(table).begin(FILE, UPLOAD, Plan(max_bytes=FILE.size - 1))
    assert calls(script) == []


def test_a_row_that_is_not_what_was_written_is_corrupt_wherever_it_turns_up() -> None:
    other = {**file_to_row(FILE), "size": FILE.size + 1}
    table, _ = table_of(found(other), found_all(other), page(other))
    catalog = DynamoDbFileCatalog(table)
    with pytest.raises(Corrupt):
        catalog.get(OWNER, FILE.id)
    with pytest.raises(Corrupt):
        catalog.get_many(OWNER, (FILE.id,))
    with pytest.raises(Corrupt):
        catalog.list_files(OWNER, EVERYTHING, FileOrder.NEWEST, limit=1, after=None)


def test_a_change_refused_for_no_reason_is_corrupt_and_not_tried_for_ever() -> None:
    table, script = table_of(condition_failed(file_to_row(FILE)))
    with pytest.raises(Corrupt):
        DynamoDbFileCatalog(table).replace(replace(FILE, revision=2), expected=1)
    assert len(calls(script)) == 1


def test_what_the_index_still_names_though_it_was_dealt_with_is_not_due() -> None:
    done = upload_to_row(replace(UPLOAD, status=UploadStatus.COMPLETED))
    stale = place(upload_to_row(UPLOAD))
    fresh = upload_to_row(sample_upload(2))
    key = {name: stale[name] for name in ("PK", "SK", "due_shard", "due_at")}
    table, script = table_of(page(stale, last=key), page(), page(), page(), found_all(done), page(place(fresh)), found_all(fresh))
    due = DynamoDbFileCatalog(table).open_uploads(expired_before=NOON + DAY, limit=1)
    assert due == (sample_upload(2),)
    assert calls(script) == [*["Query"] * 4, "BatchGetItem", "Query", "BatchGetItem"]


def test_what_the_index_still_names_though_it_is_gone_is_not_due() -> None:
    table, _ = table_of(*[page()] * 4, page(place(file_to_row(TRASHED))), *[page()] * 3, found_all())
    assert DynamoDbFileCatalog(table).discarded_files(trashed_before=NOON + DAY, limit=5) == ()


def test_a_file_that_was_trashed_anew_is_not_due_by_its_former_time() -> None:
    anew = replace(TRASHED, trashed_at=NOON + 2 * DAY, revision=5)
    table, _ = table_of(*[page()] * 4, page(place(file_to_row(TRASHED))), *[page()] * 3, found_all(file_to_row(anew)))
    assert DynamoDbFileCatalog(table).discarded_files(trashed_before=NOON + DAY, limit=5) == ()


@pytest.mark.parametrize("order", FileOrder)
def test_a_page_for_which_too_many_rows_were_looked_at_comes_short_with_a_mark_to_go_on_from(order: FileOrder) -> None:
    rows = [file_to_row(sample_file(sample_upload(number), name=f"n{number}")) for number in range(10)]
    keys = ["PK", "SK", *(["name_key"] if order is FileOrder.NAME else [])]
    table, script = table_of(*[page(last={name: row[name] for name in keys}) for row in rows])
    catalog = DynamoDbFileCatalog(table)
    first = catalog.list_files(OWNER, FileFilter(tag="rare"), order, limit=10, after=None)
    assert first.items == ()
    assert [body["Limit"] for body in script.sent()] == [11, 44, 176, 704, 1000, 1000, 1000, 1000]
    catalog.list_files(OWNER, FileFilter(tag="rare"), order, limit=10, after=first.next)
    following = script.sent()[8]["ExclusiveStartKey"]
    assert following == item({name: rows[7][name] for name in keys})


def test_a_question_that_nothing_can_answer_is_not_asked() -> None:
    table, script = table_of()
    catalog = DynamoDbFileCatalog(table)
    impossible = [
        FileFilter(status=FileStatus.PURGED),
        FileFilter(name_prefix="\ud800"),
        FileFilter(tag="\udfff"),
        FileFilter(name_prefix="x" * 256),
    ]
    for condition in impossible:
        for order in FileOrder:
            assert catalog.list_files(OWNER, condition, order, limit=10, after=None).items == ()
    assert calls(script) == []


def test_every_list_but_a_sweeps_is_read_consistently() -> None:
    table, script = table_of(page())
    catalog = DynamoDbFileCatalog(table)
    for order in FileOrder:
        catalog.list_files(OWNER, EVERYTHING, order, limit=10, after=None)
    assert [body["ConsistentRead"] for body in script.sent()] == [True] * 3


def test_an_aborted_upload_is_told_from_one_that_never_was_for_thirty_days() -> None:
    table, script = table_of(found(upload_to_row(UPLOAD)), json_answer())
    DynamoDbFileCatalog(table).abort(OWNER, FILE.id, UPLOAD.id, at=NOON + MINUTE)
    end, *_ = script.sent()[1]["TransactItems"]
    assert end["Update"]["ExpressionAttributeValues"][":set_ttl"] == {"N": str(int((NOON + MINUTE + 30 * DAY).timestamp()))}
