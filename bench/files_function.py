"""The files function as `make package` makes it, unpacked, with everything around it that one request for get_file needs."""

import json
import os
import platform
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.servers import process, scratch
from demobackend.adapters.dynamodb.attributes import to_attributes
from demobackend.adapters.dynamodb.file_rows import file_to_row
from demobackend.testing.gateway import RawHttpRequest, RestApi
from demobackend.testing.samples import sample_file, sample_upload

_HERE = Path(__file__).parent
_ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
_REGION = "eu-central-1"
_NEVER = "4102444800"  # 2100
_LONGEST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class FilesFunction:
    """The folder of its zip, the event that it is asked, and the environment in which it is started."""

    folder: Path
    event: Mapping[str, object]
    environment: Mapping[str, str]

    def run(self, script: str, *arguments: str) -> bytes:
        """What a script of ours prints, in an interpreter that sees the standard library and the function's folder only.

        Nothing of the developer's environment gets in, least of all the wish for no bytecode.
        """
        command = [sys.executable, "-I", "-S", str(_HERE / script), str(self.folder), json.dumps(self.event), *arguments]
        done = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, timeout=_LONGEST_SECONDS, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@contextmanager
def files_function() -> Iterator[FilesFunction]:
    """Packaged from the tree as it is now, before a server that answers for its table."""
    file = sample_file(sample_upload(), name="report of the herons.pdf", tags=("birds", "2026"))
    row = json.dumps({"Item": to_attributes(file_to_row(file))}).encode()
    with scratch("function") as folder:
        command = [sys.executable, "packaging/package.py", "--function", "files", "--arch", _ARCHITECTURE, "--out", str(folder)]
        subprocess.run(command, cwd=_HERE.parent, check=True, stdout=subprocess.DEVNULL, timeout=_LONGEST_SECONDS)
        with zipfile.ZipFile(folder / _ARCHITECTURE / "files.zip") as archive:
            archive.extractall(folder / "task")
        (folder / "row.json").write_bytes(row)
        with (folder / "row.json").open("rb") as given, process(_server(), {}, log=folder / "server.log", stdin=given) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            caller = {"user_id": file.owner_id, "session_id": file.owner_id, "roles": "", "expires_at": _NEVER}
            yield FilesFunction(folder / "task", _event(file.id, caller), _environment(port))


def _server() -> list[str]:
    return [sys.executable, str(_HERE / "get_item_server.py")]


def _event(file_id: str, caller: Mapping[str, str]) -> dict[str, object]:
    headers = {"Authorization": "Bearer e30.e30.e30", "Accept": "application/json", "Host": "api.example.test", "User-Agent": "bench"}
    request = RawHttpRequest(method="GET", target=f"/v1/files/{file_id}", headers=tuple(headers.items()))
    return RestApi(["/v1/files/{file_id}"]).event(request, authorizer={"principalId": caller["user_id"], **caller})


def _environment(port: int) -> dict[str, str]:
    """As the stack gives it to the function, and what AWS Lambda adds that our libraries read."""
    aws = {"REGION": _REGION, "TABLE": "files", "BUCKET": "bytes", "USER_POOL_ID": f"{_REGION}_pool", "CLIENT_ID": "client"}
    return {
        "PATH": os.defpath,
        "AWS_REGION": _REGION,
        "AWS_DEFAULT_REGION": _REGION,
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_SESSION_TOKEN": "made-up",
        "AWS_LAMBDA_FUNCTION_NAME": "files",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{port}",
        "DEMOBACKEND_PROFILE": "aws",
        "DEMOBACKEND_LOG_LEVEL": "INFO",
        "DEMOBACKEND_CORS_ORIGINS": '["https://app.example.test"]',
        **{f"DEMOBACKEND_AWS__{name}": value for name, value in aws.items()},
    }
