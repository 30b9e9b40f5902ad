"""What SES and the network can answer to a mail, what its sender is told, and whether it goes out again."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.amazon import Answer, json_answer, json_error, scripted

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.adapters.ses.mailer import SesMailer
from demobackend.adapters.ses.message import MAX_HEADERS, to_request
from demobackend.domain.model.errors import DomainError, InvalidInput, Unavailable
from demobackend.domain.model.idempotency import LEASE, KeptAnswer, KeyedRequest
from demobackend.domain.model.ids import MailId
from demobackend.testing.contracts.mailer import sample_mail
from demobackend.testing.samples import DAY, SECOND

URL = "https://email.example"
TAKEN = json_answer(MessageId="0102-provider")
# The errors of SendEmail in SES v2's API reference, then those that all of AWS shares.
REFUSALS = [
    (400, "AccountSuspendedException", Unavailable),
    (400, "BadRequestException", InvalidInput),
    (400, "LimitExceededException", Unavailable),
    (400, "MailFromDomainNotVerifiedException", Unavailable),
    (400, "MessageRejected", Unavailable),
    (400, "SendingPausedException", Unavailable),
    (404, "NotFoundException", Unavailable),
    (429, "TooManyRequestsException", Unavailable),
    (400, "ExpiredTokenException", Unavailable),
    (400, "ThrottlingException", Unavailable),
    (403, "AccessDeniedException", Unavailable),
    (403, "InvalidSignatureException", Unavailable),
]
UNSENT = [ConnectTimeoutError(endpoint_url=URL), EndpointConnectionError(endpoint_url=URL)]
UNKNOWN = [
    ReadTimeoutError(endpoint_url=URL),
    ConnectionClosedError(endpoint_url=URL),
    json_error(500, "InternalServiceErrorException"),
    json_error(503, "ServiceUnavailable"),
    Answer(502, b"<html>bad gateway"),
]
ONE_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=80)


class Post:
    """A mailer whose calls are answered from a script, with what is around it."""

    def __init__(self, *lines: Answer | Exception, intents: MemoryIdempotencyStore | None = None) -> None:
        self.client, self.script = scripted("sesv2", *lines)
        self.intents = intents or MemoryIdempotencyStore()
        self.clock = ManualClock()
        self.pauses: list[float] = []
        self.mailer = SesMailer(
            self.client, self.intents, self.clock, sender="no-reply@example.test", configuration_set="mails", pause=self.pauses.append
        )

    def refusal(self) -> type[DomainError]:
        with pytest.raises(DomainError) as refusal:
            self.mailer.send(sample_mail())
        return type(refusal.value)

    @property
    def attempts(self) -> int:
        return len(self.script.requests)


@pytest.mark.parametrize(("status", "code", "told"), REFUSALS)
def test_a_mail_that_was_refused_can_be_sent_again_at_once(status: int, code: str, told: type[DomainError]) -> None:
    post = Post(json_error(status, code), TAKEN)
    assert post.refusal() is told
    post.mailer.send(sample_mail())
    assert (post.attempts, post.pauses) == (2, [])


@pytest.mark.parametrize("fault", UNSENT, ids=lambda fault: type(fault).__name__)
def test_a_mail_that_never_left_can_be_sent_again_at_once(fault: Exception) -> None:
    post = Post(fault, TAKEN)
    assert post.refusal() is Unavailable
    post.mailer.send(sample_mail())
    assert (post.attempts, post.pauses) == (2, [])


@pytest.mark.parametrize("fault", UNKNOWN, ids=lambda fault: getattr(fault, "status", None) or type(fault).__name__)
def test_a_mail_of_which_nobody_knows_is_not_sent_again_before_its_lease_ends(fault: Answer | Exception) -> None:
    post = Post(fault, TAKEN)
    assert post.refusal() is Unavailable
    post.clock.advance(LEASE - SECOND)
    assert post.refusal() is Unavailable
    assert post.attempts == 1
    post.clock.advance(2 * SECOND)
    post.mailer.send(sample_mail())
    assert post.attempts == 2


def test_a_sent_mail_is_recorded_with_the_providers_id() -> None:
    post = Post(TAKEN)
    post.mailer.send(sample_mail())
    intent = KeyedRequest(caller="mailer", operation="send_mail", key=sample_mail().id, digest=sample_mail().id)
    kept = post.intents.begin(intent, at=post.clock.now(), lease=LEASE, kept=DAY)
    assert kept is not None and kept.body == b"0102-provider"


def test_a_sender_waits_for_another_one_of_the_same_mail() -> None:
    class Busy(MemoryIdempotencyStore):
        """Another sender is done when we look for the third time."""

        def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
            if len(post.pauses) == 2:
                self.finish(request, KeptAnswer(200, (), b"theirs"))
            return super().begin(request, at=at, lease=lease, kept=kept)

    post = Post(ReadTimeoutError(endpoint_url=URL), intents=Busy())
    post.refusal()
    post.mailer.send(sample_mail())
    assert (post.attempts, len(post.pauses)) == (1, 2)


def test_a_mail_that_cannot_be_recorded_is_sent_all_the_same() -> None:
    class Forgetful(MemoryIdempotencyStore):
        def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
            raise Unavailable

    post = Post(TAKEN, intents=Forgetful())
    post.mailer.send(sample_mail())
    assert post.attempts == 1


def test_no_mail_is_sent_without_its_intent() -> None:
    class Closed(MemoryIdempotencyStore):
        def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
            raise Unavailable

    post = Post(TAKEN, intents=Closed())
    assert post.refusal() is Unavailable
    assert post.attempts == 0


def test_a_mail_carries_its_id_the_sender_and_the_configuration_set() -> None:
    post = Post(TAKEN)
    post.mailer.send(sample_mail())
    (sent,) = post.script.sent()
    assert sent["EmailTags"] == [{"Name": "mail_id", "Value": sample_mail().id}]
    assert (sent["FromEmailAddress"], sent["ConfigurationSetName"]) == ("no-reply@example.test", "mails")
    assert sent["Destination"] == {"ToAddresses": ["ada@example.test"]}


def test_a_mail_need_not_name_a_configuration_set() -> None:
    assert "ConfigurationSetName" not in to_request(sample_mail(), sender="a@example.test", configuration_set=None)


@given(value=ONE_LINE)
@settings(max_examples=200, deadline=None)
def test_a_header_goes_as_printable_ascii_and_comes_back_to_the_letter(value: str) -> None:
    sent = header_sent(value)
    assert sent.isascii() and sent.isprintable()
    assert all(len(word) <= 75 for word in sent.split(" ") if word.startswith("=?"))
    assert str(make_header(decode_header(sent))) == value


def header_sent(value: str) -> str:
    request = to_request(replace(sample_mail(), headers=(("X-Note", value),)), sender="a@example.test", configuration_set=None)
    (header,) = request["Content"]["Simple"]["Headers"]
    return header["Value"]


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_every_text_is_sent_to_the_letter(text: str) -> None:
    def body(mail_text: str) -> str:
        request = to_request(replace(sample_mail(), text=mail_text), sender="a@example.test", configuration_set=None)
        return request["Content"]["Simple"]["Body"]["Text"]["Data"]

    assert body(text) == text


@pytest.mark.parametrize(
    "parts",
    [
        {"id": MailId("a b")},
        {"id": MailId("")},
        {"to": "ada@example.test, eve@example.test"},
        {"to": "Ada <ada@example.test>"},
        {"to": "ADA@example.test"},
        {"to": "ada@example.test\r\nBcc: eve@example.test"},
        {"to": "zoë@example.test"},
        {"to": ""},
        {"subject": "Hello\u2028Bcc: eve@example.test"},
        {"subject": "Hello\ud800"},
        {"text": "\ud800"},
        {"html": "\udfff"},
        {"headers": (("Bcc", "eve@example.test"),)},
        {"headers": (("to", "eve@example.test"),)},
        {"headers": (("Reply-To", "eve@example.test"),)},
        {"headers": (("Content-Type", "text/html"),)},
        {"headers": (("X Note", "a"),)},
        {"headers": (("X:Note", "a"),)},
        {"headers": (("", "a"),)},
        {"headers": (("X-Note", ""),)},
        {"headers": (("X-Note", "a" * 991),)},
        {"headers": (("X-Note", "é" * 400),)},
        {"headers": (("X-Note", "a"),) * (MAX_HEADERS + 1)},
    ],
)
def test_what_would_reach_others_or_what_ses_cannot_carry_is_refused_before_any_call(parts: dict[str, Any]) -> None:
    post = Post()
    with pytest.raises(InvalidInput):
        post.mailer.send(replace(sample_mail(), **parts))
    assert post.attempts == 0


@pytest.mark.parametrize("to", ["ada@xn--bcher-kva.example", "a+b@example.test", "o'neil@example.test"])
def test_an_ordinary_address_is_not_refused(to: str) -> None:
    post = Post(TAKEN)
    post.mailer.send(replace(sample_mail(), to=to))
    assert post.attempts == 1
