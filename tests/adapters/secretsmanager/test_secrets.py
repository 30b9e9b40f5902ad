"""Rotation, the time between looks, and what happens when Secrets Manager does not answer."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from moto import mock_aws
from tests.adapters.amazon import Answer, json_answer, json_error, scripted, session

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.secretsmanager.checkup import findings
from demobackend.adapters.secretsmanager.secrets import CACHED, SPREAD, SecretsManagerSecrets, secret_text
from demobackend.domain.model.errors import Unavailable
from demobackend.ports.secrets import Purpose
from demobackend.testing.samples import MINUTE, NOON, SECOND

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

URL = "https://secretsmanager.example"
NO_STAGE = json_error(400, "ResourceNotFoundException")
# The errors of GetSecretValue in its API reference, then those that all of AWS shares.
FAULTS: list[Answer | Exception] = [
    json_error(400, "DecryptionFailure"),
    json_error(500, "InternalServiceError"),
    json_error(400, "InvalidParameterException"),
    json_error(400, "InvalidRequestException"),
    json_error(400, "ResourceNotFoundException"),
    json_error(400, "AccessDeniedException"),
    json_error(400, "ExpiredTokenException"),
    json_error(400, "ThrottlingException"),
    json_error(503, "ServiceUnavailable"),
    ConnectTimeoutError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
    Answer(200, b"{cut"),
]


def text(letter: str) -> str:
    return letter * 64


def key(letter: str) -> bytes:
    return sha256(text(letter).encode()).digest()


def version(letter: str, *, made_at: datetime = NOON) -> Answer:
    return json_answer(Name="p/cursor", SecretString=text(letter), CreatedDate=made_at.timestamp())


class Keeper:
    """The secrets over a script, and the clock that they look at."""

    def __init__(self, *lines: Answer | Exception) -> None:
        self.client, self.script = scripted("secretsmanager", *lines)
        self.clock = ManualClock(NOON)
        self.secrets = SecretsManagerSecrets(self.client, prefix="p/", clock=self.clock)

    def keys(self) -> tuple[bytes, ...]:
        return self.secrets.keys(Purpose.CURSOR)

    @property
    def calls(self) -> int:
        return len(self.script.requests)


def test_a_secret_that_was_never_rotated_is_one_key() -> None:
    keeper = Keeper(version("a"), NO_STAGE)
    assert keeper.keys() == (key("a"),)
    assert keeper.script.sent() == [
        {"SecretId": "p/cursor", "VersionStage": "AWSCURRENT"},
        {"SecretId": "p/cursor", "VersionStage": "AWSPREVIOUS"},
    ]


def test_a_new_key_signs_once_every_process_has_had_time_to_learn_of_it() -> None:
    for age, first in ((timedelta(0), "a"), (SPREAD - SECOND, "a"), (SPREAD, "b"), (30 * MINUTE, "b")):
        keys = Keeper(version("b", made_at=NOON - age), version("a")).keys()
        assert keys[0] == key(first), age
        assert set(keys) == {key("a"), key("b")}


def test_keys_are_looked_at_again_after_five_minutes_and_not_before() -> None:
    keeper = Keeper(version("a"), NO_STAGE, version("b", made_at=NOON - SPREAD), version("a"))
    keeper.keys()
    keeper.clock.advance(CACHED - SECOND)
    assert (keeper.keys(), keeper.calls) == ((key("a"),), 2)
    keeper.clock.advance(SECOND)
    assert (keeper.keys(), keeper.calls) == ((key("b"), key("a")), 4)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: getattr(fault, "body", None) or type(fault).__name__)
def test_the_first_look_must_succeed(fault: Answer | Exception) -> None:
    keeper = Keeper(fault, version("a"), NO_STAGE)
    with pytest.raises(Unavailable):
        keeper.keys()
    assert keeper.keys() == (key("a"),)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault is not FAULTS[4]], ids=range(len(FAULTS) - 1))
def test_a_previous_key_that_cannot_be_read_is_no_absent_one(fault: Answer | Exception) -> None:
    with pytest.raises(Unavailable):
        Keeper(version("b"), fault).keys()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: getattr(fault, "body", None) or type(fault).__name__)
def test_old_keys_go_on_when_a_later_look_fails(fault: Answer | Exception, caplog: pytest.LogCaptureFixture) -> None:
    keeper = Keeper(version("a"), NO_STAGE, fault, version("b", made_at=NOON - SPREAD), version("a"))
    keeper.keys()
    keeper.clock.advance(CACHED)
    with caplog.at_level(logging.WARNING, logger="demobackend.secrets"):
        assert (keeper.keys(), keeper.keys(), keeper.calls) == ((key("a"),), (key("a"),), 3)
    assert [record.message for record in caplog.records if record.name == "demobackend.secrets"][-1] == "old keys go on"
    keeper.clock.advance(MINUTE)
    assert keeper.keys() == (key("b"), key("a"))


def test_one_caller_looks_again_while_the_others_go_on() -> None:
    keeper = Keeper(version("a"), NO_STAGE, version("b", made_at=NOON - SPREAD), version("a"))
    keeper.keys()
    keeper.clock.advance(CACHED)
    asked, answered = Event(), Event()

    def slowly(**_: object) -> None:
        asked.set()
        answered.wait(30)

    keeper.client.meta.events.register_first("before-send", slowly)
    looking = Thread(target=keeper.keys)
    looking.start()
    assert asked.wait(30)
    assert (keeper.keys(), keeper.calls) == ((key("a"),), 2)
    answered.set()
    looking.join(30)
    assert keeper.keys() == (key("b"), key("a"))


@pytest.mark.parametrize("unfit", [{"SecretString": "x" * 31}, {"SecretString": ""}, {"SecretBinary": "eHh4"}])
def test_a_secret_that_is_unfit_for_a_key_is_refused(unfit: dict[str, str]) -> None:
    with pytest.raises(Unavailable):
        Keeper(json_answer(Name="p/cursor", CreatedDate=0, **unfit), NO_STAGE).keys()


def test_another_text_is_read_as_it_stands() -> None:
    assert secret_text(scripted("secretsmanager", json_answer(SecretString="s3cret"))[0], "client") == "s3cret"
    for fault in [*FAULTS, json_answer(SecretBinary="eHh4")]:
        with pytest.raises(Unavailable):
            secret_text(scripted("secretsmanager", fault)[0], "client")


@pytest.fixture
def client() -> Iterator["SecretsManagerClient"]:
    with mock_aws():
        yield session().client("secretsmanager")


def test_a_real_rotation_moves_the_key_to_the_second_place(client: "SecretsManagerClient") -> None:
    client.create_secret(Name="p/cursor", SecretString=text("a"))
    client.put_secret_value(SecretId="p/cursor", SecretString=text("b"))
    client.put_secret_value(SecretId="p/cursor", SecretString=text("c"), VersionStages=["AWSPENDING"])
    later = ManualClock(datetime.now(UTC) + SPREAD + SECOND)
    assert SecretsManagerSecrets(client, prefix="p/", clock=later).keys(Purpose.CURSOR) == (key("b"), key("a"))
    client.put_secret_value(SecretId="p/cursor", SecretString=text("c"))
    assert SecretsManagerSecrets(client, prefix="p/", clock=later).keys(Purpose.CURSOR) == (key("c"), key("b"))


def test_secrets_as_they_should_be_have_no_findings(client: "SecretsManagerClient") -> None:
    for name, value in (("p/cursor", text("a")), ("p/refresh_token", text("b")), ("client", "s3cret")):
        client.create_secret(Name=name, SecretString=value)
    assert findings(client, prefix="p/", client_secret_id="client") == []


def test_each_secret_that_is_missing_or_unfit_is_named(client: "SecretsManagerClient") -> None:
    client.create_secret(Name="p/cursor", SecretString="short")
    client.create_secret(Name="client", SecretBinary=b"bytes")
    said = findings(client, prefix="p/", client_secret_id="client")
    assert [word in finding for word, finding in zip(("p/cursor", "p/refresh_token", "client"), said, strict=True)] == [True] * 3


def test_a_secret_that_is_about_to_be_deleted_is_named(client: "SecretsManagerClient") -> None:
    for name in ("p/cursor", "p/refresh_token"):
        client.create_secret(Name=name, SecretString=text("a"))
    client.delete_secret(SecretId="p/cursor")
    assert findings(client, prefix="p/") == ["The secret p/cursor is marked for deletion: restore it."]


def test_what_may_not_be_looked_at_is_named_with_its_permission() -> None:
    said = findings(scripted("secretsmanager", json_error(400, "AccessDeniedException"))[0], prefix="p/")
    assert len(said) == 2 and all(finding.startswith("secretsmanager:GetSecretValue on p/") for finding in said)


def test_a_service_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        findings(scripted("secretsmanager", json_error(500, "InternalServiceError"))[0], prefix="p/")


def test_no_key_shows_in_a_representation() -> None:
    keeper = Keeper(version("a"), NO_STAGE)
    keeper.keys()
    assert repr(key("a")) not in repr(keeper.secrets._held)
