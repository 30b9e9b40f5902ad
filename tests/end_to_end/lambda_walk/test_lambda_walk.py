"""The walk, and what happens without a request, through the Lambda handlers under the real runtime client."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from tests.end_to_end.lambda_walk.cloud import Cloud
from tests.end_to_end.walk import PASSWORD, Walk, pdf


@dataclass(frozen=True, slots=True)
class Forgetful:
    """A person who stored a file's bytes and never said so."""

    walk: Walk
    token: str
    owner_id: str
    file_id: str
    key: str

    def file(self) -> dict[str, object]:
        """The file as it is now."""
        facts: dict[str, object] = self.walk.ask("GET", f"/v1/files/{self.file_id}", 200, token=self.token)
        return facts


@pytest.fixture(scope="module")
def forgetful(cloud: Cloud) -> Forgetful:
    walk = Walk(cloud, cloud.code_for, cloud.settle, address="forgetful@example.test")
    token = walk.sign_in()
    created = walk.put(token, pdf())
    key = urlsplit(created["upload"]["url"]).path.removeprefix("/blobs/")
    return Forgetful(walk, token, created["file"]["owner_id"], created["file"]["id"], key)


def message(identifier: str, body: str) -> dict[str, object]:
    """An SQS record."""
    return {
        "messageId": identifier,
        "receiptHandle": "r",
        "body": body,
        "attributes": {},
        "eventSource": "aws:sqs",
        "awsRegion": "eu-central-1",
    }


def object_created(key: str) -> str:
    """What EventBridge says of a stored object."""
    return json.dumps(
        {"source": "aws.s3", "detail-type": "Object Created", "detail": {"bucket": {"name": "files"}, "object": {"key": key}}}
    )


def test_a_person_registers_uploads_a_pdf_finds_it_by_a_phrase_and_gets_it_back(cloud: Cloud) -> None:
    Walk(cloud, cloud.code_for, cloud.settle)()


def test_bytes_that_arrive_complete_the_upload_and_a_broken_message_alone_comes_again(cloud: Cloud, forgetful: Forgetful) -> None:
    records = [
        message("broken", "no JSON"),
        message("arrival", object_created(forgetful.key)),
        message("foreign", object_created("logs/1")),
    ]
    assert cloud.functions["file_events"]({"Records": records}) == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert forgetful.file()["status"] == "available"


def test_a_changed_row_makes_the_file_searchable(cloud: Cloud, forgetful: Forgetful) -> None:
    cloud.functions["file_events"]({"Records": [message("arrival", object_created(forgetful.key))]})
    keys = {"PK": {"S": f"U#{forgetful.owner_id}"}, "SK": {"S": f"F#{forgetful.file_id}"}}
    images = {"OldImage": {**keys, "revision": {"N": "1"}}, "NewImage": {**keys, "revision": {"N": "2"}}}
    record = {"eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": {"Keys": keys, "SequenceNumber": "1", **images}}
    assert cloud.functions["change_events"]({"Records": [record]}) == {"batchItemFailures": []}
    assert forgetful.file()["searchable"] is True


def test_the_schedule_sweeps_and_says_how_much_was_done(cloud: Cloud) -> None:
    event = {"source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": {}}
    assert cloud.functions["schedule"](event) == {"uploads": 0, "files": 0, "blobs": 0, "completed": 0, "indexed": 0}


def test_who_shows_no_token_is_refused_by_the_authorizer_and_reaches_no_function(cloud: Cloud) -> None:
    refused = cloud.request("GET", "/v1/files", query="", headers={"Authorization": "Bearer no.such.token"}, body=b"")
    assert (refused.status, json.loads(refused.body)["code"]) == (401, "unauthenticated")
    assert '"Refused":[1.0]' in cloud.functions["authorizer"].log()


def test_a_path_that_nobody_has_and_a_method_that_a_path_has_not_come_to_the_service_function(cloud: Cloud) -> None:
    answers = [cloud.request(*asked, query="", headers={}, body=b"") for asked in (("GET", "/v1/nothing"), ("PUT", "/v1/files"))]
    assert [answer.status for answer in answers] == [404, 405]


def test_what_a_deployment_needs_is_made_as_often_as_asked(cloud: Cloud) -> None:
    assert [cloud.functions["prepare"]({}) for _ in range(2)] == [{"prepared": True}, {"prepared": True}]


def test_every_function_tells_its_metrics(cloud: Cloud, forgetful: Forgetful) -> None:
    assert forgetful.file()["status"] in {"pending", "available"}
    quiet = [name for name in ("files", "users", "authorizer") if '"Namespace":"DemoBackend"' not in cloud.functions[name].log()]
    assert quiet == []


def test_no_log_holds_a_token_a_password_or_an_address(cloud: Cloud, forgetful: Forgetful) -> None:
    logs = "".join(function.log() for function in cloud.functions.values())
    assert '"resource":"/v1/auth/login"' in logs
    secrets = [forgetful.token.rpartition(".")[2], PASSWORD, forgetful.walk.address]
    assert [secret for secret in secrets if secret in logs] == []
