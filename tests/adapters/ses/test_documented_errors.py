"""Every error that is documented for a call of SES becomes the right one of the domain.

Source: Amazon SES API v2 Reference, the section "Errors" of each call, and "Common Error Types".
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest
from tests.adapters.amazon import json_answer
from tests.adapters.documented import Act, json_errors, operations_called, outcomes

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.adapters.ses.checkup import findings
from demobackend.adapters.ses.mailer import SesMailer
from demobackend.domain.model.errors import DomainError, InvalidInput, Unavailable
from demobackend.testing.contracts.mailer import sample_mail

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client


def send(client: "SESV2Client") -> None:
    SesMailer(client, MemoryIdempotencyStore(), ManualClock(), sender="no-reply@example.test").send(sample_mail())


def checkup(client: "SESV2Client") -> list[str]:
    return findings(client, sender="no-reply@example.test", configuration_set="mails")


CALLS: Mapping[str, Act] = {
    "SendEmail": send,
    **dict.fromkeys(("GetEmailIdentity", "GetAccount", "GetConfigurationSet"), checkup),
}
FOUND = {(call, "AccessDeniedException") for call in CALLS if call != "SendEmail"}
TOLD: Mapping[tuple[str, str], type[DomainError] | None] = {
    ("SendEmail", "BadRequestException"): InvalidInput,
    **dict.fromkeys([*FOUND, ("GetEmailIdentity", "NotFoundException"), ("GetConfigurationSet", "NotFoundException")]),
}
OTHERS = {
    "GetEmailIdentity": json_answer(VerifiedForSendingStatus=True),
    "GetAccount": json_answer(ProductionAccessEnabled=True, SendingEnabled=True),
}


def test_every_call_is_in_the_table() -> None:
    assert operations_called("ses", "sesv2") == CALLS.keys()


@pytest.mark.parametrize("call", CALLS)
def test_every_documented_error_is_the_right_one_of_ours(call: str) -> None:
    errors = json_errors("sesv2", call)
    assert outcomes("sesv2", call, CALLS[call], errors, OTHERS) == {code: TOLD.get((call, code), Unavailable) for code in errors}
