"""Strategies draw what the domain takes, and draw enough of what is odd."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from demobackend.domain.model.account import NewPassword
from demobackend.domain.model.change import ChangeKind
from demobackend.domain.model.file import FileStatus
from demobackend.testing import strategies

ALL: dict[str, SearchStrategy[object]] = {
    "callers": strategies.callers(),
    "changes": strategies.changes(),
    "descriptions": strategies.descriptions(),
    "digests": strategies.digests(),
    "display_names": strategies.display_names(),
    "emails": strategies.emails(),
    "file_names": strategies.file_names(),
    "files": strategies.files(),
    "ids": strategies.ids(),
    "media_types": strategies.media_types(),
    "passwords": strategies.passwords().map(lambda password: password.value),
    "queries": strategies.queries(),
    "sessions": strategies.sessions(),
    "sizes": strategies.sizes(),
    "tags": strategies.tags(),
    "uploads": strategies.uploads(),
}


def drawn[T](strategy: SearchStrategy[T]) -> list[T]:
    """A hundred values, the same ones in each run."""
    values: list[T] = []

    @settings(
        max_examples=100,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(strategy)
    def draw(value: T) -> None:
        values.append(value)

    draw()
    return values


@pytest.mark.parametrize("name", ALL)
def test_every_strategy_draws_different_values(name: str) -> None:
    assert len(set(map(repr, drawn(ALL[name])))) > 10


def test_files_come_in_every_status_that_steps_lead_to() -> None:
    assert {file.status for file in drawn(strategies.files())} == set(FileStatus) - {FileStatus.QUARANTINED}


def test_changes_come_in_every_kind() -> None:
    assert {change.kind for change in drawn(strategies.changes())} == set(ChangeKind)


def test_some_queries_match_nothing_and_some_have_many_terms() -> None:
    queries = drawn(strategies.queries())
    assert any(query.matches_nothing for query in queries)
    assert any(len(query.terms) > 2 for query in queries)
    assert any(query.unwanted and query.wanted for query in queries)


def test_names_differ_in_more_than_ascii() -> None:
    assert any(not name.value.isascii() for name in drawn(strategies.file_names()))


def test_sizes_stay_within_the_limit_asked_for() -> None:
    for limit in (0, 1, 100, 2**31):
        sizes = drawn(strategies.sizes(at_most=limit))
        assert (min(sizes), max(sizes)) == (0, limit)


def test_passwords_may_be_chosen() -> None:
    assert all(isinstance(password, NewPassword) for password in drawn(strategies.passwords()))
