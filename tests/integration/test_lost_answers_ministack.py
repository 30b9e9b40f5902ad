"""Whatever becomes of what is asked of Cognito, SES and Secrets Manager: people come in, and no letter goes out twice unasked."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest
from botocore.config import Config
from tests.contract.cognito.desks import cognito_desk
from tests.contract.cognito.signed_in import sign_in_anew
from tests.contract.cognito.test_broken_off import ACTS, BEFORE, come_in
from tests.integration.outcome import outcome
from tests.integration.retries import retry_at_once
from tests.servers.faults import LOST, UNSENT, Answer, Cut, CutHead, Fault, Loss, Passage
from tests.servers.ministack import Ministack
from tests.servers.proxy import Proxy, proxy_to

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.cognito.token_issuer import CognitoTokenIssuer
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.adapters.secretsmanager.secrets import SecretsManagerSecrets
from demobackend.adapters.ses.mailer import SesMailer
from demobackend.domain.model.errors import InvalidCode, Unauthenticated, Unavailable
from demobackend.domain.model.idempotency import LEASE
from demobackend.domain.model.mail import Mail
from demobackend.ports.secrets import Purpose
from demobackend.testing.contracts.mailer import sample_mail
from demobackend.testing.samples import SECOND

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("ministack")]

_HASTE_SECONDS = 0.05


def refusal(status: int, code: str) -> Answer:
    """An error in the words of the services that speak JSON."""
    body = f'{{"__type":"{code}","message":"told"}}'.encode()
    return Answer(status, (("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-errortype", code)), body)


TOO_MANY = Fault(Passage.NEVER, refusal(400, "TooManyRequestsException"))
BROKEN = Fault(Passage.ONCE, refusal(500, "InternalErrorException"))
BAD_GATEWAY = Fault(Passage.ONCE, Answer(502, (("Content-Type", "text/html"),), b"<html>Bad gateway</html>"))
CUT = Fault(Passage.ONCE, Cut(-1))
NO_BODY = Fault(Passage.ONCE, Cut(0, agreed=True))
HALF_A_BODY = Fault(Passage.ONCE, Cut(20, agreed=True))
SILENT = Fault(Passage.ONCE, Loss.SILENCE)
FAULTS = {
    "reset before": UNSENT,
    "reset in the midst": Fault(Passage.HALF, Loss.RESET),
    "reset after": LOST,
    "too many requests": TOO_MANY,
    "broken after": BROKEN,
    "broken on the way back": BAD_GATEWAY,
    "head cut": Fault(Passage.ONCE, CutHead(20)),
    "body cut": CUT,
    "half a body, and so it says": HALF_A_BODY,
    "no body, and so it says": NO_BODY,
    "silent after": SILENT,
}

TROUBLES = [
    ("reset in the midst", 1),
    ("reset after", 1),
    ("reset after", 2),
    ("too many requests", 1),
    ("broken after", 2),
    ("body cut", 1),
    ("no body, and so it says", 1),
    ("silent after", 2),
]
"""Each for a client that makes so many attempts: what it did, and what it did twice."""
ASKS_NOTHING = {"register a known address"}
"""Of Cognito."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An emulator that is reached directly and through a proxy."""

    server: Ministack
    proxy: Proxy
    clients: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def client(self, service: str, *, fault: Fault, attempts: int) -> Any:  # boto3 makes its classes at run time
        """A client through the proxy; where no answer comes, one that does not wait for it."""
        silent = fault.reply is Loss.SILENCE
        if (service, silent) not in self.clients:
            config = client_config(attempts=1).merge(Config(read_timeout=_HASTE_SECONDS) if silent else Config())
            self.clients[service, silent] = self.server.session().client(service, endpoint_url=self.proxy.endpoint, config=config)
        client = self.clients[service, silent]
        retry_at_once(client, attempts=attempts)
        return client


@pytest.fixture(scope="module")
def spoiled(ministack: Ministack) -> Iterator[Spoiled]:
    with proxy_to(ministack.endpoint) as proxy:
        yield Spoiled(ministack, proxy)


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(("fault", "attempts"), TROUBLES)
@pytest.mark.parametrize("act", sorted(ACTS.keys() - ASKS_NOTHING))
def test_the_owner_of_an_address_comes_in(spoiled: Spoiled, cleanup: ExitStack, act: str, fault: str, attempts: int) -> None:
    beginning, do = ACTS[act]
    happened = 0
    for place in (1, 2):
        desk = cognito_desk(spoiled.server, cleanup)
        BEFORE[beginning](desk)
        client = spoiled.client("cognito-idp", fault=FAULTS[fault], attempts=attempts)
        with spoiled.proxy.spoil({place: FAULTS[fault]}) as case, suppress(Unavailable, InvalidCode):
            do(replace(desk.backstage, client=client).identity(), desk)
        come_in(desk)
        happened += case.spoiled
    assert happened


@pytest.mark.parametrize(("fault", "attempts"), TROUBLES)
def test_no_fault_of_the_network_ends_a_session_or_leaves_its_grant_alive(
    spoiled: Spoiled, cleanup: ExitStack, fault: str, attempts: int
) -> None:
    there = sign_in_anew(spoiled.server, cleanup)
    stage, session, at = there.desk.backstage, there.session, there.session.created_at
    issuer = CognitoTokenIssuer(stage.client, stage.pool)
    client = spoiled.client("cognito-idp", fault=FAULTS[fault], attempts=attempts)
    unsure = CognitoTokenIssuer(client, stage.pool)
    with spoiled.proxy.spoil({1: FAULTS[fault]}):
        assert outcome(lambda: unsure.issue(there.proof.account, session, at=at)) is not Unauthenticated
    issuer.issue(there.proof.account, session, at=at)
    with spoiled.proxy.spoil({1: FAULTS[fault]}):
        told = outcome(lambda: unsure.revoke(session))
    if told is Unavailable:
        issuer.revoke(session)
    assert outcome(lambda: issuer.issue(there.proof.account, session, at=at)) is Unauthenticated


@dataclass(frozen=True, slots=True)
class Post:
    """A mailer through the proxy, and its time."""

    server: Ministack
    mailer: SesMailer
    clock: ManualClock
    mail: Mail

    def letters(self) -> int:
        """How often the mail went out."""
        return sum(mail["To"] == [self.mail.to] for mail in self.server.mails())

    def send(self) -> object:
        """What the mailer says."""
        return outcome(lambda: self.mailer.send(self.mail))


def post(spoiled: Spoiled, fault: Fault) -> Post:
    direct, domain = spoiled.server.client("sesv2"), f"{uuid4().hex}.example"
    direct.create_email_identity(EmailIdentity=domain)
    client, clock = spoiled.client("sesv2", fault=fault, attempts=1), ManualClock()
    mailer = SesMailer(client, MemoryIdempotencyStore(), clock, sender=f"no-reply@{domain}", pause=lambda _: None)
    return Post(spoiled.server, mailer, clock, replace(sample_mail(), to=f"ada@{domain}"))


NOT_TAKEN = {"reset before", "reset in the midst", "too many requests"}
KNOWN_AS_SENT = {"head cut", "body cut", "half a body, and so it says", "no body, and so it says"}
"""What came of the answer says 200, which is enough; the library takes less of a body than its Content-Length for a body."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_letter_goes_out_once_and_again_only_for_who_asks_after_a_minute(spoiled: Spoiled, fault: str) -> None:
    """Nobody can know more of a letter whose answer was lost: SES takes no idempotency token. Both carry the same tag `mail_id`."""
    desk = post(spoiled, FAULTS[fault])
    with spoiled.proxy.spoil({1: FAULTS[fault]}) as case:
        first = desk.send()
    assert case.spoiled
    assert first is (None if fault in KNOWN_AS_SENT else Unavailable)
    second = desk.send()
    assert second in {None, Unavailable}
    assert desk.letters() <= 1
    desk.clock.advance(LEASE + SECOND)
    assert desk.send() is None
    assert desk.send() is None
    assert desk.letters() == (1 if fault in NOT_TAKEN | KNOWN_AS_SENT else 2)


@pytest.mark.parametrize(("fault", "attempts"), TROUBLES)
@pytest.mark.parametrize("place", [1, 2])
def test_keys_are_the_true_ones_or_none(spoiled: Spoiled, fault: str, place: int, attempts: int) -> None:
    """Also the second place, which asks for the previous key: an answer that was lost does not say that there is none."""
    direct, prefix = spoiled.server.client("secretsmanager"), f"{uuid4().hex}/"
    direct.create_secret(Name=f"{prefix}{Purpose.CURSOR}", SecretString="a" * 64)
    direct.put_secret_value(SecretId=f"{prefix}{Purpose.CURSOR}", SecretString="b" * 64)
    client = spoiled.client("secretsmanager", fault=FAULTS[fault], attempts=attempts)
    truth = SecretsManagerSecrets(direct, prefix=prefix, clock=ManualClock()).keys(Purpose.CURSOR)
    secrets = SecretsManagerSecrets(client, prefix=prefix, clock=ManualClock())
    with spoiled.proxy.spoil({place: FAULTS[fault]}) as case:
        assert outcome(lambda: secrets.keys(Purpose.CURSOR)) in (truth, Unavailable)
    assert case.spoiled
    assert secrets.keys(Purpose.CURSOR) == truth
    assert len(truth) == 2
