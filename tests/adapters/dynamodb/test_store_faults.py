"""What DynamoDB and the network can answer to the stores of accounts, sessions, events, idempotency keys and rate limits, and what comes
of it."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from tests.adapters.amazon import Answer, Script, json_answer, json_error, scripted
from tests.adapters.dynamodb.wire import DONE, TABLE, LostAnswer, calls, cancelled, condition_failed, found, found_all, item, queried

from demobackend.adapters.dynamodb.account_rows import account_to_row, address_to_row
from demobackend.adapters.dynamodb.account_store import DynamoDbAccountStore
from demobackend.adapters.dynamodb.audit_rows import event_to_row
from demobackend.adapters.dynamodb.audit_trail import DynamoDbAuditTrail
from demobackend.adapters.dynamodb.idempotency_store import DynamoDbIdempotencyStore
from demobackend.adapters.dynamodb.rate_limiter import DynamoDbRateLimiter
from demobackend.adapters.dynamodb.session_rows import session_to_row
from demobackend.adapters.dynamodb.session_store import DynamoDbSessionStore
from demobackend.adapters.dynamodb.table import Table
from demobackend.adapters.dynamodb.takes import Takes, new_take, takes_to_row
from demobackend.domain.model.account import Account
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import AlreadyExists, Corrupt, DomainError, NotFound, Unavailable, VersionConflict
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest
from demobackend.testing.samples import DAY, MINUTE, NOON, OWNER, sample_account, sample_event, sample_session

URL = "https://dynamodb.example"
ACCOUNT, SESSION, EVENT = sample_account(), sample_session(), sample_event()
REQUEST, ANSWER = KeyedRequest("ada", "create_file", "k", "d"), KeptAnswer(204, (), b"")
TAKEN = takes_to_row("b", Takes((new_take(NOON, b"\0\0"),), widest=60_000, revision=1))

ACTS: dict[str, Callable[[Table], object]] = {
    "accounts.create": lambda table: DynamoDbAccountStore(table).create(ACCOUNT, audit=EVENT),
    "accounts.get": lambda table: DynamoDbAccountStore(table).get(ACCOUNT.id),
    "accounts.find": lambda table: DynamoDbAccountStore(table).find(ACCOUNT.email.canonical),
    "accounts.replace": lambda table: DynamoDbAccountStore(table).replace(ACCOUNT, expected=1, audit=None),
    "accounts.replace, told": lambda table: DynamoDbAccountStore(table).replace(ACCOUNT, expected=1, audit=EVENT),
    "sessions.create": lambda table: DynamoDbSessionStore(table).create(SESSION, audit=EVENT),
    "sessions.get": lambda table: DynamoDbSessionStore(table).get(SESSION.id),
    "sessions.replace": lambda table: DynamoDbSessionStore(table).replace(SESSION, expected=1, audit=None),
    "sessions.replace, told": lambda table: DynamoDbSessionStore(table).replace(SESSION, expected=1, audit=EVENT),
    "trail.page": lambda table: DynamoDbAuditTrail(table).page(OWNER, at=NOON, limit=3, after=EVENT.id),
    "keys.begin": lambda table: DynamoDbIdempotencyStore(table).begin(REQUEST, at=NOON, lease=MINUTE, kept=DAY),
    "keys.finish": lambda table: DynamoDbIdempotencyStore(table).finish(REQUEST, ANSWER),
    "keys.release": lambda table: DynamoDbIdempotencyStore(table).release(REQUEST),
    "limits.take": lambda table: DynamoDbRateLimiter(table).take("b", limit=3, window=MINUTE, at=NOON),
    "limits.check": lambda table: DynamoDbRateLimiter(table).check({"a": 1, "b": 3, "c": 1}, window=MINUTE, at=NOON),
}
# What each asks of DynamoDB when nothing is in the way, and the answers it gets.
UNDISTURBED: dict[str, list[tuple[str, Answer]]] = {
    "accounts.create": [("TransactWriteItems", DONE)],
    "accounts.get": [("GetItem", found(account_to_row(ACCOUNT)))],
    "accounts.find": [("GetItem", found(address_to_row(ACCOUNT))), ("GetItem", found(account_to_row(ACCOUNT)))],
    "accounts.replace": [("PutItem", DONE)],
    "accounts.replace, told": [("TransactWriteItems", DONE)],
    "sessions.create": [("TransactWriteItems", DONE)],
    "sessions.get": [("GetItem", found(session_to_row(SESSION)))],
    "sessions.replace": [("PutItem", DONE)],
    "sessions.replace, told": [("TransactWriteItems", DONE)],
    "trail.page": [("Query", queried(event_to_row(EVENT)))],
    "keys.begin": [("PutItem", DONE)],
    "keys.finish": [("UpdateItem", DONE)],
    "keys.release": [("DeleteItem", DONE)],
    "limits.take": [("GetItem", found(TAKEN)), ("PutItem", DONE)],
    "limits.check": [("BatchGetItem", found_all(TAKEN))],
}
# Every call of every act, by its place among them.
STEPS = [(act, step) for act, steps in UNDISTURBED.items() for step in range(len(steps))]
# Source: Amazon DynamoDB API reference (errors of each operation) and Developer Guide, "Error handling".
REFUSALS = [
    (400, "AccessDeniedException"),
    (400, "ItemCollectionSizeLimitExceededException"),
    (400, "LimitExceededException"),
    (400, "ProvisionedThroughputExceededException"),
    (400, "RequestLimitExceeded"),
    (400, "ResourceNotFoundException"),
    (400, "ThrottlingException"),
    (400, "TransactionInProgressException"),
    (400, "UnrecognizedClientException"),
    (400, "ValidationException"),
    (500, "InternalServerError"),
    (503, "ServiceUnavailable"),
]
NO_ANSWERS = [
    ConnectTimeoutError(endpoint_url=URL),
    ConnectionClosedError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
]
CONDITIONAL = ["accounts.replace", "sessions.replace", "keys.begin", "keys.finish", "keys.release", "limits.take"]
TOGETHER = ["accounts.create", "accounts.replace, told", "sessions.create", "sessions.replace, told"]


def table_of(*lines: Answer | Exception, attempts: int = 1) -> tuple[Table, Script]:
    client, script = scripted("dynamodb", *lines, attempts=attempts)
    return Table(client, TABLE, pause=lambda _: None), script


def before(act: str, step: int) -> list[Answer]:
    """The good answers up to a step."""
    return [answer for _, answer in UNDISTURBED[act][:step]]


def outcome_of(act: str, *lines: Answer | Exception) -> type[DomainError]:
    table, _ = table_of(*lines)
    with pytest.raises(DomainError) as refusal:
        ACTS[act](table)
    return type(refusal.value)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_calls_dynamodb_no_more_often_than_it_needs(act: str) -> None:
    table, script = table_of(*before(act, len(UNDISTURBED[act])))
    ACTS[act](table)
    assert calls(script) == [name for name, _ in UNDISTURBED[act]]


@pytest.mark.parametrize("act", ["accounts.get", "accounts.find", "sessions.get", "trail.page", "limits.take", "limits.check"])
def test_every_read_is_consistent(act: str) -> None:
    table, script = table_of(*before(act, len(UNDISTURBED[act])))
    ACTS[act](table)
    reads = [sent for name, sent in zip(calls(script), script.sent(), strict=True) if name.endswith("GetItem") or name == "Query"]
    assert all(read.get("ConsistentRead") or read["RequestItems"][TABLE]["ConsistentRead"] for read in reads)


@pytest.mark.parametrize(("status", "code"), REFUSALS)
@pytest.mark.parametrize(("act", "step"), STEPS)
def test_a_call_that_dynamodb_refuses_is_unavailable(act: str, step: int, status: int, code: str) -> None:
    assert issubclass(outcome_of(act, *before(act, step), json_error(status, code)), Unavailable)


@pytest.mark.parametrize("fault", NO_ANSWERS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize(("act", "step"), STEPS)
def test_a_call_that_is_not_answered_is_unavailable(act: str, step: int, fault: Exception) -> None:
    assert outcome_of(act, *before(act, step), fault) is Unavailable


@pytest.mark.parametrize("act", CONDITIONAL)
def test_a_transaction_in_the_way_is_waited_for(act: str) -> None:
    last = len(UNDISTURBED[act]) - 1
    table, script = table_of(*before(act, last), json_error(400, "TransactionConflictException"), DONE)
    ACTS[act](table)
    assert calls(script)[last:] == [UNDISTURBED[act][last][0]] * 2


@pytest.mark.parametrize("act", TOGETHER)
def test_a_transaction_in_the_way_of_another_is_waited_for(act: str) -> None:
    table, script = table_of(cancelled("None", "TransactionConflict"), DONE)
    ACTS[act](table)
    assert calls(script) == ["TransactWriteItems"] * 2


@pytest.mark.parametrize("act", CONDITIONAL)
def test_a_transaction_that_stays_in_the_way_makes_it_unavailable(act: str) -> None:
    assert outcome_of(act, *before(act, len(UNDISTURBED[act]) - 1), json_error(400, "TransactionConflictException")) is Unavailable


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_a_taken_id_a_taken_address_and_a_taken_event_are_taken(taken: int) -> None:
    codes = ["ConditionalCheckFailed" if place == taken else "None" for place in range(3)]
    assert outcome_of("accounts.create", cancelled(*codes)) is AlreadyExists


@pytest.mark.parametrize("act", ["accounts.replace, told", "sessions.create", "sessions.replace, told"])
def test_a_change_whose_event_is_taken_is_refused(act: str) -> None:
    assert outcome_of(act, cancelled("None", "ConditionalCheckFailed")) is AlreadyExists


@pytest.mark.parametrize(
    ("act", "row", "meaning"),
    [
        ("accounts.replace", None, NotFound),
        ("accounts.replace", account_to_row(ACCOUNT.confirmed(NOON)), VersionConflict),
        ("sessions.replace", None, NotFound),
        ("sessions.replace", session_to_row(SESSION.rotated(at=NOON)), VersionConflict),
    ],
)
def test_a_condition_that_is_not_met_says_why(act: str, row: dict[str, Any] | None, meaning: type[DomainError]) -> None:
    assert outcome_of(act, condition_failed(row)) is meaning


@pytest.mark.parametrize("of_event", ["None", "ConditionalCheckFailed"])
@pytest.mark.parametrize(
    ("act", "row", "meaning"),
    [
        ("accounts.replace, told", None, NotFound),
        ("accounts.replace, told", account_to_row(ACCOUNT.confirmed(NOON)), VersionConflict),
        ("sessions.create", session_to_row(SESSION), AlreadyExists),
        ("sessions.replace, told", None, NotFound),
        ("sessions.replace, told", session_to_row(SESSION.rotated(at=NOON)), VersionConflict),
    ],
)
def test_a_change_that_is_refused_says_why_whatever_became_of_its_event(
    act: str, row: dict[str, Any] | None, meaning: type[DomainError], of_event: str
) -> None:
    assert outcome_of(act, cancelled("ConditionalCheckFailed", of_event, row=row)) is meaning


@pytest.mark.parametrize("act", ["keys.finish", "keys.release"])
def test_a_claim_that_is_somebody_elses_by_now_is_left_alone(act: str) -> None:
    table, script = table_of(condition_failed())
    ACTS[act](table)
    assert len(script.requests) == 1


@pytest.mark.parametrize("act", ["accounts.replace", "sessions.replace", "keys.begin"])
def test_a_write_whose_answer_was_lost_is_known_again(act: str) -> None:
    script = LostAnswer()
    assert ACTS[act](Table(script.client(), TABLE)) is None
    assert calls(script) == ["PutItem"] * 2


@pytest.mark.parametrize("act", TOGETHER)
def test_a_change_with_its_event_whose_answer_was_lost_is_asked_for_again_under_its_token(act: str) -> None:
    table, script = table_of(ReadTimeoutError(endpoint_url=URL), DONE, attempts=2)
    ACTS[act](table)
    first, second = (sent["ClientRequestToken"] for sent in script.sent())
    assert first == second


def test_a_spelling_of_an_address_that_differs_costs_one_more_write() -> None:
    held = sample_account(1, email="Ada@Example.test")
    table, script = table_of(condition_failed(account_to_row(held)), DONE)
    DynamoDbAccountStore(table).replace(respelled(held), expected=held.revision, audit=None)
    assert [sent["Item"]["email"]["S"] for sent in script.sent()] == ["ada@example.test", "Ada@Example.test"]


def test_a_spelling_of_an_address_that_differs_takes_its_event_along() -> None:
    held = sample_account(1, email="Ada@Example.test")
    table, script = table_of(cancelled("ConditionalCheckFailed", "None", row=account_to_row(held)), DONE)
    DynamoDbAccountStore(table).replace(respelled(held), expected=held.revision, audit=EVENT)
    written = [[action["Put"]["Item"] for action in sent["TransactItems"]] for sent in script.sent()]
    assert [account["email"]["S"] for account, _ in written] == ["ada@example.test", "Ada@Example.test"]
    assert [event["SK"]["S"] for _, event in written] == [f"A#{EVENT.id}"] * 2


def respelled(account: Account) -> Account:
    return sample_account(1, email=EmailAddress(account.email.given).canonical)


def test_an_address_that_leads_to_another_ones_account_is_corrupt() -> None:
    other = account_to_row(sample_account(1, email="other@example.test"))
    assert outcome_of("accounts.find", found(address_to_row(ACCOUNT)), found(other)) is Corrupt


def test_an_account_that_goes_while_it_is_looked_for_is_not_found() -> None:
    assert outcome_of("accounts.find", found(address_to_row(ACCOUNT)), DONE) is NotFound


def test_a_page_is_filled_up_where_old_events_were_left_out() -> None:
    events = [event_to_row(sample_event(number)) for number in (9, 8, 7)]
    short = json_answer(Items=[item(events[0])], LastEvaluatedKey=item({"PK": "A", "SK": "B"}))
    table, script = table_of(short, queried(*events[1:]))
    page = DynamoDbAuditTrail(table).page(OWNER, at=NOON, limit=3, after=None)
    assert [event.id for event in page] == [sample_event(number).id for number in (9, 8, 7)]
    assert [(sent["Limit"], sent.get("ExclusiveStartKey")) for sent in script.sent()] == [
        (3, None),
        (2, {"PK": {"S": "A"}, "SK": {"S": "B"}}),
    ]
