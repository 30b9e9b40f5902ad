"""What a gateway answers otherwise than the server does: API Gateway as Amazon documents it, and ministack where it is not so.

A difference that is gone fails the tests, as one that is not listed does. docs/gateway-differences.md is for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.api.sameness.row import ADA, JSON, Row, row
from tests.deployed.sameness.rows import ROWS
from tests.deployed.sameness.shape import Seen

_NOT_FOUND = row("an unknown path", "GET /nothing", 404, "not_found")
_NO_TOKEN = row("no token", "GET /v1/me", 401, "unauthenticated")
_TOO_LARGE = row("too large", "POST /v1/auth/confirm/resend", 413, "too_large", JSON, body=b"x" * (1024 * 1024 + 1))
_HEALTH = row("health", "GET /healthz", 200)
_FILES = row("files", "GET /v1/files", 200, None, ADA)


@dataclass(frozen=True, slots=True)
class Difference:
    """`answered_as`: the request whose answer on one machine this one gets behind the gateway, or the answer itself.

    `title` is the line of docs/gateway-differences.md that gives the reason.
    """

    title: str
    answered_as: Row | Seen


def _all(title: str, answered_as: Row | Seen, *names: str) -> dict[str, Difference]:
    return dict.fromkeys(names, Difference(title, answered_as))


_UNSUPPORTED = (
    "method: TRACE",
    "method: PROPFIND",
    "method: a method of somebody's own",
    "method: a method with a hyphen",
    "method: a method in lower case",
    "method: a method of one letter",
    "method: a very long method",
)
_SPLIT = row("two parameters", "GET /v1/files?limit=1&order=name", 200, None, ADA)

GATEWAY: Mapping[str, Difference] = {
    **_all("Methods that no API can have", _NOT_FOUND, *_UNSUPPORTED),
    **_all("The authorizer comes first", _NO_TOKEN, "body size: too large before no token", "gateway: no token and a trailing slash"),
    **_all("A semicolon parts the query", _SPLIT, "gateway: a semicolon between parameters"),
    **_all("Bodies over 10 MB", _TOO_LARGE, "gateway: an unknown path, before 10 MB", "gateway: a method that is not ours, before 10 MB"),
}
"""What Amazon documents of API Gateway."""


def _as_here(title: str, *names: str) -> dict[str, Difference]:
    """What the emulator lets through to the function, which answers as the server does."""
    return {name: Difference(title, ROWS[name]) for name in names}


EMULATOR: Mapping[str, Difference] = {
    **_as_here("Any method is let through", *(name for name in _UNSUPPORTED if "lower case" not in name)),
    **_all("Any method is let through", _HEALTH, "method: a method in lower case"),
    **_as_here("A semicolon is a character", "gateway: a semicolon between parameters"),
    **_as_here("Bodies have no limit", "gateway: an unknown path, before 10 MB", "gateway: a method that is not ours, before 10 MB"),
    **_all("Empty segments are dropped", _HEALTH, "path: two slashes at the front"),
    **_all("Empty segments are dropped", _FILES, "path: two slashes in the middle"),
    **_all("Escaped slashes are decoded before the route is matched", _FILES, "path: an escaped slash between segments"),
    **_all(
        "Escaped slashes are decoded before the route is matched",
        row("a link", "GET /v1/files/<file>/link", 200, None, ADA),
        "path: a parameter and a literal behind one escaped slash",
    ),
    **_all("An upgrade to HTTP/2 is taken", Seen(101, None, "", ""), "header: an upgrade"),
}
"""Where ministack 1.5.33 answers otherwise than API Gateway, as far as that is documented or was recorded."""
