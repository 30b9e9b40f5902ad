"""Every row is the whole value: what goes into a table comes out again as it was."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demobackend.adapters.sqlite.account_store import account_from_row, account_to_row
from demobackend.adapters.sqlite.audit_trail import event_from_row, event_to_row
from demobackend.adapters.sqlite.change_feed import change_from_row, change_to_row
from demobackend.adapters.sqlite.file_rows import file_from_row, file_to_row, tags_from_json, tags_to_json, upload_from_row, upload_to_row
from demobackend.adapters.sqlite.idempotency_store import answer_from_row, answer_to_row
from demobackend.adapters.sqlite.moments import from_ms, to_ms, to_ms_or_later
from demobackend.adapters.sqlite.session_store import session_from_row, session_to_row
from demobackend.adapters.sqlite.trust import trusted
from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.change import Change
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, Indexing
from demobackend.domain.model.idempotency import KeptAnswer
from demobackend.domain.model.ids import ChangeId
from demobackend.domain.model.names import FileName
from demobackend.domain.model.session import Session
from demobackend.domain.model.upload import Upload
from demobackend.testing import strategies
from demobackend.testing.samples import NOON, sample_id

MILLISECOND = timedelta(milliseconds=1)
ANY_TIMES = st.datetimes(timezones=st.just(UTC))

files = st.builds(
    lambda file, indexing: File(**{name: getattr(file, name) for name in File.__slots__} | {"indexing": indexing}),
    strategies.files(),
    st.builds(Indexing, st.integers(0, 2**40), st.sampled_from(TextStatus)),
)


@given(files)
def test_a_file_survives_its_row(file: File) -> None:
    assert file_from_row(file_to_row(file)) == file


def test_what_is_made_without_checks_is_frozen_all_the_same() -> None:
    name = trusted(FileName)("a/b")
    with pytest.raises(FrozenInstanceError):
        name.value = "c"  # type: ignore[misc]  # that is the question


def test_what_is_made_without_checks_has_all_of_its_fields() -> None:
    with pytest.raises(TypeError):
        trusted(Indexing)(revision=1)


@given(strategies.uploads())
def test_an_upload_survives_its_row(upload: Upload) -> None:
    assert upload_from_row(upload_to_row(upload)) == upload


@given(strategies.accounts())
def test_an_account_survives_its_row(account: Account) -> None:
    assert account_from_row(account_to_row(account)) == account


@given(strategies.sessions())
def test_a_session_survives_its_row(session: Session) -> None:
    assert session_from_row(session_to_row(session)) == session


@given(strategies.audit_events())
def test_an_event_survives_its_row(event: AuditEvent) -> None:
    assert event_from_row(event_to_row(event)) == event


@given(strategies.changes())
def test_a_change_survives_its_row(change: Change) -> None:
    assert change_from_row(change_to_row(ChangeId(sample_id(1)), change, due=NOON)) == change


@given(strategies.kept_answers())
def test_a_kept_answer_survives_its_row(answer: KeptAnswer) -> None:
    assert answer_from_row(answer_to_row(answer)) == answer


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple))
def test_tags_survive_their_json(tags: tuple[str, ...]) -> None:
    assert tags_from_json(tags_to_json(tags)) == tags


@given(ANY_TIMES)
def test_a_time_loses_what_is_below_a_millisecond_and_nothing_else(moment: datetime) -> None:
    kept = from_ms(to_ms(moment))
    assert kept == moment - timedelta(microseconds=moment.microsecond % 1_000)
    assert to_ms(kept) == to_ms_or_later(kept) == to_ms(moment)


@given(ANY_TIMES, ANY_TIMES)
def test_rounding_a_time_up_keeps_every_whole_millisecond_on_its_side(border: datetime, moment: datetime) -> None:
    kept = from_ms(to_ms(moment))
    assert (to_ms(kept) >= to_ms_or_later(border)) == (kept >= border)
    assert (to_ms(kept) <= to_ms(border)) == (kept <= border)
