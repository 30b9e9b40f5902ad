"""Rows of accounts, sessions, events, idempotency keys and rate limits: what goes in comes out again, and what was changed does not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.dynamodb.changed import another

from demobackend.adapters.dynamodb.account_rows import account_from_row, account_to_row, address_from_row, address_to_row
from demobackend.adapters.dynamodb.attributes import Row, Value, from_attributes, to_attributes, without
from demobackend.adapters.dynamodb.audit_rows import event_from_row, event_key, event_to_row
from demobackend.adapters.dynamodb.idempotency_rows import (
    MAX_ANSWER_BYTES,
    answer_from_row,
    answer_to_attributes,
    claim_key,
    claim_to_row,
    request_of,
)
from demobackend.adapters.dynamodb.session_rows import session_from_row, session_key, session_to_row
from demobackend.adapters.dynamodb.takes import Takes, bucket_key, new_take, takes_from_row, takes_to_row
from demobackend.api.models.files import file_out
from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AUDIT_KEPT, AuditEvent
from demobackend.domain.model.errors import Corrupt
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest
from demobackend.domain.model.names import MAX_DESCRIPTION_CHARACTERS, MAX_NAME_BYTES, MAX_TAG_CHARACTERS, MAX_TAGS
from demobackend.domain.model.session import Session
from demobackend.testing import strategies
from demobackend.testing.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    sample_account,
    sample_event,
    sample_file,
    sample_session,
    sample_upload,
)

REQUEST = KeyedRequest(caller="ada", operation="create_file", key="k", digest="d")
EVENT = replace(sample_event(), session_id=sample_session().id)
ANSWER = KeptAnswer(201, (("etag", '"1"'), ("etag", '"1"')), b"\n\0body\n")
TAKES = Takes((new_take(NOON, b"\x01\x02"), new_take(NOON + SECOND, b"\0\0")), widest=60_000, revision=2)

takes = st.builds(
    lambda numbers, widest, revision: Takes(tuple(sorted(numbers)), widest, revision),
    st.lists(st.builds(new_take, strategies.moments(), st.binary(min_size=2, max_size=2)), min_size=1, max_size=5),
    st.integers(1, 2**40),
    st.integers(1, 2**40),
)
key_parts = st.text(st.sampled_from("a#%25|"), max_size=3)


def sent(row: Row) -> Row:
    """The row as it comes back from DynamoDB."""
    return from_attributes(to_attributes(row))


@given(strategies.accounts())
def test_an_account_survives_its_row(account: Account) -> None:
    assert account_from_row(sent(account_to_row(account))) == account


@given(strategies.accounts())
def test_an_address_leads_to_its_account(account: Account) -> None:
    assert address_from_row(sent(address_to_row(account))) == account.id


@given(strategies.sessions())
def test_a_session_survives_its_row(session: Session) -> None:
    assert session_from_row(sent(session_to_row(session))) == session


@given(strategies.audit_events())
def test_an_event_survives_its_row(event: AuditEvent) -> None:
    assert event_from_row(sent(event_to_row(event))) == event


@given(strategies.kept_answers())
def test_a_kept_answer_survives_its_row(answer: KeptAnswer) -> None:
    claim = claim_to_row(REQUEST, at=NOON, lease=MINUTE, kept=DAY)
    row = sent({**claim, **answer_to_attributes(answer)})
    assert (answer_from_row(row), request_of(row)) == (answer, REQUEST.digest)


@given(takes)
def test_takes_survive_their_row(several: Takes) -> None:
    assert takes_from_row(sent(takes_to_row("b", several))) == several


CHANGEABLE: dict[str, tuple[Row, Callable[[Row], object]]] = {
    "account": (account_to_row(sample_account()), account_from_row),
    "address": (address_to_row(sample_account()), address_from_row),
    "session": (session_to_row(sample_session()), session_from_row),
    "event": (event_to_row(EVENT), event_from_row),
    "claim": (claim_to_row(REQUEST, at=NOON, lease=MINUTE, kept=DAY), request_of),
    "answer": ({**answer_to_attributes(ANSWER)}, answer_from_row),
    "takes": (takes_to_row("b", TAKES), takes_from_row),
}


@pytest.mark.parametrize("kind", CHANGEABLE)
def test_a_row_with_another_value_or_without_one_is_corrupt(kind: str) -> None:
    row, read = CHANGEABLE[kind]
    for name, value in row.items():
        for changed in ({**row, name: another(value)}, without(row, [name])):
            with pytest.raises(Corrupt):
                read(changed)


@pytest.mark.parametrize("kind", ["account", "address", "session", "event", "claim", "takes"])
def test_a_row_may_tell_who_wrote_it(kind: str) -> None:
    row, read = CHANGEABLE[kind]
    assert read({**row, "write": "0f"}) == read(row)


@given(st.lists(st.tuples(key_parts, key_parts, key_parts), min_size=2, max_size=2, unique=True))
def test_two_idempotency_keys_never_share_a_row(names: list[tuple[str, str, str]]) -> None:
    first, second = (claim_key(KeyedRequest(*each, digest="d")) for each in names)
    assert first != second


def test_no_key_is_longer_than_dynamodb_takes() -> None:
    longest = KeyedRequest(caller=sample_account().id, operation="o" * 64, key="k" * 255, digest="d")
    keys = [claim_key(longest), bucket_key("\U0001f600" * 512), session_key(sample_session().id), event_key(EVENT.user_id, EVENT.id)]
    assert max(len(key.pk.encode()) for key in keys) <= 2_048


def test_a_session_is_kept_for_24_hours_after_its_end_and_an_idempotency_key_as_long_as_was_asked() -> None:
    session = sample_session()
    claim = claim_to_row(REQUEST, at=NOON, lease=MINUTE, kept=DAY)
    assert session_to_row(session)["ttl"] == (session.expires_at + DAY).timestamp()
    assert claim["ttl"] == (NOON + DAY).timestamp()


def test_an_event_is_kept_for_as_long_as_it_is_told() -> None:
    assert event_to_row(EVENT)["ttl"] == (EVENT.at + AUDIT_KEPT).timestamp()


def test_takes_are_kept_until_the_last_one_counts_no_more() -> None:
    later = NOON + timedelta(milliseconds=1_500)
    several = Takes().with_one_more(new_take(NOON, b"\0\0"), window=HOUR, at=NOON)
    several = several.with_one_more(new_take(later, b"\0\0"), window=MINUTE, at=later)
    assert takes_to_row("b", several)["ttl"] == (NOON + HOUR + 2 * SECOND).timestamp()


def test_a_take_that_counts_no_more_is_dropped_with_the_next_one() -> None:
    several = Takes()
    for number in range(100):
        at = NOON + number * 10 * SECOND
        several = several.with_one_more(new_take(at, b"\0\0"), window=MINUTE, at=at)
    assert len(several.numbers) == 6


@given(st.lists(strategies.moments(), min_size=1, max_size=8), strategies.moments(), st.integers(1, 4))
def test_the_wait_ends_exactly_when_fewer_than_the_limit_are_within_the_window(moments: list[datetime], at: datetime, limit: int) -> None:
    several = Takes(tuple(sorted(new_take(moment, b"\xff\xff") for moment in moments)), widest=10**12, revision=1)
    wait = several.wait(limit=limit, window=DAY, at=at)
    within = [sum(moment > end - DAY for moment in moments) for end in (at, at + wait, at + wait - timedelta(milliseconds=1))]
    assert within[1] < limit
    assert (within[0] < limit) == (wait == timedelta(0))
    assert within[2] >= limit or wait == timedelta(0)


def test_an_answer_that_is_too_large_leaves_no_more_than_that_there_was_one() -> None:
    largest = KeptAnswer(200, (), b"x" * (MAX_ANSWER_BYTES - len(b"[200, []]")))
    larger = KeptAnswer(200, (), largest.body + b"x")
    assert answer_from_row(answer_to_attributes(largest)) == largest
    assert answer_from_row(answer_to_attributes(larger)) is None
    assert row_bytes({**claim_to_row(REQUEST, at=NOON, lease=MINUTE, kept=DAY), **answer_to_attributes(largest)}) < 400 * 1024


def row_bytes(row: Mapping[str, Value]) -> int:
    """At most what DynamoDB counts: names and values; a number has a byte for two digits and one more."""
    return sum(len(name) + (len(value) if isinstance(value, bytes) else len(str(value).encode())) for name, value in row.items())


def test_no_file_is_so_large_in_an_answer_that_it_would_not_be_kept() -> None:
    letter = "\U0001f600"  # 12 bytes as JSON spells it at its longest
    tags = tuple(f"{number:02}" + letter * (MAX_TAG_CHARACTERS - 2) for number in range(MAX_TAGS))
    name, description = "n" * MAX_NAME_BYTES, letter * MAX_DESCRIPTION_CHARACTERS
    file = sample_file(sample_upload(), name=name, tags=tags, description=description)
    assert len(json.dumps(file_out(file))) < MAX_ANSWER_BYTES / 4
