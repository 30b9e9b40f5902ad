"""Answers of DynamoDB as they stand on the wire."""

import json
from base64 import b64encode
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from tests.adapters.amazon import Answer, Script, json_answer, session

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.dynamodb.attributes import Row, to_attributes

TABLE = "table"
DONE = json_answer()


def item(row: Row) -> dict[str, Any]:
    """A row in DynamoDB's JSON."""
    attributes: dict[str, Any] = json.loads(json.dumps(to_attributes(row), default=lambda octets: b64encode(octets).decode()))
    return attributes


def found(row: Row) -> Answer:
    """A read that found this row."""
    return json_answer(Item=item(row))


def found_all(*rows: Row) -> Answer:
    """A read of many that found these rows."""
    return json_answer(Responses={TABLE: [item(row) for row in rows]}, UnprocessedKeys={})


def queried(*rows: Row) -> Answer:
    """The last page of a query."""
    return json_answer(Items=[item(row) for row in rows])


def condition_failed(row: Row | None = None) -> Answer:
    """A write whose condition this row does not meet."""
    return _condition_failed(None if row is None else item(row))


def cancelled(*codes: str, row: Row | None = None) -> Answer:
    """A transaction that changed nothing, with the reason of each of its actions; `row` does not meet the first one's condition."""
    reasons: list[dict[str, Any]] = [{"Code": code} for code in codes]
    if row is not None:
        reasons[0]["Item"] = item(row)
    body = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "told", "CancellationReasons": reasons}
    return Answer(400, json.dumps(body).encode())


def calls(script: Script) -> list[str]:
    """What was called, every attempt of it, as in `PutItem`."""
    return [operation(request) for request in script.requests]


def operation(request: AWSPreparedRequest) -> str:
    """What a request calls."""
    target = request.headers["X-Amz-Target"]
    return (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]


class LostAnswer(Script):
    """The first write is carried out and its answer lost; whoever asks again meets the row that it left. Nothing was there before."""

    def __init__(self) -> None:
        super().__init__([DONE])
        self._written: dict[str, Any] | None = None

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """The next answer."""
        if operation(request) != "PutItem":
            return super().answer(request)
        if self._written is None:
            self.requests.append(request)
            self._written = self.sent()[-1]["Item"]
            raise ReadTimeoutError(endpoint_url="https://dynamodb.example")
        self._lines = [_condition_failed(self._written)]
        return super().answer(request)

    def client(self) -> Any:  # boto3 makes its classes at run time
        """A client that asks twice."""
        client = session().client("dynamodb", config=client_config(attempts=2))
        client.meta.events.register("before-send", self.answer)
        return client


def _condition_failed(written: dict[str, Any] | None) -> Answer:
    body = {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "told"}
    return Answer(400, json.dumps(body if written is None else body | {"Item": written}).encode())
