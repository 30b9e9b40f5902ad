"""The API's answers as far as commands look into them."""

from typing import TypedDict


class ShownFile(TypedDict):
    """A file's facts; `size` in bytes."""

    id: str
    name: str
    size: int
    media_type: str
    sha256: str | None
    status: str
    tags: list[str]
    created_at: str
    searchable: bool
    text_status: str


class Upload(TypedDict):
    """The request that brings a file's bytes."""

    id: str
    kind: str
    method: str
    url: str
    headers: dict[str, str]


class CreatedFile(TypedDict):
    """A pending file and its upload."""

    file: ShownFile
    upload: Upload


class FilePage(TypedDict):
    """A page of files."""

    items: list[ShownFile]
    next_cursor: str | None


class Link(TypedDict):
    """Where a file's bytes are."""

    url: str


class Piece(TypedDict):
    """A piece of a snippet."""

    text: str
    match: bool


class Hit(TypedDict):
    """A file that was found."""

    file: ShownFile
    snippet: list[Piece]


class Found(TypedDict):
    """A page of hits; `total` counts all pages."""

    items: list[Hit]
    total: int
    degraded: bool


class Mail(TypedDict):
    """A mail that was sent."""

    to: str
    subject: str
    text: str
    sent_at: str


class Mails(TypedDict):
    """The newest mails."""

    items: list[Mail]


class Delivery(TypedDict):
    """Where a code went, masked."""

    destination: str


class Registered(TypedDict):
    """A code is on its way."""

    delivery: Delivery


class Tokens(TypedDict):
    """What a session is kept with; `expires_in` in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class Login(TypedDict):
    """Signed in, or asked for more."""

    status: str


class SignedIn(Login):
    """Signed in."""

    tokens: Tokens


class Me(TypedDict):
    """One's own profile."""

    id: str
    email: str


class ReadinessCheck(TypedDict):
    """One thing that the server stands on."""

    name: str
    status: str


class Readiness(TypedDict):
    """Whether the server can work."""

    checks: list[ReadinessCheck]


class ServerVersion(TypedDict):
    """What runs there."""

    version: str
    contract: str
