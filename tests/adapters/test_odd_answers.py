"""Answers that no service gives and that a broken box on the way may: the library raises what it likes, and we say `Unavailable`."""

from collections.abc import Mapping

import pytest
from tests.adapters.amazon import Answer, Script, scripted
from tests.adapters.cognito.scripted import POOL
from tests.adapters.documented import Act, outcome
from tests.adapters.dynamodb.tables import ACTS, Bytes, Pauses
from tests.adapters.dynamodb.wire import TABLE

from demobackend.adapters.botocore_clients import caller_arn
from demobackend.adapters.botocore_errors import in_domain_words, whole_answer
from demobackend.adapters.cognito import checkup as cognito_checkup
from demobackend.adapters.cognito.user_pool import UserPool
from demobackend.adapters.dynamodb.table import Table
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.s3 import checkup as s3_checkup
from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.secretsmanager import checkup as secrets_checkup
from demobackend.adapters.secretsmanager.secrets import secret_text
from demobackend.adapters.ses import checkup as ses_checkup
from demobackend.domain.model.errors import Corrupt, Unavailable
from demobackend.testing.contracts.blob_store import sample_key
from demobackend.testing.samples import NOON


def on_table(call: str) -> Act:
    return lambda client: ACTS[call](Table(client, TABLE, pause=Pauses(), random=Bytes()))


READING: Mapping[str, tuple[str, Act]] = {
    **{call: ("dynamodb", on_table(call)) for call in ACTS},
    "sign_in": ("cognito-idp", lambda client: UserPool(client, POOL).sign_in("user", "password")),
    "checkup of a pool": ("cognito-idp", lambda client: cognito_checkup.findings(client, POOL)),
    "checkup of mail": ("sesv2", lambda client: ses_checkup.findings(client, sender="a@example.test", configuration_set=None)),
    "secret_text": ("secretsmanager", lambda client: secret_text(client, "client")),
    "checkup of secrets": ("secretsmanager", lambda client: secrets_checkup.findings(client, prefix="p/")),
    "list": ("s3", lambda client: list(S3BlobStore(client, "bucket", ManualClock()).keys_stored_before(NOON))),
    "checkup of a bucket": ("s3", lambda client: s3_checkup.findings(client, "bucket")),
    "caller_arn": ("sts", caller_arn),
}
BODIES = [
    b"",
    b"null",
    b"true",
    b"1",
    b'"text"',
    b"[]",
    b"[" * 100_000,
    b"{",
    b'{"Item": {"PK": {"S": "p"}',
    b'{"Item": 1, "Items": 1, "Responses": 1, "AuthenticationResult": 1, "UserPool": 1}',
    b'{"CreatedDate": 1e300}',
    b'{"SecretBinary": "%%%"}',
    b'{"CreatedDate": "soon"}',
    b'{"__type": 1}',
    b'{"__type": {}, "message": 1}',
    b'{"\xff": 1}',
    b"\xff\xfe",
    b"<a/>",
    b"<a>",
    b"<a><LastModified>soon</LastModified></a>",
    b"<ListBucketResult><Contents><LastModified>soon</LastModified></Contents></ListBucketResult>",
    b"<html>It works!</html>",
]


@pytest.mark.parametrize("name", READING)
def test_an_answer_that_makes_no_sense_is_unavailable(name: str) -> None:
    service, act = READING[name]
    client, script = scripted(service, Answer())
    client.meta.events.register("before-send.s3.HeadBucket", Script([Answer()]).answer)
    for status in (200, 400, 500):
        for body in BODIES:
            script.lines = [Answer(status, body)]
            assert outcome(act, client) in {Unavailable, Corrupt}, (status, body[:50])


@pytest.mark.parametrize("headers", [{"last-modified": "soon"}, {"x-amz-missing-meta": ""}, {"expires": "\xff"}, {}])
def test_a_head_that_makes_no_sense_is_unavailable(headers: dict[str, str]) -> None:
    client, _ = scripted("s3", Answer(200, headers=headers))
    with pytest.raises(Unavailable):
        S3BlobStore(client, "bucket", ManualClock()).head(sample_key())


def test_bytes_of_no_length_are_unavailable() -> None:
    client, script = scripted("s3", Answer(200, b"half"))
    client.meta.events.register_first("before-parse.s3", lambda response_dict, **_: response_dict["headers"].pop("content-length"))
    with pytest.raises(Unavailable):
        S3BlobStore(client, "bucket", ManualClock()).open(sample_key())
    assert script.requests


@pytest.mark.parametrize("error", [KeyError("ours"), TypeError("ours"), ValueError("ours"), RecursionError("ours")], ids=repr)
def test_an_error_of_our_own_stays_one(error: Exception) -> None:
    with pytest.raises(type(error)), in_domain_words():
        raise error


def test_an_error_of_a_handler_of_ours_stays_one() -> None:
    client, script = scripted("dynamodb", Answer(200, b"{}"))

    def fail(**_: object) -> None:
        raise KeyError("ours")

    client.meta.events.register("before-parse.dynamodb", fail)
    with pytest.raises(KeyError):
        on_table("GetItem")(client)
    assert script.requests


def test_an_answer_without_its_end_is_unavailable() -> None:
    with pytest.raises(Unavailable), whole_answer():
        raise KeyError("AuthenticationResult")
