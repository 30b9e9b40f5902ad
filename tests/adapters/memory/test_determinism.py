"""Clock, identifiers, randomness and keys of the memory family come out the same in every run."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from demobackend.adapters.memory.clock import START, ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.ports.secrets import Purpose


def test_a_manual_clock_stands_still_until_it_is_advanced() -> None:
    clock = ManualClock()
    assert clock.now() == clock.now() == START
    clock.advance(timedelta(seconds=90))
    assert clock.now() == START + timedelta(seconds=90)
    clock.advance(timedelta(seconds=-100))
    assert clock.now() == START - timedelta(seconds=10)


def test_a_manual_clock_tells_utc_cut_to_milliseconds_whatever_it_was_set_to() -> None:
    clock = ManualClock(datetime(2026, 5, 1, 12, 0, 0, 123_999, timezone(timedelta(hours=2))))
    assert clock.now().isoformat() == "2026-05-01T10:00:00.123000+00:00"
    assert clock.now().tzinfo is UTC


def test_sequential_identifiers_are_the_same_in_every_run_and_count_the_calls() -> None:
    one, other = SequentialIds(ManualClock()), SequentialIds(ManualClock())
    made = [one.new() for _ in range(5)]
    assert made == [other.new() for _ in range(5)]
    assert [UUID(identifier).int & 0xFF for identifier in made] == [1, 2, 3, 4, 5]


def test_sequential_identifiers_hold_the_clocks_milliseconds() -> None:
    milliseconds = (START - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert UUID(SequentialIds(ManualClock()).new()).int >> 80 == milliseconds


def test_the_same_seed_draws_the_same_and_another_seed_something_else() -> None:
    one, same, other = SeededRandom(7), SeededRandom(7), SeededRandom(8)
    drawn = (one.token(), one.digits(6))
    assert drawn == (same.token(), same.digits(6))
    assert drawn != (other.token(), other.digits(6))


def test_secrets_of_one_seed_are_the_same_and_without_a_seed_never() -> None:
    assert MemorySecrets(b"seed").keys(Purpose.CURSOR) == MemorySecrets(b"seed").keys(Purpose.CURSOR)
    assert MemorySecrets(b"seed").keys(Purpose.CURSOR) != MemorySecrets(b"other").keys(Purpose.CURSOR)
    assert MemorySecrets().keys(Purpose.CURSOR) != MemorySecrets().keys(Purpose.CURSOR)


def test_a_rotated_key_verifies_until_the_next_rotation_and_other_purposes_keep_theirs() -> None:
    secrets = MemorySecrets()
    (first,) = secrets.keys(Purpose.CURSOR)
    untouched = secrets.keys(Purpose.BLOB_URL)
    secrets.rotate(Purpose.CURSOR)
    second, still = secrets.keys(Purpose.CURSOR)
    assert still == first
    secrets.rotate(Purpose.CURSOR)
    assert secrets.keys(Purpose.CURSOR)[1:] == (second,)
    assert secrets.keys(Purpose.BLOB_URL) == untouched
