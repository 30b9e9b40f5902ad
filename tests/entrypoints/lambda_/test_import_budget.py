"""What each handler loads where only its zip is installed: no web framework, and no technology that its area does not use.

Every package that is no dependency of ours is hidden from the interpreter, as it would be absent from the zip; the development
environment has several that others (dependency-injector) import wherever they find them.
"""

import json
import os
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
ZIPPED = frozenset({"api", "composition", "local", "aws"})
AREAS = {"files": "/v1/files", "users": "/v1/me", "search": "/v1/search", "service": "/version"}
NO_ARRIVAL = {"messageId": "1", "body": '{"source": "aws.s3", "detail-type": "Object Deleted"}'}
NO_FILE = {"dynamodb": {"SequenceNumber": "1", "Keys": {"PK": {"S": "E#a@example.test"}, "SK": {"S": "E"}}}}
NO_FAILURES: dict[str, object] = {"batchItemFailures": []}
EVENTS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "file_events": ({"Records": [NO_ARRIVAL]}, NO_FAILURES),
    "change_events": ({"Records": [NO_FILE]}, NO_FAILURES),
    "schedule": ({}, {"uploads": 0, "files": 0, "blobs": 0, "completed": 0, "indexed": 0}),
    "prepare": ({}, {"prepared": True}),
}
LOOKED_FOR = frozenset({"werkzeug", "yaml"})  # by dependency-injector, which does without them
EXTRACTION = frozenset({"charset_normalizer", "defusedxml", "docx", "puremagic", "pypdfium2", "pypdfium2_raw", "selectolax"})
UNUSED = EXTRACTION | {"boto3"}
NOBODY_ON_AWS = {"AWS_DEFAULT_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
# What starting costs most after the client itself, and what no request to files needs before it has a token or a signature to make.
COSTLY_ON_AWS = frozenset({"boto3", "s3transfer", "opensearchpy", "jwt", "cryptography", "requests", "dotenv"})
USE_CASES = "domain.use_cases."
_GATE = {"domain.use_cases.users.authenticate"}
_FILES = {"api.models.files", *(f"domain.use_cases.files.{name}" for name in ("change_files", "create_file", "read_files"))}
OF_OTHERS = {"files": _GATE, "users": set(), "search": _GATE | _FILES}  # what is found is shown as a file is
# Hides the packages it is told to, imports a handler, notes what is loaded, invokes it, notes that again.
PROBE = """
import importlib, json, sys
from pathlib import Path
hidden, wanted = set(json.loads(sys.argv[1])), set()
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            wanted.add(name.partition(".")[0])
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hide())
before = set(sys.modules)
def loaded():
    return sorted({name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))
def ours():
    return sorted(name for name in sys.modules if name.startswith("demobackend."))
handler = importlib.import_module(f"demobackend_lambda.{sys.argv[2]}").handler
imported, data_made = loaded(), Path(sys.argv[4]).exists()
class Context:
    function_name = function_version = invoked_function_arn = aws_request_id = memory_limit_in_mb = "local"
answer = handler(json.loads(sys.argv[3]), Context())
Path(sys.argv[5]).write_text(json.dumps([imported, data_made, answer, loaded(), sorted(wanted), ours()]))
"""


@cache
def hidden_packages() -> frozenset[str]:
    """The import names of everything installed that is no dependency of ours."""
    ours, names = zipped(), packages_distributions()
    return frozenset(name for name, owners in names.items() if not {canonicalize_name(owner) for owner in owners} & ours)


def zipped() -> set[str]:
    """The distributions that the zip holds: our own, and what our extras for Lambda and the local profile require, to the end."""
    found: set[str] = set()
    waiting = [Requirement(f"demobackend[{','.join(ZIPPED)}]")]
    while waiting:
        wanted = waiting.pop()
        name = f"{canonicalize_name(wanted.name)}[{','.join(sorted(wanted.extras))}]"
        if name not in found:
            found.add(name)
            waiting.extend(needed for needed in requirements_of(wanted.name) if applies(needed, wanted.extras))
    return {name.partition("[")[0] for name in found}


def requirements_of(distribution: str) -> list[Requirement]:
    """What an installed distribution says that it requires; nothing for what is not installed, since nobody could load it."""
    try:
        return [Requirement(line) for line in requires(distribution) or []]
    except PackageNotFoundError:
        return []


def applies(needed: Requirement, extras: set[str]) -> bool:
    """Whether it is required here, with these extras."""
    return needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras))


class Seen:
    """What a fresh interpreter saw of one handler."""

    def __init__(self, handler: str, event: object, profile: str, folder: Path) -> None:
        data, report = folder / "data", folder / "report.json"
        environment = {"DEMOBACKEND_PROFILE": profile, "DEMOBACKEND_DATA": str(data), "PATH": os.defpath, **NOBODY_ON_AWS}
        command = [sys.executable, "-c", PROBE, json.dumps(sorted(hidden_packages())), handler, json.dumps(event), str(data), str(report)]
        paths = {"PYTHONPATH": os.pathsep.join(str(ROOT / source) for source in ("src", "entrypoints"))}
        done = subprocess.run(command, cwd=folder, env=environment | paths, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        self.imported, self.made_data, self.answer, self.loaded, self.wanted, self.ours = json.loads(report.read_text())
        self.lines = [json.loads(line) for line in done.stdout.splitlines()]


def proxy_event(path: str) -> dict[str, object]:
    """A GET of this path, without a token."""
    return {"resource": path, "path": path, "httpMethod": "GET", "requestContext": {"identity": {"sourceIp": "198.51.100.7"}}}


@pytest.fixture(scope="module", params=[(area, profile) for area in AREAS for profile in ("local", "memory")], ids=" on ".join)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, Seen]:
    area, profile = request.param
    return area, profile, Seen(area, proxy_event(AREAS[area]), profile, tmp_path_factory.mktemp(area))


def test_a_handler_answers_where_only_its_zip_is_installed(seen: tuple[str, str, Seen]) -> None:
    area, _, handler = seen
    assert handler.answer["statusCode"] == (200 if area == "service" else 401)


def test_a_handler_asks_for_no_web_framework_and_no_tool(seen: tuple[str, str, Seen]) -> None:
    _, _, handler = seen
    assert set(handler.wanted) - LOOKED_FOR == set()


def test_a_handler_loads_no_technology_that_its_area_does_not_use(seen: tuple[str, str, Seen]) -> None:
    area, profile, handler = seen
    unused = UNUSED | (set() if area == "users" else {"argon2"}) | (set() if profile == "local" else {"apsw"})
    assert unused & set(handler.loaded) == set()


def test_importing_a_handler_opens_no_store_and_loads_no_technology(seen: tuple[str, str, Seen]) -> None:
    _, _, handler = seen
    assert not handler.made_data
    assert (UNUSED | {"apsw", "argon2", "jwt", "cryptography"}) & set(handler.imported) == set()


@pytest.mark.parametrize("area", OF_OTHERS)
def test_a_handler_loads_no_other_area(area: str, tmp_path: Path) -> None:
    loaded = {name.removeprefix("demobackend.") for name in Seen(area, proxy_event(AREAS[area]), "memory", tmp_path).ours}
    of_areas = {f"{folder}.{other}" for folder in ("api.models", "api.operations") for other in AREAS if other != area}
    use_cases = {name for name in loaded if name.startswith(USE_CASES) and name.count(".") == 3 and f".{area}." not in name}
    assert loaded & of_areas | use_cases == OF_OTHERS[area]


def test_a_request_is_told_of_in_one_line(seen: tuple[str, str, Seen]) -> None:
    area, _, handler = seen
    (line,) = handler.lines
    assert (line["resource"], line["method"], line["status"]) == (AREAS[area], "GET", handler.answer["statusCode"])
    assert [line["request_id"]] == handler.answer["multiValueHeaders"]["x-request-id"]


def test_the_files_function_makes_one_client_on_aws_and_loads_no_other_technology(tmp_path: Path) -> None:
    handler = Seen("files", proxy_event("/v1/files"), "aws", tmp_path)
    assert handler.answer["statusCode"] == 401
    assert "botocore" in handler.loaded
    assert COSTLY_ON_AWS & set(handler.loaded) == set()
    assert {name for name in handler.ours if name.startswith(("demobackend.adapters.s3", "demobackend.adapters.cognito"))} == set()


@pytest.mark.parametrize("name", EVENTS)
def test_a_handler_of_events_works_where_only_its_zip_is_installed(name: str, tmp_path: Path) -> None:
    event, answer = EVENTS[name]
    handler = Seen(name, event, "local", tmp_path)
    assert handler.answer == answer
    assert (UNUSED | {"argon2"}) & set(handler.loaded) == set()
    assert set(handler.wanted) - LOOKED_FOR == set()
