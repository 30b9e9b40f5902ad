"""What the authorizer tells, and what a function makes of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demobackend.domain.model.caller import Caller, SiteRole
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.tokens import Claims
from demobackend.testing.samples import NOON, OWNER, SECOND, sample_id
from demobackend_lambda.caller_context import caller_of, context_of

SESSION = SessionId(sample_id(7))


def claims(*roles: SiteRole) -> Claims:
    return Claims(user_id=OWNER, session_id=SESSION, roles=frozenset(roles), expires_at=NOON)


@given(st.frozensets(st.sampled_from(SiteRole)), st.timedeltas(timedelta(seconds=1), timedelta(days=1)))
def test_a_caller_arrives_as_it_was_told_while_the_token_lives(roles: frozenset[SiteRole], left: timedelta) -> None:
    assert caller_of(context_of(claims(*roles)), at=NOON - left) == Caller(OWNER, SESSION, roles)


def test_every_value_told_is_text() -> None:
    assert {type(value) for value in context_of(claims(SiteRole.ADMIN)).values()} == {str}


@pytest.mark.parametrize("late", [timedelta(), SECOND])
def test_a_caller_whose_token_has_run_out_since_is_nobody(late: timedelta) -> None:
    assert caller_of(context_of(claims()), at=NOON + late) is None


def test_a_role_that_is_not_known_here_gives_no_right() -> None:
    told = context_of(claims(SiteRole.ADMIN)) | {"roles": "owner admin root"}
    assert caller_of(told, at=NOON - SECOND) == Caller(OWNER, SESSION, frozenset({SiteRole.ADMIN}))


@pytest.mark.parametrize("missing", ["user_id", "session_id", "roles", "expires_at"])
def test_half_a_context_is_none(missing: str) -> None:
    told = context_of(claims())
    del told[missing]
    assert caller_of(told, at=NOON - SECOND) is None


@pytest.mark.parametrize(
    "context", [None, {}, {"claims": {"sub": OWNER}}, {"principalId": OWNER}, {"expires_at": "soon"}, {"expires_at": None}]
)
def test_another_authorizer_s_context_is_nobody(context: dict[str, str] | None) -> None:
    assert caller_of(context, at=NOON) is None
