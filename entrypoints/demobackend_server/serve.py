"""Serve an application on one address until told to stop."""

import errno
import json
import os
import resource
import socket
import sys
import tempfile
from collections.abc import Callable

from demobackend.composition.build import build
from demobackend.composition.logs import configure_logging
from demobackend.composition.settings import EMBEDDED, Settings, SettingsRefused
from demobackend.domain.model.errors import DomainError
from demobackend_server.http_server import HttpServer, log_like_ours
from demobackend_server.processes import Supervisor
from demobackend_server.worker import Worker

_BACKLOG = 2048
_LAST_PORT = 65_535
_OPEN_FILES = 65_536


class CannotServe(Exception):
    """The server cannot start; the message is one sentence for whoever started it."""


def serve(settings: Settings, *, host: str, port: int, workers: int = 1, json_ready: bool = False) -> int:
    """Serve until SIGTERM or SIGINT and return the exit status: 0, or 1 with one sentence on stderr when it cannot start.

    `port` 0 takes a free one. With `json_ready` the only line on stdout is the ready event; without, stderr says what to do next.
    """
    try:
        _require_room(settings, workers)
        with bind(host, port) as listener:
            return _serve_on(listener, settings, workers=workers, json_ready=json_ready)
    except (CannotServe, SettingsRefused) as refused:
        sentence = str(refused)
    except DomainError as error:
        sentence = error.detail
    print(f"demobackend: {sentence}", file=sys.stderr)  # noqa: T201 - the one line that says why there is no server
    return 1


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address. Raises `CannotServe`."""
    if not 0 <= port <= _LAST_PORT:  # the resolver would count round
        raise CannotServe(f"{port} is no port; ports go up to {_LAST_PORT}.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotServe(f"{host} is no address to serve on: {error.strerror}.") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotServe(f"Port {port} on {host} is in use; stop what uses it, or choose another with --port.") from None
        raise CannotServe(f"Port {port} on {host} cannot be used: {error.strerror}.") from None
    return listener


def origin_of(listener: socket.socket) -> str:
    """The address at which this machine itself reaches the socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve_on(listener: socket.socket, settings: Settings, *, workers: int, json_ready: bool) -> int:
    origin = origin_of(listener)
    if "base_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"base_url": origin})

    def on_ready() -> None:
        _announce(settings, origin, json_ready=json_ready)

    _raise_open_files()
    if workers == 1:
        run(settings, listener, on_ready, True)
        return 0
    _try_to_build(settings)
    configure_logging(settings.log_level, sys.stderr)
    return Supervisor(run, settings, listener, count=workers).run(on_ready)


def run(settings: Settings, listener: socket.socket, on_ready: Callable[[], None], with_worker: bool) -> None:
    """Build the application and serve it in this process until a signal. Raises `DomainError` when it cannot be built."""
    configure_logging(settings.log_level, sys.stderr)
    log_like_ours()
    application = build(settings)
    worker = Worker(application) if with_worker and application.has_feed else None
    try:
        if worker is not None:
            worker.start()
        HttpServer(application, on_ready=on_ready).run([listener])
    finally:
        if worker is not None:
            worker.stop()
        application.close()


def _try_to_build(settings: Settings) -> None:
    """What keeps an application from being built is told once, not by each process. Raises `DomainError`, `SettingsRefused`."""
    application = build(settings)
    try:
        application.make_dispatch()
    finally:
        application.close()


def _require_room(settings: Settings, workers: int) -> None:
    """Raises `CannotServe` when the data directory cannot be written, or several processes would each have data of their own."""
    kinds = set(settings.kinds.values())
    if workers != 1 and "memory" in kinds:
        raise CannotServe("What is held in memory is held by one process; serve it with one worker.")
    if workers < 1:
        raise CannotServe("At least one worker is needed.")
    if not kinds & {"sqlite", "filesystem"}:
        return
    directory = settings.data.absolute()
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=directory).close()
    except OSError as error:
        raise CannotServe(f"The data directory {directory} cannot be written: {error.strerror}.") from None


def _raise_open_files() -> None:
    """Each connection is an open file, and the usual soft limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _announce(settings: Settings, origin: str, *, json_ready: bool) -> None:
    if json_ready:
        line = json.dumps({"event": "ready", "api": origin, "console": None, "pid": os.getpid()})
        print(line, flush=True)  # noqa: T201 - what was asked for
        return
    kinds = set(settings.kinds.values())
    place = f"in {settings.data.absolute()}" if kinds & {"sqlite", "filesystem"} else "on AWS" if "dynamodb" in kinds else "in memory"
    mails = f"   Mails sent: {origin}/dev/mailbox" if settings.kinds["mail"] in EMBEDDED else ""
    lines = (
        f"DemoBackend serves on {origin} (profile {settings.profile.value}, data {place}). Ctrl-C stops it.",
        "Next, in another terminal:  demobackend register you@example.test",
        f"API: {origin}/docs{mails}",
    )
    print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201 - for whoever started it
