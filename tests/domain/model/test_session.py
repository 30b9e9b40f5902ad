"""Refresh tokens and the family that ends together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.session import GRACE, RefreshToken, Session, Turn

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SESSION = SessionId("01900000-0000-7000-8000-000000000001")
KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def session(generation: int = 0) -> Session:
    return Session(
        id=SESSION,
        user_id=UserId("01900000-0000-7000-8000-000000000002"),
        created_at=NOON,
        expires_at=NOON + timedelta(days=30),
        rotated_at=NOON,
        generation=generation,
    )


@given(st.integers(0, 10**9))
def test_a_token_opens_under_any_of_the_keys(generation: int) -> None:
    token = RefreshToken(SESSION, generation)
    assert RefreshToken.open(token.sealed(OTHER_KEY), (KEY, OTHER_KEY)) == token


def test_a_token_with_any_character_changed_does_not_open() -> None:
    text = RefreshToken(SESSION, 7).sealed(KEY)
    for position, character in enumerate(text):
        changed = text[:position] + ("A" if character != "A" else "B") + text[position + 1 :]
        with pytest.raises(Unauthenticated):
            RefreshToken.open(changed, (KEY,))


def test_a_token_under_a_foreign_key_does_not_open() -> None:
    with pytest.raises(Unauthenticated):
        RefreshToken.open(RefreshToken(SESSION, 7).sealed(OTHER_KEY), (KEY,))


@pytest.mark.parametrize(
    ("presented", "after", "turn"),
    [
        (5, timedelta(0), Turn.ROTATE),
        (5, timedelta(days=29), Turn.ROTATE),
        (4, timedelta(0), Turn.REPEAT),
        (4, GRACE, Turn.REPEAT),
        (4, GRACE + timedelta(milliseconds=1), Turn.REUSED),
        (3, timedelta(0), Turn.REUSED),
        (6, timedelta(0), Turn.REUSED),
        (5, timedelta(days=30), Turn.OVER),
    ],
)
def test_a_presented_generation_is_judged(presented: int, after: timedelta, turn: Turn) -> None:
    assert session(5).turn(presented, at=NOON + after) is turn


def test_every_token_of_an_ended_session_is_over() -> None:
    ended = session(5).ended(at=NOON)
    assert {ended.turn(generation, at=NOON) for generation in range(7)} == {Turn.OVER}
