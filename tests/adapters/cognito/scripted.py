"""Cognito's client with answers that a test writes, by operation: nothing leaves the process."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from tests.adapters import amazon
from tests.adapters.amazon import Answer, json_answer

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.cognito.identity_provider import CognitoIdentity
from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.domain.use_cases.users.letters import Letters

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

CODE = "123456"
POOL = CognitoPool(
    user_pool_id=f"{amazon.REGION}_example",
    client_id="client1",
    client_secret="1secret2secret3secret4secret5",
    issuer=f"https://cognito-idp.{amazon.REGION}.amazonaws.com/{amazon.REGION}_example",
)


@dataclass(slots=True)
class Script:
    """Answers by operation, an empty one for all others, and what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens once while an operation is on its way."""

    def refuse(self, operation: str, code: str, message: str = "as scripted") -> None:
        """From now on this operation fails."""
        self.answers[operation] = Answer(400, json.dumps({"__type": code, "message": message}).encode())

    def answer(self, operation: str, **members: object) -> None:
        """From now on this operation succeeds."""
        self.answers[operation] = json_answer(**members)

    def send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """In place of the network."""
        operation = _text(request.headers["X-Amz-Target"]).rpartition(".")[2]
        self.asked.append((operation, json.loads(_text(request.body))))
        if operation in self.meanwhile:
            self.meanwhile.pop(operation)()
        return amazon.Script([self.answers.get(operation, json_answer())]).answer(request)


def scripted_client(script: Script) -> "CognitoIdentityProviderClient":
    """One attempt per call, so that nothing waits."""
    client: CognitoIdentityProviderClient = amazon.session().client("cognito-idp", config=client_config(attempts=1))
    client.meta.events.register("before-send.cognito-idp", script.send)  # type: ignore[arg-type]  # the stub knows no handler that answers
    return client


def scripted_identity(script: Script) -> CognitoIdentity:
    """A provider that knows nobody, over this script and memory."""
    clock = ManualClock()
    ids, counts = SequentialIds(clock), MemoryRateLimiter()
    return CognitoIdentity(
        scripted_client(script),
        POOL,
        accounts=MemoryAccountStore(MemoryAuditTrail()),
        hasher=MemoryPasswordHasher(cost=1),
        letters=Letters(mailer=MemoryMailer(clock), decoy=MemoryMailer(clock), ids=ids, limit=LetterLimit(counts, ids, clock)),
        failures=Failures(counts, clock),
        ids=ids,
        clock=clock,
    )


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
