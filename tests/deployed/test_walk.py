"""The main job on the deployed API: with the command line as anybody would type it, and by the events alone."""

from pathlib import Path

import pytest
from tests.api.sameness.row import ADA
from tests.deployed.conftest import Deployment
from tests.deployed.sameness.beginning import sign_in
from tests.deployed.sameness.mailbox import EMULATED_CODE
from tests.deployed.sameness.target import Target
from tests.end_to_end.walk import PHRASE, pdf
from tests.entrypoints.cli.command import PASSWORD, CommandLine

pytestmark = [pytest.mark.deployed, pytest.mark.xdist_group("deployed")]

EMAIL = "new@example.org"
_SECONDS = 120.0


def test_a_new_person_gets_from_registration_to_a_file_found_and_had_back_byte_for_byte(deployment: Deployment, tmp_path: Path) -> None:
    person = CommandLine(tmp_path, deployment.url)
    document = pdf()
    (person.home / "report.pdf").write_bytes(document)

    person.well("register", EMAIL, "--password-stdin", stdin=PASSWORD.encode() + b"\n")
    person.well("confirm", EMAIL, EMULATED_CODE)
    person.well("login", EMAIL, variables={"DEMOBACKEND_PASSWORD": PASSWORD})
    assert person.well("whoami").rows[0][0] == EMAIL

    [[file_id, name]] = person.well("put", "report.pdf", "--wait", "--tag", "birds").rows
    assert name == "report.pdf"
    [[found_id, _, snippet]] = person.well("search", f'"{PHRASE}"').rows
    assert found_id == file_id
    assert PHRASE in snippet
    person.well("get", file_id, "-o", "out.pdf")
    assert (person.home / "out.pdf").read_bytes() == document

    person.well("rm", file_id)
    assert person.well("ls").rows == []
    person.well("restore", file_id)
    assert person.well("ls", "--tag", "birds").rows[0][:2] == [file_id, "report.pdf"]
    person.well("logout")
    assert person("whoami").status == 3


def test_bytes_whose_client_never_says_so_are_there_and_found_by_what_their_arrival_sets_off(deployment: Deployment) -> None:
    """S3 → EventBridge → SQS → file_events → the table's stream → change_events → OpenSearch."""
    person = Target("deployed", deployment.url, lambda _: EMULATED_CODE)
    person.names["token"], _ = sign_in(person, "silent@example.org")
    content = b"forty avocets"
    created = person.ask("POST /v1/files", 201, ADA, body={"name": "birds.txt", "size": len(content), "media_type": "text/plain"})
    file_id = created["file"]["id"]
    person.put(created["upload"], content)
    person.wait_until(lambda get: [hit["file"]["id"] for hit in get("/v1/search?q=avocets")["items"]] == [file_id], seconds=_SECONDS)
    assert person.ask(f"GET /v1/files/{file_id}", 200, ADA)["status"] == "available"
