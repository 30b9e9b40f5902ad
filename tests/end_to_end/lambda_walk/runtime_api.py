"""The Lambda Runtime API on loopback, and the real runtime client (awslambdaric) as a subprocess that polls it.

One API server per function, as each of Lambda's execution environments has its own. Everything is bounded: an invocation that is
not answered in time ends the process. Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self, cast
from uuid import uuid4

from demobackend.testing.deployed_api import FunctionError

PATIENCE_SECONDS = 60.0
_NEXT = "/2018-06-01/runtime/invocation/next"


class _RuntimeApi(ThreadingHTTPServer):
    """Hands invocations out to whoever asks for the next one, and takes their results."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.waiting: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()
        self.results: SimpleQueue[tuple[str, object]] = SimpleQueue()


class _Exchange(BaseHTTPRequestHandler):
    """One request of the runtime client."""

    protocol_version = "HTTP/1.1"
    server: _RuntimeApi

    def do_GET(self) -> None:
        """The next invocation; the connection waits until there is one, or until the function is ended."""
        if self.path != _NEXT:
            self._answer(404, b"")
            return
        invocation = self.server.waiting.get()
        if invocation is None:
            self.close_connection = True
            return
        request_id, event = invocation
        deadline = int((time.time() + PATIENCE_SECONDS) * 1000)
        self._answer(
            200,
            event,
            {
                "Lambda-Runtime-Aws-Request-Id": request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:000000000000:function:local",
                "Content-Type": "application/json",
            },
        )

    def do_POST(self) -> None:
        """A result: of an invocation (`response` or `error`), or of the start of the function (`init/error`)."""
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.results.put((self.path.rpartition("/")[2], json.loads(content)))
        self._answer(202, b'{"status":"OK"}')

    def _answer(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class LambdaFunction:
    """A handler in an execution environment of its own, started at once and ended with the block.

    `environment` is all that the process gets beside what Lambda itself sets; `log` takes its standard output. `python` is the
    interpreter with its options, `path` where it finds modules.
    """

    def __init__(
        self,
        handler: str,
        environment: Mapping[str, str],
        *,
        folder: Path,
        log: Path,
        python: Sequence[str] = (sys.executable,),
        path: Sequence[str] = tuple(filter(None, sys.path)),
    ) -> None:
        self._handler = handler
        self._environment = environment
        self._folder = folder
        self._log = log
        self._command = [*python, "-m", "awslambdaric", handler]
        self._path = path

    def __enter__(self) -> Self:
        self._api = _RuntimeApi()
        self._thread = Thread(target=self._api.serve_forever, name="runtime-api", daemon=True)
        self._thread.start()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, cwd=self._folder, env=self._whole_environment(), stdout=log, stderr=log)
        return self

    def _whole_environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(self._path),
            "TZ": ":UTC",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._api.server_address[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": "local",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/local",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "LAMBDA_TASK_ROOT": str(self._folder),
            "_HANDLER": self._handler,
            **self._environment,
        }

    def __call__(self, event: Mapping[str, object]) -> object:
        """Invoke and return the result. Raises `FunctionError` when it raised, could not be loaded, or ended."""
        self._api.waiting.put((str(uuid4()), json.dumps(event).encode()))
        kind, result = self._result()
        if kind == "response":
            return result
        error = FunctionError(cast("Mapping[str, str]", result)["errorMessage"])
        error.add_note(f"{self._handler}: {result}\n{self.log()}")
        raise error

    def _result(self) -> tuple[str, object]:
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends and self._process.poll() is None:
            try:
                return self._api.results.get(timeout=0.2)
            except Empty:
                continue
        return "ended", {"errorMessage": f"no answer, exit status {self._process.poll()}"}

    def log(self) -> str:
        """What the function has written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._api.waiting.put(None)
        self._api.shutdown()
        self._api.server_close()
        self._thread.join()
