"""Each zip by itself under AWS Lambda's own runtime client, where every service of Amazon is out of reach."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from fpdf import FPDF
from tests.packaging.conftest import HANDLERS, NOWHERE, Unpacked

from demobackend.domain.model.errors import Unavailable
from demobackend.testing.deployed_api import FunctionError

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]

STANDARD_LIBRARY = Path(sys.base_prefix)
NEVER_AT_FIRST = frozenset({"awscrt", "cryptography", "lxml", "pypdfium2"})  # documents are read in a process of their own
SEARCHING = frozenset({"change_events", "file_events", "prepare", "schedule", "search", "service"})
AREAS = {"files": "/v1/files", "users": "/v1/me", "search": "/v1/search"}
FOREIGN_MESSAGE = {"messageId": "1", "body": json.dumps({"source": "aws.s3", "detail-type": "Object Deleted"})}
FOREIGN_ROW = {"dynamodb": {"SequenceNumber": "1", "Keys": {"PK": {"S": "E#a@example.test"}, "SK": {"S": "E"}}}}
NO_FAILURES = {"batchItemFailures": list[object]()}

IMPORT_ADAPTERS = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("demobackend/adapters").rglob("*.py")):
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if "extraction" not in path.parts or sys.argv[1] in {"change_events", "schedule"}:
        importlib.import_module(name)
"""
MAKE_CLIENTS = """
import sys
from pathlib import Path
from boto3.session import Session
from demobackend.adapters.botocore_clients import client_config
services = sorted(path.name for path in Path("botocore/data").iterdir() if path.is_dir())
for service in services:
    client = Session(region_name="eu-central-1").client(service, config=client_config())
    print(service, client.meta.endpoint_url)
"""
CALL_NOWHERE = """
import sys
from pathlib import Path
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from demobackend.adapters.botocore_clients import client_config
once = client_config().merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
for service in sorted(path.name for path in Path("botocore/data").iterdir() if path.is_dir()):
    client = Session(region_name="eu-central-1").client(service, endpoint_url=sys.argv[1], config=once)
    model = client.meta.service_model
    inputs = {name: model.operation_model(name).input_shape for name in model.operation_names}
    undemanding = next(name for name, shape in inputs.items() if shape is None or not shape.required_members)
    try:
        client._make_api_call(undemanding, {})
    except EndpointConnectionError:
        print(service)
"""
EXTRACT = """
import io, sys
from demobackend.adapters.extraction.text_extractor import SubprocessTextExtractor
found = SubprocessTextExtractor().extract(io.BytesIO(sys.stdin.buffer.read()), media_type=sys.argv[1], name="a")
print(found.status, found.text)
"""


def get(path: str) -> dict[str, object]:
    """A GET without a token, as the gateway hands it on."""
    identity = {"sourceIp": "198.51.100.7"}
    return {"resource": path, "path": path, "httpMethod": "GET", "headers": None, "requestContext": {"identity": identity}}


@pytest.mark.parametrize("name", AREAS)
def test_an_area_s_function_refuses_who_shows_no_token(unpacked: Callable[[str], Unpacked], name: str) -> None:
    with unpacked(name).start() as function:
        answer = cast("Mapping[str, Any]", function(get(AREAS[name])))
        assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (401, "unauthenticated")
        check_what_is_loaded(function({"probe": "modules"}), function_name=name)


def test_the_service_function_is_alive_and_knows_every_path(unpacked: Callable[[str], Unpacked]) -> None:
    with unpacked("service").start() as function:
        answers = [cast("Mapping[str, Any]", function(get(path))) for path in ("/healthz", "/version", "/v1/nothing")]
        assert [answer["statusCode"] for answer in answers] == [200, 200, 404]
        assert json.loads(answers[1]["body"])["version"] != "0"
        check_what_is_loaded(function({"probe": "modules"}), function_name="service")


def test_the_authorizer_refuses_who_shows_no_token(unpacked: Callable[[str], Unpacked]) -> None:
    event = {"type": "REQUEST", "methodArn": "arn:aws:execute-api:eu-central-1:0:a/live/GET/v1/me", "headers": None}
    with unpacked("authorizer").start() as function:
        with pytest.raises(FunctionError, match=r"\AUnauthorized\n"):
            function(event)
        check_what_is_loaded(function({"probe": "modules"}), function_name="authorizer")


@pytest.mark.parametrize(("name", "record"), [("file_events", FOREIGN_MESSAGE), ("change_events", FOREIGN_ROW)])
def test_a_function_of_events_passes_over_what_is_not_ours(
    unpacked: Callable[[str], Unpacked], name: str, record: dict[str, object]
) -> None:
    with unpacked(name).start() as function:
        assert function({"Records": [record]}) == NO_FAILURES
        check_what_is_loaded(function({"probe": "modules"}), function_name=name)


@pytest.mark.parametrize("name", ["schedule", "prepare"])
def test_work_that_needs_a_service_says_that_it_does_not_answer(unpacked: Callable[[str], Unpacked], name: str) -> None:
    with unpacked(name).start() as function:
        with pytest.raises(FunctionError, match=Unavailable.sentence):
            function({})
        check_what_is_loaded(function({"probe": "modules"}), function_name=name)


def check_what_is_loaded(answer: object, *, function_name: str) -> None:
    """Nothing comes from elsewhere than the zip, the runtime client and the standard library, and nothing is loaded in vain."""
    modules = cast("dict[str, str | None]", answer)
    strangers = [file for file in modules.values() if file and not {"task", "runtime0"} & set(Path(file).parts)]
    assert [file for file in strangers if not Path(file).is_relative_to(STANDARD_LIBRARY) or "site-packages" in file] == []
    unused = (
        NEVER_AT_FIRST | (set() if function_name in SEARCHING else {"opensearchpy"}) | (set() if function_name == "users" else {"argon2"})
    )
    assert unused & {name.partition(".")[0] for name in modules} == set()


def run(function: Unpacked, program: str, *arguments: str, given: bytes = b"") -> str:
    """What a program prints in the function's folder, where it finds what the function would."""
    command = [sys.executable, "-S", "-P", "-B", "-c", program, *arguments]
    found = {"PYTHONPATH": str(function.task), "PATH": "", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    done = subprocess.run(command, cwd=function.task, env=found, input=given, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("name", HANDLERS)
def test_every_adapter_in_a_zip_finds_what_it_imports(unpacked: Callable[[str], Unpacked], name: str) -> None:
    run(unpacked(name), IMPORT_ADAPTERS, name)


def test_clients_find_the_addresses_of_amazon_s_services_in_what_is_left_of_the_models(unpacked: Callable[[str], Unpacked]) -> None:
    lines = [line for name in ("users", "files") for line in run(unpacked(name), MAKE_CLIENTS).splitlines()]
    assert dict(line.split() for line in lines) == {
        "cognito-idp": "https://cognito-idp.eu-central-1.amazonaws.com",
        "dynamodb": "https://dynamodb.eu-central-1.amazonaws.com",
        "s3": "https://s3.eu-central-1.amazonaws.com",
        "secretsmanager": "https://secretsmanager.eu-central-1.amazonaws.com",
        "sesv2": "https://email.eu-central-1.amazonaws.com",
    }


@pytest.mark.parametrize("name", ["files", "users"])
def test_calls_get_as_far_as_the_network_with_what_is_left_of_the_models(unpacked: Callable[[str], Unpacked], name: str) -> None:
    function = unpacked(name)
    services = sorted(path.name for path in (function.task / "botocore/data").iterdir() if path.is_dir())
    assert run(function, CALL_NOWHERE, NOWHERE).split() == services


@pytest.mark.parametrize(("media_type", "document"), [("text/html", b"<p>seventeen herons</p>"), ("application/pdf", None)])
def test_documents_are_read_with_what_is_in_the_zip(unpacked: Callable[[str], Unpacked], media_type: str, document: bytes | None) -> None:
    told = run(unpacked("change_events"), EXTRACT, media_type, given=document or pdf("seventeen herons"))
    assert told.split() == ["indexed", "seventeen", "herons"]


def pdf(text: str) -> bytes:
    """A page with this text."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, 8, text)
    return bytes(document.output())
