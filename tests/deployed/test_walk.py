"""The main job on the deployed API: with the command line as anybody would type it, and by the events alone."""

from pathlib import Path

import pytest
from tests.api.sameness.row import ADA
from tests.deployed.conftest import Deployment
from tests.deployed.sameness.beginning import sign_in
from tests.deployed.sameness.mailbox import EMULATED_CODE
from tests.deployed.sameness.target import Target
from tests.entrypoints.cli.command import CommandLine
from tests.entrypoints.cli.walk import walk

pytestmark = [pytest.mark.deployed, pytest.mark.xdist_group("deployed")]

EMAIL = "new@example.org"
_SECONDS = 120.0


def test_a_new_person_gets_from_registration_to_a_file_found_and_had_back_byte_for_byte(deployment: Deployment, tmp_path: Path) -> None:
    walk(CommandLine(tmp_path, deployment.url), EMAIL, lambda: EMULATED_CODE)


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
