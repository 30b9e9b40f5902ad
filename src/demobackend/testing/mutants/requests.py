"""Wrong stores of idempotency keys, rate limiters and mailers."""

import dataclasses
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail, SentMail
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.idempotency_store import IdempotencyStoreContract
from demobackend.testing.contracts.mailer import MailerContract
from demobackend.testing.contracts.rate_limiter import RateLimiterContract


class _IgnoresDigests(MemoryIdempotencyStore):
    def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
        return super().begin(dataclasses.replace(request, digest=""), at=at, lease=lease, kept=kept)

    def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
        super().finish(dataclasses.replace(request, digest=""), answer)

    def release(self, request: KeyedRequest) -> None:
        super().release(dataclasses.replace(request, digest=""))


class _JoinsKeys(MemoryIdempotencyStore):
    def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
        return super().begin(_joined(request), at=at, lease=lease, kept=kept)

    def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
        super().finish(_joined(request), answer)

    def release(self, request: KeyedRequest) -> None:
        super().release(_joined(request))


def _joined(request: KeyedRequest) -> KeyedRequest:
    return KeyedRequest("", "", f"{request.caller}#{request.operation}#{request.key}", request.digest)


class _NeverLapses(MemoryIdempotencyStore):
    def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
        return super().begin(request, at=at, lease=kept, kept=kept)


class _KeepsNoRepeatedHeaders(MemoryIdempotencyStore):
    def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
        super().finish(request, dataclasses.replace(answer, headers=tuple(dict(answer.headers).items())))


class RepeatsAnAnswerToAnotherBody(IdempotencyStoreContract):
    """The digest of a request is not looked at."""

    def empty_store(self) -> IdempotencyStore:
        return _IgnoresDigests()


class MixesUpKeys(IdempotencyStoreContract):
    """Caller, operation and key are joined without escaping."""

    def empty_store(self) -> IdempotencyStore:
        return _JoinsKeys()


class NeverEndsALease(IdempotencyStoreContract):
    """A worker that died keeps its key for a day."""

    def empty_store(self) -> IdempotencyStore:
        return _NeverLapses()


class KeepsHeadersInADict(IdempotencyStoreContract):
    """A header that came twice is repeated once."""

    def empty_store(self) -> IdempotencyStore:
        return _KeepsNoRepeatedHeaders()


class _FixedWindow(MemoryRateLimiter):
    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        super().take(_within(bucket, window, at), limit=limit, window=window, at=at)

    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        super().check({_within(bucket, window, at): limit for bucket, limit in buckets.items()}, window=window, at=at)


def _within(bucket: str, window: timedelta, at: datetime) -> str:
    return f"{bucket}:{at.timestamp() // window.total_seconds()}"


class _OneMore(MemoryRateLimiter):
    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        super().take(bucket, limit=limit + 1, window=window, at=at)


class _CheckTakes(MemoryRateLimiter):
    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        for bucket, limit in buckets.items():
            self.take(bucket, limit=limit, window=window, at=at)


class _CutsBuckets(MemoryRateLimiter):
    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        super().take(bucket[:255], limit=limit, window=window, at=at)


class _ChecksThenTakes(MemoryRateLimiter):
    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        self.check({bucket: limit}, window=window, at=at)
        super().take(bucket, limit=2**31, window=window, at=at)


class _StopsAtARefusal(MemoryRateLimiter):
    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        for bucket, limit in buckets.items():
            super().check({bucket: limit}, window=window, at=at)


class _AsksUnderOneLimit(MemoryRateLimiter):
    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        super().check(dict.fromkeys(buckets, max(buckets.values(), default=0)), window=window, at=at)


class CountsByTheClock(RateLimiterContract):
    """A new minute, a new count: twice the limit passes at the border."""

    def limiter(self) -> RateLimiter:
        return _FixedWindow()


class TakesOneTooMany(RateLimiterContract):
    """An off-by-one."""

    def limiter(self) -> RateLimiter:
        return _OneMore()


class CountsWhatIsOnlyChecked(RateLimiterContract):
    """To ask is to take."""

    def limiter(self) -> RateLimiter:
        return _CheckTakes()


class CutsTheNamesOfBuckets(RateLimiterContract):
    """A column of 255 characters."""

    def limiter(self) -> RateLimiter:
        return _CutsBuckets()


class ChecksAndTakesInTwoSteps(RateLimiterContract):
    """Many at once pass the check before any is counted."""

    def limiter(self) -> RateLimiter:
        return _ChecksThenTakes()


class SaysTheFirstWait(RateLimiterContract):
    """Of several full buckets only the first one asked is told."""

    def limiter(self) -> RateLimiter:
        return _StopsAtARefusal()


class MixesUpLimits(RateLimiterContract):
    """The widest of the limits holds for every bucket of a check."""

    def limiter(self) -> RateLimiter:
        return _AsksUnderOneLimit()


class _SendsAgain(MemoryMailer):
    def __init__(self) -> None:
        super().__init__(ManualClock())
        self._all: list[SentMail] = []

    def send(self, mail: Mail) -> None:
        super().send(mail)
        self._all.append(SentMail(mail=mail, sent_at=self._clock.now()))

    def newest(self, *, to: str | None, limit: int) -> tuple[SentMail, ...]:
        return tuple(sent for sent in reversed(self._all) if to is None or sent.mail.to == to)[:limit]


class _StripsControls(MemoryMailer):
    def send(self, mail: Mail) -> None:
        headers = tuple((_printable(name), _printable(value)) for name, value in mail.headers)
        super().send(dataclasses.replace(mail, subject=_printable(mail.subject), headers=headers))


class _TakesTheNewerMail(MemoryMailer):
    def send(self, mail: Mail) -> None:
        super().send(mail)
        self._sent[MailId(mail.id)] = SentMail(mail=mail, sent_at=self._clock.now())


class _MatchesPartsOfAddresses(MemoryMailer):
    def newest(self, *, to: str | None, limit: int) -> tuple[SentMail, ...]:
        return tuple(sent for sent in super().newest(to=None, limit=100) if to is None or to in sent.mail.to)[:limit]


def _printable(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cc")


class SendsAMailTwice(MailerContract):
    """A mail that is handed over again goes out again."""

    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        mailer = _SendsAgain()
        return mailer, mailer


class MendsHeadersInSilence(MailerContract):
    """Control characters are dropped and the mail is sent."""

    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        mailer = _StripsControls(ManualClock())
        return mailer, mailer


class LetsAMailBeChanged(MailerContract):
    """The same id with other words replaces what was sent."""

    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        mailer = _TakesTheNewerMail(ManualClock())
        return mailer, mailer


class ShowsMailOfOthers(MailerContract):
    """An address is found within another one."""

    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        mailer = _MatchesPartsOfAddresses(ManualClock())
        return mailer, mailer


MUTANTS: tuple[type[Contract], ...] = (
    RepeatsAnAnswerToAnotherBody,
    MixesUpKeys,
    NeverEndsALease,
    KeepsHeadersInADict,
    CountsByTheClock,
    TakesOneTooMany,
    CountsWhatIsOnlyChecked,
    CutsTheNamesOfBuckets,
    ChecksAndTakesInTwoSteps,
    SaysTheFirstWait,
    MixesUpLimits,
    SendsAMailTwice,
    MendsHeadersInSilence,
    LetsAMailBeChanged,
    ShowsMailOfOthers,
)
