"""ministack, an emulator of AWS that checks signatures, codes and permissions; Lambda functions run as processes of its Python.

Calls with its root keys are checked for nothing but their signature's presence: to see a permission denied, call with the keys of
a user that was made in its IAM.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.aws import AwsServer
from tests.servers.installation import ROOT, Installation, run
from tests.servers.process import LOOPBACK, free_port, running

_PYTHON = (3, 13)  # as Lambda's: functions run under the emulator's own Python, whatever they ask for
_LOCK = ROOT / "requirements/ministack.txt"
_INSTALLING_SECONDS = 600
_STARTING_SECONDS = 30
_ASKING_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ministack(AwsServer):
    """A running ministack. One account, whose number is twelve zeros."""

    def mails(self) -> list[dict[str, object]]:
        """What SES and Cognito have sent since the last reset, oldest first, in the emulator's own shape."""
        by_account: dict[str, list[dict[str, object]]] = json.loads(self._ask("GET", "/_ministack/ses/messages"))["messages"]
        return [mail for mails in by_account.values() for mail in mails]

    def reset(self) -> None:
        """Forget everything, in all services."""
        self._ask("POST", "/_ministack/reset")

    def _ask(self, method: str, path: str) -> bytes:
        connection = HTTPConnection(urlsplit(self.endpoint).netloc, timeout=_ASKING_SECONDS)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        assert answer.status == 200, body
        return body


def _fill(folder: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    wanted = sys.executable if sys.version_info[:2] == _PYTHON else ".".join(map(str, _PYTHON))
    run([*uv, "venv", "--no-python-downloads", "--allow-existing", "--python", wanted, str(folder)], seconds=_INSTALLING_SECONDS)
    interpreter = str(folder / "bin/python")
    run([*uv, "pip", "sync", "--python", interpreter, "--require-hashes", str(_LOCK)], seconds=_INSTALLING_SECONDS)


INSTALLATION = Installation("ministack", "1.5.33", _fill, built_from=(_LOCK,))


@contextmanager
def serve(folder: Path) -> Iterator[Ministack]:
    """An emulator with nothing in it."""
    with free_port() as port:
        environment = {
            "AUTH": "true",  # otherwise any code, any signature and any bucket policy passes
            "BIND_HOST": LOOPBACK,
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
        }
        command = [str(INSTALLATION.folder / "bin/ministack")]
        with running(
            command, folder=folder, environment=environment, port=port, path="/_ministack/health", seconds=_STARTING_SECONDS
        ) as process:
            yield Ministack(process=process, endpoint=f"http://{LOOPBACK}:{port}", access_key="test", secret_key="test")
