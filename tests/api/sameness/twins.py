"""One application behind each transport, alike to the last identifier: the server on a socket, the Lambda driver twice.

Each is a world of its own over the memory family, with the same clock, seeds and beginnings; every request goes to all of them, so
they stay alike. One Lambda driver is fed by a gateway that makes base64 of every body, the other by one that passes text as text.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

from tests.api.sameness.beginnings import begin
from tests.api.sameness.raw_http import PATIENCE, sent
from tests.api.sameness.row import filled

from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.api.gate import Rules
from demobackend.api.operations.areas import routes
from demobackend.composition.application import Application, BlobDoor
from demobackend.composition.settings import load_settings
from demobackend.domain.use_cases.events.note_arrival import NoteArrival
from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest, RestApi, answer_of
from demobackend.testing.world import BASE_URL, Stores, World, memory_stores
from demobackend_lambda.http import RestApiEvent, rest_api_handler
from demobackend_server.http_server import HttpServer

ORIGIN = "https://app.example.test"
RULES = Rules(caller_calls=1_000_000, public_calls=1_000_000, cors_origins=frozenset({ORIGIN}))
_FRAMING = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})

type Send = Callable[[RawHttpRequest], RawHttpAnswer]


@dataclass(frozen=True, slots=True)
class Twins:
    """The transports by name, and what the beginnings gave names to."""

    transports: dict[str, Send]
    clocks: tuple[ManualClock, ...]
    names: dict[str, str]

    def answers(self, request: RawHttpRequest) -> dict[str, RawHttpAnswer]:
        """Send one request to each, names put in, and return the answers without what only frames them."""
        named = filled(request, self.names)
        return {name: _unframed(send(named)) for name, send in self.transports.items()}

    def let_time_pass(self, by: timedelta) -> None:
        """Move every clock."""
        for clock in self.clocks:
            clock.advance(by)


@contextmanager
def twins(rules: Rules = RULES) -> Iterator[Twins]:
    """Three worlds that began alike, one behind each transport."""
    clocks = tuple(ManualClock() for _ in range(3))
    worlds = [World(_stores(clock), clock, rules=rules) for clock in clocks]
    names, *others = [begin(world) for world in worlds]
    assert all(other == names for other in others)
    with _served(worlds[0]) as serve:
        invoked = {"lambda, base64": _invoked(worlds[1]), "lambda, text": _invoked(worlds[2], text=True)}
        yield Twins({"server": serve, **invoked}, clocks, names)


def _stores(clock: ManualClock) -> Stores:
    secrets = MemorySecrets(b"twins")
    blobs = MemoryBlobStore(UrlSigner(BASE_URL, secrets, clock), clock)
    return replace(memory_stores(clock), secrets=secrets, blobs=blobs, gateway=blobs)


@contextmanager
def _served(world: World) -> Iterator[Send]:
    """The world behind the real server, on a free port of the loopback interface."""
    listener = socket.create_server(("127.0.0.1", 0))
    ready = threading.Event()
    server = HttpServer(_application(world), on_ready=ready.set)
    thread = threading.Thread(target=server.run, args=([listener],), name="server", daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield lambda request: sent(listener.getsockname(), request)
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def _application(world: World) -> Application:
    stores, clock = world.stores, world.clock
    signer = UrlSigner(BASE_URL, stores.secrets, clock)
    return Application(
        settings=load_settings(profile="memory"),
        make_dispatch=lambda: world.dispatch,
        routes=routes(),
        clock=clock,
        make_events=lambda: world.events,
        make_process_changes=lambda: world.process_changes,
        make_feed=lambda: stores.feed,
        make_mailbox=lambda: stores.mailbox,
        make_blob_door=lambda: BlobDoor(signer, stores.gateway, NoteArrival(stores.feed, clock)),
        prepare=lambda: None,
        close=stores.close,
    )


def _invoked(world: World, *, text: bool = False) -> Send:
    """The world behind the Lambda driver, fed by the gateway; with `text` it passes text as text."""
    handler, binary_api, text_api = rest_api_handler(world.dispatch, routes()), RestApi(routes()), RestApi(routes(), binary=False)

    def send(request: RawHttpRequest) -> RawHttpAnswer:
        api = text_api if text and _is_text(request.body) else binary_api
        event = cast(RestApiEvent, json.loads(json.dumps(api.event(request))))
        return answer_of(json.loads(json.dumps(handler(event, None))))

    return send


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unframed(answer: RawHttpAnswer) -> RawHttpAnswer:
    headers = sorted((name, value) for name, value in answer.headers if name not in _FRAMING)
    return replace(answer, headers=tuple(headers))
