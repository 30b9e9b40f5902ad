"""The same beginning as the twins have (tests/api/sameness/beginnings.py), made over HTTP: two people, files in each state, names."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from tests.api.sameness.beginnings import OWN_FILES
from tests.api.sameness.row import ADA, row
from tests.deployed.sameness.target import Target

PASSWORD = "correct horse battery"
EVE = "Authorization: Bearer <eve_token>"
_LEAVING = "Authorization: Bearer <leaving>"
_CONTENT = b"seventeen herons"
_LATER = {"name": "pending.bin", "size": 7, "tags": ["later"]}
_INDEXING = 180.0  # seconds


def begin(target: Target) -> None:
    """Make people and files, and give them the names by which requests refer to them."""
    names = target.names
    names["token"], names["refresh"] = sign_in(target, "ada@example.test")
    names["eve_token"], _ = sign_in(target, "eve@example.test")
    names["altered_token"] = names["token"][:-2] + "xx"
    _, names["spare"] = _login(target, "ada@example.test")
    target.ask("POST /v1/auth/register", 202, body={"email": "unconfirmed@example.test", "password": PASSWORD})
    for number in range(1, OWN_FILES + 1):
        names[f"file_{number}"] = _file(target, ADA, f"report {number}.txt", ["birds", f"tag {number}"])
    _file(target, EVE, "diary.txt", [])
    names["eve_file"] = _file(target, EVE, "secret.txt", [])
    _begin_unfinished(target)
    names["file"] = _file(target, ADA, "marked.txt", ["marked"])  # any page of hits has the same form: equal scores have no order
    target.wait_until(_everything_is_found, seconds=_INDEXING)
    names["etag"] = dict(target.send(row("a file", "GET /v1/files/<file>", 200, None, ADA).request).headers)["etag"]
    _begin_pages(target)


def go_on(target: Target) -> None:
    """What is left of one person's way. Nothing that the corpus names is otherwise then: the session that ends is another one."""
    target.names["leaving"], target.names["leaving_refresh"] = _login(target, "eve@example.test")
    target.ask("GET /v1/me", 200, _LEAVING)
    target.ask("GET /v1/files/<eve_file>", 200, _LEAVING)
    target.ask("GET /v1/files/<eve_file>/link", 200, _LEAVING)
    target.ask("GET /v1/files/<eve_file>/content", 307, _LEAVING)
    target.ask("PATCH /v1/files/<eve_file>", 200, _LEAVING, "If-Match: *", body={"name": "renamed.txt", "tags": ["mine"]})
    target.ask("DELETE /v1/files/<eve_file>", 200, _LEAVING, "If-Match: *")
    target.ask("GET /v1/files?status=trashed", 200, _LEAVING)
    target.ask("POST /v1/files/<eve_file>/restore", 200, _LEAVING)
    target.ask("GET /v1/files?tag=mine", 200, _LEAVING)
    target.ask("GET /v1/me/usage", 200, _LEAVING)
    tokens = target.ask("POST /v1/auth/refresh", 200, body={"refresh_token": "<leaving_refresh>"})
    target.ask("POST /v1/auth/logout", 204, body={"refresh_token": tokens["refresh_token"]})
    target.ask("GET /v1/me", 401, _LEAVING)


def _everything_is_found(get: Callable[[str], Any]) -> bool:
    files = get("/v1/files?limit=100&status=available")["items"]
    return len(files) == OWN_FILES + 1 and all(file["searchable"] for file in files)


def sign_in(target: Target, email: str) -> tuple[str, str]:
    """The access and refresh tokens of a new account."""
    target.ask("POST /v1/auth/register", 202, body={"email": email, "password": PASSWORD})
    target.ask("POST /v1/auth/confirm", 204, body={"email": email, "code": target.code_for(email)})
    return _login(target, email)


def _login(target: Target, email: str) -> tuple[str, str]:
    tokens = target.ask("POST /v1/auth/login", 200, body={"email": email, "password": PASSWORD})["tokens"]
    return tokens["access_token"], tokens["refresh_token"]


def _file(target: Target, who: str, name: str, tags: list[str]) -> str:
    """The id of a file that is available."""
    digest = sha256(_CONTENT).hexdigest()
    new = {"name": name, "size": len(_CONTENT), "media_type": "text/plain", "sha256": digest, "tags": tags}
    created = target.ask("POST /v1/files", 201, who, body=new)
    target.put(created["upload"], _CONTENT)
    target.names.update({"new": created["file"]["id"], "new_upload": created["upload"]["id"]})
    target.ask("POST /v1/files/<new>/uploads/<new_upload>/complete", 200, who)
    return target.names["new"]


def _begin_unfinished(target: Target) -> None:
    pending, aborted = (target.ask("POST /v1/files", 201, ADA, body=_LATER) for _ in range(2))
    target.names.update({"pending": pending["file"]["id"], "upload": pending["upload"]["id"]})
    target.names.update({"aborted": aborted["file"]["id"], "aborted_upload": aborted["upload"]["id"]})
    target.ask("DELETE /v1/files/<aborted>/uploads/<aborted_upload>", 204, ADA)
    target.names["trashed"] = _file(target, ADA, "trashed.txt", [])
    target.ask("DELETE /v1/files/<trashed>", 200, ADA, "If-Match: *")


def _begin_pages(target: Target) -> None:
    def cursor(who: str, path: str) -> str:
        found: str = target.ask(f"GET {path}", 200, who)["next_cursor"]
        return found

    own = cursor(ADA, "/v1/files?limit=2")
    target.names.update(
        {
            "cursor": own,
            "altered_cursor": ("B" if own[0] == "A" else "A") + own[1:],
            "tagged_cursor": cursor(ADA, "/v1/files?limit=2&tag=birds"),
            "search_cursor": cursor(ADA, "/v1/search?q=herons&limit=2"),
            "other_cursor": cursor(EVE, "/v1/files?limit=1"),
        }
    )
