"""Answers near the size of a row, on the server that knows how large a row may be."""

from contextlib import ExitStack

import pytest
from tests.contract.dynamodb.tables import empty_table
from tests.servers.dynamodb_local import DynamoDbServer

from demobackend.adapters.dynamodb.idempotency_rows import MAX_ANSWER_BYTES
from demobackend.adapters.dynamodb.idempotency_store import DynamoDbIdempotencyStore
from demobackend.domain.model.errors import RequestInProgress
from demobackend.domain.model.idempotency import KeptAnswer
from demobackend.testing.contracts.idempotency_store import REQUEST, begin
from demobackend.testing.samples import DAY, MILLISECOND, MINUTE, NOON

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("dynamodb_local")]


def test_an_answer_of_the_largest_size_is_repeated(dynamodb_local: DynamoDbServer) -> None:
    largest = KeptAnswer(200, (), b"x" * (MAX_ANSWER_BYTES - len(b"[200, []]")))
    with ExitStack() as cleanup:
        store = DynamoDbIdempotencyStore(empty_table(dynamodb_local, cleanup))
        begin(store)
        store.finish(REQUEST, largest)
        assert begin(store) == largest


def test_a_request_whose_answer_was_too_large_is_not_carried_out_again_while_its_key_is_kept(dynamodb_local: DynamoDbServer) -> None:
    with ExitStack() as cleanup:
        store = DynamoDbIdempotencyStore(empty_table(dynamodb_local, cleanup))
        begin(store)
        store.finish(REQUEST, KeptAnswer(200, (), b"x" * MAX_ANSWER_BYTES))
        for at in (NOON, NOON + 2 * MINUTE, NOON + DAY - MILLISECOND):
            with pytest.raises(RequestInProgress):
                begin(store, at=at)
        assert begin(store, at=NOON + DAY) is None
