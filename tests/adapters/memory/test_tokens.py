"""What the contract leaves open about access tokens in memory."""

from datetime import timedelta

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.tokens import MemoryTokens
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.session import RefreshToken
from demobackend.ports.secrets import Purpose
from demobackend.testing.samples import NOON, sample_account, sample_session


def test_a_token_outlives_one_rotation_of_the_keys_and_not_two() -> None:
    secrets = MemorySecrets()
    tokens = MemoryTokens(secrets, SequentialIds(ManualClock()), timedelta(minutes=5))
    token = tokens.issue(sample_account(), sample_session(), at=NOON).text
    secrets.rotate(Purpose.REFRESH_TOKEN)
    assert tokens.verify(token, at=NOON).user_id == sample_account().id
    secrets.rotate(Purpose.REFRESH_TOKEN)
    with pytest.raises(Unauthenticated):
        tokens.verify(token, at=NOON)


def test_a_refresh_token_is_no_access_token_though_both_hang_on_one_key() -> None:
    secrets = MemorySecrets()
    tokens = MemoryTokens(secrets, SequentialIds(ManualClock()), timedelta(minutes=5))
    refresh = RefreshToken(sample_session().id, 0).sealed(secrets.keys(Purpose.REFRESH_TOKEN)[0])
    body, mac = tokens.issue(sample_account(), sample_session(), at=NOON).text.split(".")[1:]
    for token in (refresh, f"m1.{refresh.split('.')[1]}.{refresh.split('.')[3]}", f"r1.{body}.{mac}"):
        with pytest.raises(Unauthenticated):
            tokens.verify(token, at=NOON)


def test_two_tokens_for_one_session_at_one_moment_are_different() -> None:
    tokens = MemoryTokens(MemorySecrets(), SequentialIds(ManualClock()), timedelta(minutes=5))
    assert len({tokens.issue(sample_account(), sample_session(), at=NOON).text for _ in range(3)}) == 3
