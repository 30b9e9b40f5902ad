"""Mail handed to SES, each at most once as far as anybody can know."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
)

from demobackend.adapters.botocore_errors import Meanings, in_domain_words
from demobackend.adapters.ses.message import invalid_mail, to_request
from demobackend.domain.model.errors import RequestInProgress, Unavailable
from demobackend.domain.model.idempotency import KEPT, LEASE, KeptAnswer, KeyedRequest
from demobackend.domain.model.mail import Mail
from demobackend.ports.clock import Clock
from demobackend.ports.idempotency_store import IdempotencyStore

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sesv2.type_defs import SendEmailRequestTypeDef

_LOG = logging.getLogger("demobackend.mail")
_LOOKS = 50
_PAUSE_SECONDS = 0.1
# Every other documented refusal is `Unavailable`, and logged: AccountSuspendedException, LimitExceededException,
# MailFromDomainNotVerifiedException, MessageRejected, NotFoundException (no such configuration set), SendingPausedException and
# TooManyRequestsException are about the account, and the same mail can go out when that is mended.
_MEANINGS: Meanings = {"BadRequestException": invalid_mail}
_NEVER_SENT = (ConnectTimeoutError, CredentialRetrievalError, EndpointConnectionError, NoCredentialsError, ProxyConnectionError)


class SesMailer:
    """`Mailer` over SendEmail, which knows no idempotency, and `intents`, which lends it some for 24 hours.

    The intent is claimed before the call and holds the provider's id after it. A mail that SES refused, or that never left, gives
    its intent back, so sending it again tries again. When no answer comes, SES may have taken the mail or not: the intent stays
    claimed until its lease ends after 60 seconds, so that a mail can go out twice only to somebody who sends it again after
    that. For the same reason `client` must make one attempt only (`client_config(attempts=1)`): its own retries would be blind.
    `sender` is an address of a verified identity, with a name before it if wanted. `pause` waits for so many seconds.
    """

    def __init__(
        self,
        client: "SESV2Client",
        intents: IdempotencyStore,
        clock: Clock,
        *,
        sender: str,
        configuration_set: str | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._intents = intents
        self._clock = clock
        self._sender = sender
        self._configuration_set = configuration_set
        self._pause = pause

    def send(self, mail: Mail) -> None:
        """As `Mailer.send`; waits up to 5 seconds for another sender of the same mail. Raises `InvalidInput`, `Unavailable`."""
        message = to_request(mail, sender=self._sender, configuration_set=self._configuration_set)
        intent = KeyedRequest(caller="mailer", operation="send_mail", key=mail.id, digest=mail.id)
        if self._claims(intent):
            self._record(intent, self._hand_over(intent, message))

    def _claims(self, intent: KeyedRequest) -> bool:
        """Whether the mail is ours to send; else it has been sent. Raises `Unavailable` while another sender is at it."""
        for _ in range(_LOOKS):
            try:
                return self._intents.begin(intent, at=self._clock.now(), lease=LEASE, kept=KEPT) is None
            except RequestInProgress:
                self._pause(_PAUSE_SECONDS)
        raise Unavailable

    def _hand_over(self, intent: KeyedRequest, message: "SendEmailRequestTypeDef") -> str:
        """Return the provider's id."""
        with in_domain_words(_MEANINGS), self._giving_back(intent):
            return self._client.send_email(**message).get("MessageId", "")

    @contextmanager
    def _giving_back(self, intent: KeyedRequest) -> Iterator[None]:
        """Give the intent back when the mail was surely not taken."""
        try:
            yield
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                self._intents.release(intent)
            raise
        except _NEVER_SENT:
            self._intents.release(intent)
            raise

    def _record(self, intent: KeyedRequest, provider_id: str) -> None:
        try:
            self._intents.finish(intent, KeptAnswer(200, (), provider_id.encode()))
        except Unavailable:  # the mail is out: to say otherwise would bring it a second time
            _LOG.warning("a sent mail was not recorded", extra={"mail": intent.key, "provider_id": provider_id})
