"""Each thing that keeps mails from going out is named."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from tests.adapters.amazon import Answer, json_answer, json_error, scripted

from demobackend.adapters.ses.checkup import findings
from demobackend.domain.model.errors import Unavailable

ABSENT = json_error(404, "NotFoundException")
DENIED = json_error(403, "AccessDeniedException")
DOMAIN = {"VerifiedForSendingStatus": True, "DkimAttributes": {"SigningEnabled": True}}
ACCOUNT = {"ProductionAccessEnabled": True, "SendingEnabled": True, "EnforcementStatus": "HEALTHY"}
SET = {"ConfigurationSetName": "mails", "SendingOptions": {"SendingEnabled": True}}


def found(*identities: Answer, account: Any = ACCOUNT, configuration_set: Answer | None = None, name: str | None = "mails") -> list[str]:
    lines = (*(identities or (ABSENT, json_answer(**DOMAIN))), json_answer(**account), configuration_set or json_answer(**SET))
    return findings(scripted("sesv2", *lines)[0], sender="DemoBackend <no-reply@example.test>", configuration_set=name)


def only(found: list[str]) -> str:
    (finding,) = found
    return finding


def test_an_account_as_it_should_be_has_no_findings() -> None:
    assert found() == []


def test_the_identity_may_be_the_address_itself() -> None:
    assert found(json_answer(VerifiedForSendingStatus=True)) == []


def test_an_unknown_sender_is_named() -> None:
    assert "neither no-reply@example.test nor example.test" in only(found(ABSENT, ABSENT))


def test_an_unverified_identity_is_named() -> None:
    assert "example.test is not verified" in only(found(ABSENT, json_answer(**{**DOMAIN, "VerifiedForSendingStatus": False})))


def test_a_domain_without_dkim_is_named() -> None:
    assert "DKIM" in only(found(ABSENT, json_answer(**{**DOMAIN, "DkimAttributes": {"SigningEnabled": False}})))


@pytest.mark.parametrize(
    ("account", "word"),
    [
        ({**ACCOUNT, "ProductionAccessEnabled": False}, "sandbox"),
        ({**ACCOUNT, "SendingEnabled": False}, "paused"),
        ({**ACCOUNT, "EnforcementStatus": "PROBATION"}, "PROBATION"),
    ],
)
def test_an_account_that_may_not_send_to_everyone_is_named(account: Any, word: str) -> None:
    assert word in only(found(account=account))


def test_a_configuration_set_that_is_not_there_is_named() -> None:
    assert "no configuration set mails" in only(found(configuration_set=ABSENT))


def test_a_paused_configuration_set_is_named() -> None:
    assert "paused" in only(found(configuration_set=json_answer(**{**SET, "SendingOptions": {"SendingEnabled": False}})))


def test_a_sender_without_a_configuration_set_is_told_what_that_means() -> None:
    assert "bounces" in only(found(name=None))


def test_a_setting_that_is_no_address_is_named_without_a_call() -> None:
    assert "mail_from" in only(findings(scripted("sesv2")[0], sender="DemoBackend", configuration_set=None))


def test_what_may_not_be_looked_at_is_named_with_its_permission() -> None:
    said = findings(scripted("sesv2", DENIED)[0], sender="a@example.test", configuration_set="mails")
    assert [finding.partition(" ")[0] for finding in said] == ["ses:GetEmailIdentity", "ses:GetAccount", "ses:GetConfigurationSet"]


def test_a_service_that_does_not_answer_is_unavailable() -> None:
    for line in (json_error(429, "TooManyRequestsException"), ConnectTimeoutError(endpoint_url="https://email.example")):
        with pytest.raises(Unavailable):
            findings(scripted("sesv2", line)[0], sender="a@example.test", configuration_set="mails")
