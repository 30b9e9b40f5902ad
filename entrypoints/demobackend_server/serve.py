"""Serve an application on one address until told to stop."""

import errno
import json
import os
import resource
import socket
import sys
import tempfile
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

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


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    workers: int = 1,
    json_ready: bool = False,
    on_bound: Callable[[str], None] | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT and return the exit status: 0, or 1 with one sentence on stderr when it cannot start.

    `port` 0 takes a free one; `on_bound` is handed the origin before the server answers there. With `json_ready` the only line on
    stdout is the ready event; without, stderr says what to do next.
    """
    try:
        _require_room(settings, workers)
        with bind(host, port) as listener:
            if on_bound is not None:
                on_bound(origin_of(listener))
            return _serve_on(listener, settings, workers=workers, json_ready=json_ready)
    except (CannotServe, SettingsRefused) as refused:
        sentence = str(refused)
    except DomainError as error:
        sentence = error.detail
    print(f"error: {sentence}", file=sys.stderr)  # noqa: T201 - the one line that says why there is no server
    return 1


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address. Raises `CannotServe`."""
    if not 0 <= port <= _LAST_PORT:  # the resolver would count round
        raise CannotServe(f"{port} is no port; ports go up to {_LAST_PORT}.")
    family, address = _resolved(host, port)
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:  # IPv6, on a machine without
        raise _no_address(host, error) from None
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


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    """The family of the first address that the host has, and the address as that family writes it. Raises `CannotServe`."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise _no_address(host, error) from None
    return family, address


def _no_address(host: str, error: OSError) -> CannotServe:
    return CannotServe(f"{host} is no address to serve on: {error.strerror}.")


def reaches_others(host: str) -> bool:
    """Whether other machines may reach what listens there: all but loopback addresses. Raises `CannotServe` for what is no address."""
    _, address = _resolved(host, 0)
    return not ip_address(address[0]).is_loopback


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
        if json_ready:
            line = json.dumps({"event": "ready", "api": origin, "console": None, "pid": os.getpid()})
            print(line, flush=True)  # noqa: T201 - what was asked for
        else:
            steps = next_steps(settings, origin, shows_mails=_is_alone(listener))
            print(steps, file=sys.stderr, flush=True)  # noqa: T201 - for whoever started it

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
        HttpServer(application, on_ready=on_ready, with_mailbox=_is_alone(listener)).run([listener])
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


def _is_alone(listener: socket.socket) -> bool:
    """Whether none but this machine can ask: only then are mails shown, which hold everybody's codes, to whoever asks."""
    return not reaches_others(listener.getsockname()[0])


def next_steps(settings: Settings, origin: str, *, shows_mails: bool) -> str:
    """What a server says when it is ready: where it serves what, and what to do next."""
    kinds = set(settings.kinds.values())
    place = f"in {settings.data.absolute()}" if kinds & {"sqlite", "filesystem"} else "on AWS" if "dynamodb" in kinds else "in memory"
    keeps_mails = settings.kinds["mail"] in EMBEDDED
    mails = f"   Mails sent: {origin}/dev/mailbox" if keeps_mails and shows_mails else ""
    lines = [
        f"DemoBackend serves on {origin} (profile {settings.profile.value}, data {place}). Ctrl-C stops it.",
        f"Next, in another terminal:  {next_command(origin)}",
        f"API: {origin}/docs{mails}",
    ]
    if keeps_mails and not shows_mails:
        on_disk = settings.kinds["mail"] == "filesystem"
        where = f"the mails are files in {settings.data.absolute() / 'mail'}" if on_disk else "listen on 127.0.0.1 to read them"
        lines.append(f"Others can reach this address, so /dev/mailbox is not served; {where}.")
    return "\n".join(lines)


def next_command(origin: str) -> str:
    """What to type; the command line is told where the server is unless it looks there anyway."""
    there = "" if origin == Settings.model_fields["base_url"].default else f" --api {origin}"
    return f"demobackend register you@example.test{there}"
