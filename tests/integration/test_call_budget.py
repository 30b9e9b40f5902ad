"""Every operation makes exactly the calls of its budget, and so does the authorizer."""

from collections import Counter
from collections.abc import Callable

import pytest
from tests.integration.budget import AUTHORIZER, BUDGET, worded
from tests.integration.cloud import Cloud
from tests.integration.person import PASSWORD, Person, etag, registered, signed_in

from demobackend.api.operations.table import OPERATIONS
from demobackend.testing.gateway import RawHttpRequest

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("aws")]

type Prepare = Callable[[Person], RawHttpRequest]  # makes what the operation needs, and returns its request

_OPERATIONS = {operation.name: operation for operation in OPERATIONS}


@pytest.fixture(scope="module")
def ada(cloud: Cloud) -> Person:
    """Somebody with one file that can be found."""
    ada = signed_in(cloud)
    ada.file("found.txt")
    cloud.pass_on_changes()
    return ada


def _get(path: str) -> Prepare:
    return lambda ada: ada.request("GET", path)


def _register(ada: Person) -> RawHttpRequest:
    return ada.request("POST", "/v1/auth/register", {"email": Person(ada.cloud).email, "password": PASSWORD})


def _confirm(ada: Person) -> RawHttpRequest:
    new = registered(ada.cloud)
    return new.request("POST", "/v1/auth/confirm", {"email": new.email, "code": new.code()})


def _resend(ada: Person) -> RawHttpRequest:
    return ada.request("POST", "/v1/auth/confirm/resend", {"email": registered(ada.cloud).email})


def _login(ada: Person) -> RawHttpRequest:
    return ada.request("POST", "/v1/auth/login", {"email": ada.email, "password": PASSWORD})


def _with_a_session(path: str) -> Prepare:
    def prepare(ada: Person) -> RawHttpRequest:
        again = Person(ada.cloud, ada.email)
        again.login()
        return again.request("POST", path, {"refresh_token": again.refresh})

    return prepare


def _update_me(ada: Person) -> RawHttpRequest:
    tag = etag(ada.cloud.api.send(ada.request("GET", "/v1/me")))
    return ada.request("PATCH", "/v1/me", {"display_name": tag[1:-1]}, {"If-Match": tag})


def _create(ada: Person) -> RawHttpRequest:
    return ada.request("POST", "/v1/files", {"name": "a.txt", "size": 5})


def _create_once(ada: Person) -> RawHttpRequest:
    return ada.request("POST", "/v1/files", {"name": "a.txt", "size": 5}, {"Idempotency-Key": Person(ada.cloud).email})


def _complete(ada: Person) -> RawHttpRequest:
    file_id, upload = ada.create()
    ada.send(upload)
    return ada.request("POST", f"/v1/files/{file_id}/uploads/{upload['id']}/complete", {})


def _abort(ada: Person) -> RawHttpRequest:
    file_id, upload = ada.create()
    return ada.request("DELETE", f"/v1/files/{file_id}/uploads/{upload['id']}")


def _update(ada: Person) -> RawHttpRequest:
    file_id = ada.file()
    return ada.request("PATCH", f"/v1/files/{file_id}", {"name": "b.txt"}, {"If-Match": ada.tag_of(file_id)})


def _trash(ada: Person) -> RawHttpRequest:
    file_id = ada.file()
    return ada.request("DELETE", f"/v1/files/{file_id}", None, {"If-Match": ada.tag_of(file_id)})


def _restore(ada: Person) -> RawHttpRequest:
    return ada.request("POST", f"/v1/files/{ada.trashed()}/restore", {})


def _of_a_file(method: str, more: str) -> Prepare:
    return lambda ada: ada.request(method, f"/v1/files/{ada.file()}{more}")


def _ready(ada: Person) -> RawHttpRequest:
    ada.cloud.restart("service")  # which has no report at hand that it may repeat
    return ada.request("GET", "/readyz")


CASES: dict[str, Prepare] = {
    "health": _get("/healthz"),
    "ready": _ready,
    "version": _get("/version"),
    "openapi": _get("/v1/openapi.json"),
    "jwks": _get("/.well-known/jwks.json"),
    "register": _register,
    "confirm_registration": _confirm,
    "resend_confirmation": _resend,
    "login": _login,
    "refresh": _with_a_session("/v1/auth/refresh"),
    "logout": _with_a_session("/v1/auth/logout"),
    "get_me": _get("/v1/me"),
    "update_me": _update_me,
    "create_file": _create,
    "create_file with Idempotency-Key": _create_once,
    "complete_upload": _complete,
    "abort_upload": _abort,
    "list_files": _get("/v1/files"),
    "get_file": _of_a_file("GET", ""),
    "update_file": _update,
    "trash_file": _trash,
    "restore_file": _restore,
    "download_link": _of_a_file("GET", "/link"),
    "download": _of_a_file("GET", "/content"),
    "usage": _get("/v1/me/usage"),
    "search": _get("/v1/search?q=herons"),
}


def test_every_budget_is_held_by_a_case() -> None:
    assert CASES.keys() | {AUTHORIZER} == BUDGET.keys()


@pytest.mark.parametrize("name", CASES)
def test_an_operation_makes_the_calls_of_its_budget_and_no_other(ada: Person, name: str) -> None:
    operation = _OPERATIONS[name.partition(" ")[0]]
    _measured(ada, CASES[name], operation.status)
    made = _measured(ada, CASES[name], operation.status)[operation.area.value]
    assert worded(made) == worded(BUDGET[name])


def test_the_authorizer_makes_the_calls_of_its_budget_and_no_other(ada: Person) -> None:
    made = _measured(ada, CASES["get_file"], 200)[AUTHORIZER]
    assert worded(made) == worded(BUDGET[AUTHORIZER])


def _measured(ada: Person, prepare: Prepare, status: int) -> dict[str, Counter[str]]:
    """The calls of one request, by function."""
    request, before = prepare(ada), len(ada.cloud.recorder.calls)
    answer = ada.cloud.api.send(request)
    assert answer.status == status, answer.body
    made: dict[str, Counter[str]] = {name: Counter() for name in (AUTHORIZER, "files", "users", "search", "service")}
    for call in ada.cloud.recorder.calls[before:]:
        if call.sent:
            made[call.function][call.name] += 1
    return made
