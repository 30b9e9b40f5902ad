"""Wire models of the service itself."""

from typing import Literal, TypedDict


class HealthOut(TypedDict):
    """The process answers."""

    status: Literal["ok"]


class CheckOut(TypedDict):
    """One thing that we stand on, and how long it took to answer in milliseconds."""

    name: str
    status: Literal["ok", "failed"]
    ms: float


class ReadyOut(TypedDict):
    """Whether everything that we stand on answers."""

    status: Literal["ok", "failed"]
    checks: list[CheckOut]


class VersionOut(TypedDict):
    """What runs here: our version, the contract's, Python's, and the technology behind each store."""

    version: str
    contract: str
    python: str
    stores: dict[str, str]


class KeyOut(TypedDict):
    """One public key (RFC 7517)."""

    kty: str
    kid: str
    use: str
    alg: str
    n: str
    e: str


class KeySetOut(TypedDict):
    """The keys that access tokens are signed with."""

    keys: list[KeyOut]


class ContractOut(TypedDict):
    """The API as an OpenAPI 3.1 document."""

    openapi: str
    info: dict[str, object]
    servers: list[dict[str, object]]
    tags: list[dict[str, object]]
    paths: dict[str, object]
    components: dict[str, object]
