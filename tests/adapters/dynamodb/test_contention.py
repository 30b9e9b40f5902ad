"""Transactions in each other's way. The servers make them wait for one another; Amazon DynamoDB cancels the later one, and so does this."""

import io
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from tests.adapters.dynamodb.wire import operation
from tests.servers.dynamodb_local import DynamoDbServer
from urllib3 import HTTPResponse

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.schema import create_table
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.errors import QuotaExceeded, UploadCompleted, VersionConflict
from demobackend.domain.model.usage import Plan, Usage
from demobackend.testing.contracts.file_catalog_case import begin
from demobackend.testing.races import race, refusals, winners
from demobackend.testing.samples import MINUTE, NOON, OWNER

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("dynamodb_local")]
CALLERS = 10  # all in one process, whose other threads make each transaction last ten times as long as on Amazon's machines


class Crowd:
    """Lets a transaction through unless another one on one of its rows is under way; else answers as Amazon DynamoDB does.

    Source: Amazon DynamoDB Developer Guide, "Transaction conflict handling": a write to a row in an ongoing transaction is refused.
    """

    def __init__(self, client: "DynamoDBClient") -> None:
        self._send: Any = client._endpoint.http_session.send  # type: ignore[attr-defined]  # not public, yet the only way to send from here
        self._lock = Lock()
        self._busy: set[str] = set()
        self.conflicts = 0
        client.meta.events.register("before-send.dynamodb", self._transmit)  # type: ignore[arg-type]  # the stub knows no handler that answers

    def _transmit(self, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        if operation(request) != "TransactWriteItems":
            return None
        assert isinstance(request.body, bytes)
        rows = [row_of(action) for action in json.loads(request.body)["TransactItems"]]
        with self._lock:
            in_the_way = [row in self._busy for row in rows]
            if any(in_the_way):
                self.conflicts += 1
                return conflict(request, in_the_way)
            self._busy.update(rows)
        try:
            answer: AWSResponse = self._send(request)
            return answer
        finally:
            with self._lock:
                self._busy.difference_update(rows)


def row_of(action: dict[str, Any]) -> str:
    (parameters,) = action.values()
    key = parameters.get("Key") or parameters["Item"]
    return f"{key['PK']['S']} {key['SK']['S']}"


def conflict(request: AWSPreparedRequest, in_the_way: list[bool]) -> AWSResponse:
    reasons = [{"Code": "TransactionConflict" if each else "None"} for each in in_the_way]
    body = json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "CancellationReasons": reasons})
    raw = HTTPResponse(io.BytesIO(body.encode()), {}, 400, preload_content=False)
    return AWSResponse(request.url, 400, HeadersDict({}), raw)  # type: ignore[arg-type]  # the stub names another type than the library hands over


@pytest.fixture
def crowded(dynamodb_local: DynamoDbServer) -> Iterator[tuple[DynamoDbFileCatalog, Crowd]]:
    client: DynamoDBClient = dynamodb_local.session().client(
        "dynamodb", endpoint_url=dynamodb_local.endpoint, config=client_config(connections=CALLERS)
    )
    name = f"table-{uuid.uuid4().hex}"
    create_table(client, name)
    yield DynamoDbFileCatalog(Table(client, name)), Crowd(client)
    client.delete_table(TableName=name)


def test_of_many_files_begun_at_once_every_one_that_fits_is_taken(crowded: tuple[DynamoDbFileCatalog, Crowd]) -> None:
    catalog, crowd = crowded
    outcomes = race(lambda number: begin(catalog, number, size=10, plan=Plan(max_bytes=50)), callers=CALLERS)
    assert len(winners(outcomes)) == 5
    assert refusals(outcomes) == {QuotaExceeded: CALLERS - 5}
    assert catalog.usage(OWNER) == Usage(bytes_reserved=50, files_reserved=5)
    assert crowd.conflicts > 0


def test_of_many_that_finish_one_upload_one_wins_and_the_others_are_told_why(crowded: tuple[DynamoDbFileCatalog, Crowd]) -> None:
    catalog, crowd = crowded
    file, upload = begin(catalog)
    available = file.arrived(sha256=None, at=NOON + MINUTE)
    outcomes = race(lambda _: catalog.finish(available, upload.id, expected=1), callers=CALLERS)
    assert len(winners(outcomes)) == 1
    assert Counter(refusals(outcomes)).keys() <= {UploadCompleted, VersionConflict}
    assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)
    assert crowd.conflicts > 0
