"""The mailer over SES keeps its contract, in this process and on a server."""

import itertools
import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from email.header import decode_header, make_header
from typing import Any, TypedDict
from uuid import uuid4

import pytest
from tests.adapters.amazon import json_answer, scripted
from tests.servers.ministack import Ministack

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.adapters.ses.mailer import SesMailer
from demobackend.adapters.system.clock import SystemClock
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail, SentMail
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.testing.contracts.mailer import MailerContract
from demobackend.testing.samples import NOON


class TakenMail(TypedDict):
    """What a provider shows of a mail."""

    To: list[str]
    Subject: str
    BodyText: str
    BodyHtml: str
    Timestamp: float


def as_it_was_sent(request: Any) -> TakenMail:
    """The mail in a SendEmail request, for a provider that shows nothing."""
    simple = request["Content"]["Simple"]
    return {
        "To": request["Destination"]["ToAddresses"],
        "Subject": simple["Subject"]["Data"],
        "BodyText": simple["Body"]["Text"]["Data"],
        "BodyHtml": simple["Body"]["Html"]["Data"],
        "Timestamp": NOON.timestamp(),
    }


class Outbox:
    """A `Mailbox` over the requests of a client that were answered. What the provider shows of a mail comes from the provider;
    headers and tags, which it shows nowhere, are those that went over the wire."""

    def __init__(self, client: Any, shown: Callable[[str, Any], TakenMail], cleanup: ExitStack) -> None:
        self._shown = shown
        self._taken: list[tuple[str, Any]] = []
        for event, handler in (("before-call.sesv2.SendEmail", self._before), ("after-call.sesv2.SendEmail", self._after)):
            client.meta.events.register(event, handler)
            cleanup.callback(client.meta.events.unregister, event, handler)

    def newest(self, *, to: str | None, limit: int) -> tuple[SentMail, ...]:
        found = (self._read(message_id, request) for message_id, request in reversed(self._taken))
        return tuple(itertools.islice((sent for sent in found if to in {None, sent.mail.to}), limit))

    def _before(self, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["request"] = json.loads(params["body"])

    def _after(self, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        if "MessageId" in parsed:
            self._taken.append((parsed["MessageId"], context["request"]))

    def _read(self, message_id: str, request: Any) -> SentMail:
        shown = self._shown(message_id, request)
        ((to,), (tag,)) = shown["To"], request["EmailTags"]
        mail = Mail(
            id=MailId(tag["Value"]),
            to=to,
            subject=shown["Subject"],
            text=shown["BodyText"],
            html=shown["BodyHtml"],
            headers=tuple((header["Name"], str(make_header(decode_header(header["Value"])))) for header in _headers(request)),
        )
        return SentMail(mail=mail, sent_at=datetime.fromtimestamp(shown["Timestamp"], UTC))


def _headers(request: Any) -> list[dict[str, str]]:
    headers: list[dict[str, str]] = request["Content"]["Simple"]["Headers"]
    return headers


class TestSesMailer(MailerContract):
    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        client, _ = scripted("sesv2", json_answer(MessageId="0102"))
        mailer = SesMailer(client, MemoryIdempotencyStore(), ManualClock(), sender="no-reply@example.test")
        return mailer, Outbox(client, lambda _, request: as_it_was_sent(request), self.cleanup)


@pytest.mark.servers
@pytest.mark.xdist_group("ministack")
class TestSesMailerOnMinistack(MailerContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        client, domain = self.server.client("sesv2", attempts=1), f"{uuid4().hex}.example"
        client.create_email_identity(EmailIdentity=domain)
        client.create_configuration_set(ConfigurationSetName=domain.partition(".")[0])
        mailer = SesMailer(
            client,
            MemoryIdempotencyStore(),
            SystemClock(),
            sender=f"DemoBackend <no-reply@{domain}>",
            configuration_set=domain.partition(".")[0],
        )
        return mailer, Outbox(client, self._shown, self.cleanup)

    def _shown(self, message_id: str, _: object) -> TakenMail:
        (taken,) = (mail for mail in self.server.mails() if mail["MessageId"] == message_id)
        return taken  # type: ignore[return-value]  # the emulator's own shape
