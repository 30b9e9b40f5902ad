"""Wrong clocks, identifiers and sources of randomness."""

from datetime import datetime, timedelta, timezone
from random import Random
from uuid import UUID

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.ports.random_source import RandomSource
from demobackend.testing.contracts.clock import ClockContract
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.ids import IdsContract
from demobackend.testing.contracts.random_source import RandomSourceContract
from demobackend.testing.samples import sample_id


class _Naive(ManualClock):
    def now(self) -> datetime:
        return super().now().replace(tzinfo=None)


class _Fine(ManualClock):
    def now(self) -> datetime:
        return super().now() + timedelta(microseconds=1)


class _Local(ManualClock):
    def now(self) -> datetime:
        return super().now().astimezone(timezone(timedelta(hours=2)))


class TellsTheTimeWithoutAZone(ClockContract):
    """Naive times."""

    def clock(self) -> Clock:
        return _Naive()


class TellsMicroseconds(ClockContract):
    """Times that no store gives back as they were."""

    def clock(self) -> Clock:
        return _Fine()


class TellsLocalTime(ClockContract):
    """The machine's zone."""

    def clock(self) -> Clock:
        return _Local()


class _Unordered:
    def __init__(self) -> None:
        self._chance = Random(7)

    def new(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))


class _UnorderedWithinAMillisecond:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chance = Random(7)

    def new(self) -> str:
        return sample_id(self._chance.getrandbits(62), at=self._clock.now())


class _StepsBack(SequentialIds):
    def new(self) -> str:
        self._milliseconds = 0
        return super().new()


class _Capitals(SequentialIds):
    def new(self) -> str:
        return super().new().upper()


class _CountsWithoutALock:
    def __init__(self) -> None:
        self._number = 0

    def new(self) -> str:
        number = self._number + 1
        self._number = number
        return sample_id(number)


class MakesUnorderedIdentifiers(IdsContract):
    """UUIDs of version 4."""

    def ids(self, clock: Clock) -> Ids:
        return _Unordered()


class OrdersByTheMillisecondOnly(IdsContract):
    """Two of one millisecond stand in any order."""

    def ids(self, clock: Clock) -> Ids:
        return _UnorderedWithinAMillisecond(clock)


class StepsBackWithTheClock(IdsContract):
    """Order depends on the clock."""

    def ids(self, clock: Clock) -> Ids:
        return _StepsBack(clock)


class MakesIdentifiersInCapitals(IdsContract):
    """Another spelling of the same number."""

    def ids(self, clock: Clock) -> Ids:
        return _Capitals(clock)


class MakesAnIdentifierTwice(IdsContract):
    """Two threads count at once."""

    def ids(self, clock: Clock) -> Ids:
        return _CountsWithoutALock()


class _LosesZeros(SeededRandom):
    def digits(self, count: int) -> str:
        return str(int(super().digits(count)))


class _NeverNine(SeededRandom):
    def digits(self, count: int) -> str:
        return super().digits(count).replace("9", "8")


class _HalfAToken(SeededRandom):
    def token(self) -> str:
        return super().token()[:21] + "A" * 22


class _HexToken(SeededRandom):
    def token(self) -> str:
        return self._draw(32).hex()


class LosesLeadingZeros(RandomSourceContract):
    """Digits are taken for a number."""

    def source(self) -> RandomSource:
        return _LosesZeros()


class FavoursADigit(RandomSourceContract):
    """Not all sequences are equally likely."""

    def source(self) -> RandomSource:
        return _NeverNine()


class DrawsTooFewBits(RandomSourceContract):
    """Half of a token is always the same."""

    def source(self) -> RandomSource:
        return _HalfAToken()


class WritesTokensInHex(RandomSourceContract):
    """Another alphabet, another length."""

    def source(self) -> RandomSource:
        return _HexToken()


MUTANTS: tuple[type[Contract], ...] = (
    TellsTheTimeWithoutAZone,
    TellsMicroseconds,
    TellsLocalTime,
    MakesUnorderedIdentifiers,
    OrdersByTheMillisecondOnly,
    StepsBackWithTheClock,
    MakesIdentifiersInCapitals,
    MakesAnIdentifierTwice,
    LosesLeadingZeros,
    FavoursADigit,
    DrawsTooFewBits,
    WritesTokensInHex,
)
