"""One operation of the HTTP API, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple

from pydantic import BaseModel

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import known_form
from demobackend.domain.model.revision import ANY, Expected


class Access(Enum):
    """Who may call: anyone, a signed-in person, an administrator."""

    PUBLIC = "public"
    USER = "user"
    ADMIN = "admin"


class Idempotency(Enum):
    """What an Idempotency-Key does: repeats the answer, or is taken and never keeps one (answers that hold fresh tokens)."""

    REPLAYED = "replayed"
    NOT_KEPT = "not_kept"


class AreaName(StrEnum):
    """Which area carries an operation out."""

    SERVICE = "service"
    USERS = "users"
    FILES = "files"
    SEARCH = "search"


class Call(NamedTuple):
    """A request that passed every check before the operation itself."""

    path: Mapping[str, str]
    query: BaseModel | None
    body: BaseModel | None
    signed_in: Caller | None
    expected: Expected
    network: str
    after: str | None
    seal: Callable[[str | None], str | None]

    @property
    def caller(self) -> Caller:
        """The signed-in caller; only operations for users ask."""
        if self.signed_in is None:
            raise RuntimeError("a public operation asked who is calling")
        return self.signed_in

    @property
    def optional_match(self) -> Expected:
        """If-Match where it is not required: none given means that any revision will do."""
        return self.expected if self.expected.given else ANY

    def id(self, name: str) -> str:
        """A path parameter that is an identifier. Raises `NotFound` for what is none."""
        value = self.path.get(name)
        if value is None:
            raise NotFound
        return known_form(value)


class Answer(NamedTuple):
    """What an operation answers: a body for JSON or nothing, the resource's revision for its ETag, and headers of its own."""

    body: Mapping[str, object] | None = None
    revision: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation[Area]:
    """A row of the table. `run` turns a checked call into use cases; everything else is what drivers and OpenAPI need to know.

    `path` names its parameters in braces. `body_optional`: every field of the body is, so it may be absent altogether.
    `needs_match`: If-Match is required; `may_match`: it is heeded where it is given. `has_etag`: the answer has one.
    `also_answered`: other statuses that come with the answer's body. `refusals`: the statuses of problems that are special to this
    operation, for OpenAPI.
    """

    name: str
    method: str
    path: str
    area: AreaName
    access: Access
    summary: str
    run: Callable[[Area, Call], Answer]
    status: int = 200
    answer: type[Mapping[str, object]] | None = None
    body: type[BaseModel] | None = None
    body_optional: bool = False
    query: type[BaseModel] | None = None
    paged: bool = False
    needs_match: bool = False
    may_match: bool = False
    has_etag: bool = False
    throttled: bool = False
    idempotency: Idempotency = Idempotency.REPLAYED
    cache_control: str = "no-store"
    also_answered: tuple[int, ...] = ()
    refusals: tuple[int, ...] = ()
    documented: bool = True
