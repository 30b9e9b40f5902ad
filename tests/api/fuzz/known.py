"""A world with two people in it, and what the one who sends requests knows: ids, cursors, and the other's secrets to look for."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.gate import Rules
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.names import FileName, MediaType
from demobackend.domain.model.revision import ANY
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.testing.client import Client
from demobackend.testing.people import add_file, put_bytes, settle, sign_in
from demobackend.testing.world import Stores, World

ADA, EVE = "ada@example.test", "eve-kestrel@example.test"
MARKER = "kestrel"  # in every text that is Eve's, and in nothing that is sent but searches for it
_MOST = 200
_SPARE_SESSIONS = 50


@dataclass(slots=True)
class Known:
    """What may stand in Ada's requests. Files come with an upload of theirs; refresh tokens are of other sessions than `token`,
    since to end a session is among the things that requests do."""

    token: str
    refresh_tokens: list[str]
    own: list[tuple[str, str]]
    created: list[tuple[str, str]]
    foreign: list[tuple[str, str]]
    cursors: list[str]
    foreign_cursors: list[str]
    etags: list[str] = field(default_factory=lambda: ['"1"', '"2"'])

    def learn(self, answer: dict[str, Any], etag: str | None) -> None:
        """Remember what an answer brought that later requests can use."""
        if isinstance(answer.get("next_cursor"), str):
            self.cursors.append(answer["next_cursor"])
        if "upload" in answer:
            self.created.append((answer["file"]["id"], answer["upload"]["id"]))
        if etag is not None:
            self.etags.append(etag)
        for names in (self.cursors, self.created, self.etags):
            del names[:-_MOST]


@dataclass(frozen=True, slots=True)
class Scene:
    """The world, what Ada knows in it, and what she must never see."""

    world: World
    ada: Caller
    known: Known
    secrets: tuple[str, ...]

    def pass_time(self) -> None:
        """A moment passes, the changes that are due are worked through, and more bytes of Ada's wait to be completed."""
        self.world.clock.advance(timedelta(seconds=1))
        self.known.created.append(_pending(self.world, self.ada, "heron", has_bytes=True))
        settle(self.world)


def begin(stores: Stores, clock: ManualClock) -> Scene:
    """Ada and Eve, each with files of every status, indexed."""
    world = World(stores, clock, rules=Rules(caller_calls=1_000_000, public_calls=1_000_000))
    ada_tokens, eve_tokens = sign_in(world, ADA), sign_in(world, EVE)
    ada, eve = world.authenticate(ada_tokens.access), world.authenticate(eve_tokens.access)
    own, foreign = _files(world, ada, "heron"), _files(world, eve, MARKER)
    settle(world)
    known = Known(
        token=ada_tokens.access,
        refresh_tokens=[sign_in(world, ADA).refresh for _ in range(_SPARE_SESSIONS)],
        own=own,
        created=own[-2:],
        foreign=foreign,
        cursors=_cursors(world, ada_tokens.access, "heron"),
        foreign_cursors=_cursors(world, eve_tokens.access, MARKER),
    )
    return Scene(world, ada, known, (eve.user_id, eve.session_id, MARKER, *(file_id for file_id, _ in foreign)))


def _files(world: World, who: Caller, word: str) -> list[tuple[str, str]]:
    """Four available files, one in the trash, one pending whose bytes are there, one whose bytes are not."""
    files = [add_file(world, who, _content(word), name=f"{word} {number}.txt", tags=(word,)) for number in range(5)]
    world.files.trash(who, files[4].id, ANY)
    return [*((file.id, file.id) for file in files), *(_pending(world, who, word, has_bytes=has_bytes) for has_bytes in (True, False))]


def _pending(world: World, who: Caller, word: str, *, has_bytes: bool) -> tuple[str, str]:
    new = NewFile(name=FileName(f"{word}.txt"), size=len(_content(word)), media_type=MediaType("text/plain"))
    file, upload, _ = world.files.create(who, new)
    if has_bytes:
        put_bytes(world.stores.gateway, upload.key, _content(word))
    return file.id, upload.id


def _content(word: str) -> bytes:
    return f"Seventeen {word}s crossed the estuary.".encode()


def _cursors(world: World, token: str, word: str) -> list[str]:
    client = Client(world.dispatch, token)
    pages = [client("GET", target).json for target in ("/v1/files?limit=1", f"/v1/search?q={word}&limit=1")]
    return [page["next_cursor"] for page in pages]
