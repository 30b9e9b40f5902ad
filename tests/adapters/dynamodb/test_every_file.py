"""A walk through every file follows the table's pages, empty ones too, and sees what was written before it began."""

from tests.adapters.amazon import json_answer
from tests.adapters.dynamodb.tables import table_of
from tests.adapters.dynamodb.wire import calls, item, queried

from demobackend.adapters.dynamodb.attributes import Row
from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.file_rows import file_to_row
from demobackend.testing.samples import OWNER, STRANGER, sample_file, sample_upload

FILES = [sample_file(sample_upload(number, owner_id=owner)) for number, owner in ((1, OWNER), (2, STRANGER))]
LAST: Row = {"PK": "p", "SK": "s"}


def test_every_page_is_asked_for_and_all_of_them_consistently() -> None:
    first = item(file_to_row(FILES[0]))
    pages = [json_answer(Items=items, LastEvaluatedKey=item(LAST)) for items in ([first], [])]
    table, script = table_of(*pages, queried(file_to_row(FILES[1])))
    assert list(DynamoDbFileCatalog(table).every_file()) == FILES
    assert calls(script) == ["Scan"] * 3
    asked = script.sent()
    assert [each.get("ExclusiveStartKey") for each in asked] == [None, item(LAST), item(LAST)]
    assert all(each["ConsistentRead"] for each in asked)


def test_nothing_is_asked_for_before_the_first_file_is() -> None:
    table, script = table_of(queried())
    files = DynamoDbFileCatalog(table).every_file()
    assert script.requests == []
    assert list(files) == []
