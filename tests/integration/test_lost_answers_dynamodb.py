"""Whatever becomes of requests to DynamoDB and their answers, a change is made once or not at all, and nobody is told otherwise."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from botocore.config import Config
from tests.contract.dynamodb.streams import ChangeStream
from tests.integration.dynamodb_changes import (
    ACCOUNT,
    AVAILABLE,
    CHANGES,
    OTHER,
    PENDING,
    REFUSED,
    SESSION,
    UPLOAD,
    Change,
    Step,
    begun,
    finished,
    other_begun,
    registered,
    signed_in,
    taken,
)
from tests.integration.outcome import outcome
from tests.integration.spoiled_table import Rows, SpoiledTable, State, usage_is_the_sum
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.faults import LOST, UNSENT, Answer, Cut, CutHead, Fault, Loss, Passage, Request
from tests.servers.proxy import Case, proxy_to

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.dynamodb.account_store import DynamoDbAccountStore
from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.rate_limiter import DynamoDbRateLimiter
from demobackend.adapters.dynamodb.schema import create_table
from demobackend.adapters.dynamodb.session_store import DynamoDbSessionStore
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.ids import FileId
from demobackend.testing.samples import DAY, HOUR, NOON, OWNER
from demobackend.testing.walks import walk_files

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("dynamodb_local")]

_HASTE_SECONDS = 0.05


def refusal(status: int, code: str, **more: object) -> Answer:
    """An error in DynamoDB's words."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "told", **more}).encode()
    return Answer(status, (("Content-Type", "application/x-amz-json-1.0"),), body)


THROTTLED = Fault(Passage.NEVER, refusal(400, "ProvisionedThroughputExceededException"))
THROTTLED_BY_ACCOUNT = Fault(Passage.NEVER, refusal(400, "ThrottlingException"))
BROKEN = Fault(Passage.ONCE, refusal(500, "InternalServerError"))
BAD_GATEWAY = Fault(Passage.ONCE, Answer(502, (("Content-Type", "text/html"),), b"<html>Bad gateway</html>"))
TWICE = Fault(Passage.TWICE)
LATE = Fault(Passage.LATE, Loss.RESET)
CUT = Fault(Passage.ONCE, Cut(-1))
SILENT = Fault(Passage.ONCE, Loss.SILENCE)

PASSING = {
    "reset before": UNSENT,
    "reset in the midst": Fault(Passage.HALF, Loss.RESET),
    "reset after": LOST,
    "throttled": THROTTLED,
    "broken after": BROKEN,
    "broken on the way back": BAD_GATEWAY,
    "sent twice": TWICE,
    "late": LATE,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Faults in a row, for a client that makes so many attempts."""

    attempts: int
    faults: tuple[Fault, ...]
    hasty: bool = False


TROUBLES = {
    "reset after, tried once": Trouble(1, (LOST,)),
    "late, tried once": Trouble(1, (LATE,)),
    "head cut": Trouble(2, (Fault(Passage.ONCE, CutHead(20)),)),
    "body cut": Trouble(2, (CUT,)),
    "body cut, and so it says, tried once": Trouble(1, (Fault(Passage.ONCE, Cut(-1, agreed=True)),)),
    "no body, and so it says, tried once": Trouble(1, (Fault(Passage.ONCE, Cut(0, agreed=True)),)),
    "reset after, then before": Trouble(2, (LOST, UNSENT)),
    "reset after, then throttled": Trouble(2, (LOST, THROTTLED)),
    "late, then reset after": Trouble(2, (LATE, LOST)),
    "body cut, then sent twice": Trouble(2, (CUT, TWICE)),
    "reset after three times": Trouble(3, (LOST,) * 3),
    "throttled three times": Trouble(3, (THROTTLED_BY_ACCOUNT,) * 3),
    "silent before": Trouble(2, (Fault(Passage.NEVER, Loss.SILENCE),), hasty=True),
    "silent after": Trouble(2, (SILENT,), hasty=True),
    "silent after, twice": Trouble(2, (SILENT, SILENT), hasty=True),
}


@pytest.fixture(scope="module")
def spoiled(dynamodb_local: DynamoDbServer) -> Iterator[SpoiledTable]:
    direct, name = dynamodb_local.client("dynamodb"), dynamodb_local.new_table_name()
    create_table(direct, name)
    arn = direct.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    stream = ChangeStream(Table(direct, name), arn=arn, streams=dynamodb_local.client("dynamodbstreams"))
    with proxy_to(dynamodb_local.endpoint) as proxy:
        session, config = dynamodb_local.session(), client_config()
        proxied = session.client("dynamodb", endpoint_url=proxy.endpoint, config=config)
        hasty = session.client("dynamodb", endpoint_url=proxy.endpoint, config=config.merge(Config(read_timeout=_HASTE_SECONDS)))
        yield SpoiledTable(name=name, direct=direct, proxied=proxied, hasty=hasty, proxy=proxy, stream=stream)
    direct.delete_table(TableName=name)


@dataclass(frozen=True, slots=True)
class Calm:
    """A change as it is when nothing goes wrong: the rows that it starts from, both states, and what it returns or raises."""

    change: Change
    rows: Rows
    before: State
    after: State
    outcome: object
    requests: tuple[Request, ...]


@pytest.fixture(scope="module")
def calms(spoiled: SpoiledTable) -> Mapping[str, Calm]:
    return {name: calm(spoiled, change) for name, change in (CHANGES | REFUSED).items()}


def calm(spoiled: SpoiledTable, change: Change) -> Calm:
    spoiled.put({})
    for step in change.given:
        step(spoiled.table())
    rows = spoiled.rows()
    spoiled.put(rows)
    before = spoiled.state()
    with spoiled.proxy.spoil({}) as case:
        result = outcome(change.call, spoiled.spoiled(attempts=1))
    return Calm(change, rows, before, spoiled.state(), result, tuple(case.requests))


@dataclass(frozen=True, slots=True)
class Disturbed:
    """What came of a change when exchanges were spoiled."""

    case: Case
    outcome: object
    state: State


def disturb(spoiled: SpoiledTable, calm: Calm, trouble: Trouble, *, first: int) -> Disturbed:
    """The change, spoiled from this exchange on."""
    spoiled.put(calm.rows)
    with spoiled.proxy.spoil(dict(enumerate(trouble.faults, first))) as case:
        result = outcome(calm.change.call, spoiled.spoiled(attempts=trouble.attempts, hasty=trouble.hasty))
    case.deliver_late()
    return Disturbed(case, result, spoiled.state())


def everywhere(spoiled: SpoiledTable, calm: Calm, trouble: Trouble) -> Iterator[Disturbed]:
    """The change, spoiled from its first exchange on, from its second one on, up to its last one."""
    assert calm.requests
    for first, _ in enumerate(calm.requests, 1):
        disturbed = disturb(spoiled, calm, trouble, first=first)
        assert disturbed.case.spoiled or disturbed.outcome is Unavailable  # a hasty client may have given up before
        yield disturbed


def assert_once_or_not_at_all(spoiled: SpoiledTable, calm: Calm, disturbed: Disturbed) -> None:
    """Also when whoever was told nothing makes the call again."""
    change, state = calm.change, disturbed.state
    if disturbed.outcome is not Unavailable:
        assert (disturbed.outcome, state) == (calm.outcome, calm.after)
        return
    assert state in (calm.before, calm.after)
    if not change.counts:
        was_made = state == calm.after != calm.before
        again = outcome(change.call, spoiled.table())
        assert again == (change.again if was_made else calm.outcome)
        assert spoiled.state().rows == calm.after.rows


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_one(calms: Mapping[str, Calm], name: str) -> None:
    assert calms[name].outcome is None
    assert calms[name].after.rows != calms[name].before.rows
    assert usage_is_the_sum(calms[name].after.rows)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_change_is_none(calms: Mapping[str, Calm], name: str) -> None:
    assert calms[name].after == calms[name].before


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("name", CHANGES)
def test_what_passes_is_not_noticed(spoiled: SpoiledTable, calms: Mapping[str, Calm], name: str, fault: str) -> None:
    for disturbed in everywhere(spoiled, calms[name], Trouble(2, (PASSING[fault],))):
        assert (disturbed.outcome, disturbed.state) == (None, calms[name].after)


@pytest.mark.parametrize("fault", ["reset after", "throttled", "sent twice"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_passes_is_not_noticed_by_who_is_refused(spoiled: SpoiledTable, calms: Mapping[str, Calm], name: str, fault: str) -> None:
    for disturbed in everywhere(spoiled, calms[name], Trouble(2, (PASSING[fault],))):
        assert (disturbed.outcome, disturbed.state) == (calms[name].outcome, calms[name].before)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_made_once_or_not_at_all(spoiled: SpoiledTable, calms: Mapping[str, Calm], name: str, trouble: str) -> None:
    for disturbed in everywhere(spoiled, calms[name], TROUBLES[trouble]):
        assert_once_or_not_at_all(spoiled, calms[name], disturbed)


@pytest.mark.parametrize("trouble", ["reset after, tried once", "head cut", "body cut", "no body, and so it says, tried once"])
@pytest.mark.parametrize("name", REFUSED)
def test_nobody_is_refused_for_another_reason(spoiled: SpoiledTable, calms: Mapping[str, Calm], name: str, trouble: str) -> None:
    for disturbed in everywhere(spoiled, calms[name], TROUBLES[trouble]):
        assert disturbed.outcome in {Unavailable, calms[name].outcome}
        assert disturbed.state == calms[name].before


@pytest.mark.parametrize("name", CHANGES)
def test_another_transaction_in_the_way_is_not_noticed(spoiled: SpoiledTable, calms: Mapping[str, Calm], name: str) -> None:
    for place, request in enumerate(calms[name].requests, 1):
        conflict = conflict_with(request)
        if conflict is not None:
            disturbed = disturb(spoiled, calms[name], Trouble(1, (Fault(Passage.NEVER, conflict),)), first=place)
            assert (disturbed.outcome, disturbed.state) == (None, calms[name].after)


READS: Mapping[str, Step] = {
    "a file": lambda table: DynamoDbFileCatalog(table).get(OWNER, AVAILABLE.id),
    "a file that is not there": lambda table: DynamoDbFileCatalog(table).get(OWNER, FileId("none")),
    "some files": lambda table: DynamoDbFileCatalog(table).get_many(OWNER, (AVAILABLE.id, OTHER.id)),
    "an upload": lambda table: DynamoDbFileCatalog(table).get_upload(OWNER, PENDING.id, UPLOAD.id),
    "a listing": lambda table: walk_files(DynamoDbFileCatalog(table), limit=1),
    "usage": lambda table: DynamoDbFileCatalog(table).usage(OWNER),
    "uploads that are due": lambda table: DynamoDbFileCatalog(table).open_uploads(expired_before=NOON + 2 * DAY, limit=9),
    "an account": lambda table: DynamoDbAccountStore(table).find(ACCOUNT.email.canonical),
    "a session": lambda table: DynamoDbSessionStore(table).get(SESSION.id),
    "limits": lambda table: DynamoDbRateLimiter(table).check({"mails": 1}, window=HOUR, at=NOON),
}


@pytest.fixture(scope="module")
def filled(spoiled: SpoiledTable) -> Rows:
    spoiled.put({})
    for step in (begun, finished, other_begun, registered, signed_in, taken(3)):
        step(spoiled.table())
    return spoiled.rows()


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("name", READS)
def test_no_part_of_an_answer_looks_whole(spoiled: SpoiledTable, filled: Rows, name: str, *, agreed: bool) -> None:
    spoiled.put(filled)
    truth = outcome(READS[name], spoiled.table())
    for end in range(-5, 200, 9):
        with spoiled.proxy.spoil({1: Fault(Passage.ONCE, Cut(end, agreed=agreed))}) as case:
            assert outcome(READS[name], spoiled.spoiled(attempts=1)) in (truth, Unavailable), end
        assert case.spoiled


def test_the_client_of_the_application_tries_three_times(
    dynamodb_local: DynamoDbServer, spoiled: SpoiledTable, calms: Mapping[str, Calm]
) -> None:
    """Everywhere else the client's pauses are left out, and attempts are counted as each case wants them."""
    begin = calms["begin"]
    client = dynamodb_local.session().client("dynamodb", endpoint_url=spoiled.proxy.endpoint, config=client_config())
    for faults, expected in (((THROTTLED, LOST), None), ((LOST, LOST, LOST), Unavailable)):
        spoiled.put(begin.rows)
        with spoiled.proxy.spoil(dict(enumerate(faults, 1))) as case:
            assert outcome(begin.change.call, Table(client, spoiled.name)) is expected
        assert len(case.requests) == 3
        assert spoiled.state() == begin.after


def conflict_with(request: Request) -> Answer | None:
    """What DynamoDB answers when another transaction is changing the same row; None for what does not mind."""
    if b".TransactWriteItems" in request.head:
        actions = len(json.loads(request.body)["TransactItems"])
        reasons = [{"Code": "TransactionConflict", "Message": "told"}, *({"Code": "None"} for _ in range(actions - 1))]
        return refusal(400, "TransactionCanceledException", CancellationReasons=reasons)
    writes = (b".PutItem", b".UpdateItem", b".DeleteItem")
    return refusal(400, "TransactionConflictException") if any(write in request.head for write in writes) else None
