"""The conventions that every operation keeps."""

from urllib.parse import quote

import pytest

from demobackend.api.operation import Access
from demobackend.api.operations.table import OPERATIONS
from demobackend.api.raw import MAX_BODY_BYTES
from demobackend.testing.client import Client

NO_ID = "01900000-0000-7000-8000-000000000000"
PROTECTED = [operation for operation in OPERATIONS if operation.access is not Access.PUBLIC]
WITH_BODY = [operation for operation in OPERATIONS if operation.body is not None]


def path_of(template: str) -> str:
    return template.replace("{file_id}", NO_ID).replace("{upload_id}", NO_ID)


@pytest.mark.parametrize("operation", PROTECTED, ids=lambda operation: operation.name)
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer x.y.z", "x"])
def test_without_a_valid_token_an_operation_answers_401_alike(operation, header: str | None, nobody: Client) -> None:
    headers = {} if header is None else {"authorization": header}
    answer = nobody(operation.method, path_of(operation.path), headers=headers)
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert answer.header("www-authenticate") is not None
    assert {k: v for k, v in answer.json.items() if k not in {"request_id", "instance"}} == {
        "type": "/docs/errors#unauthenticated",
        "title": "Not signed in",
        "status": 401,
        "detail": "A valid access token is needed.",
        "code": "unauthenticated",
    }


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/json; charset=latin-1", "application/json, text/plain", "application/jsonp"]
)
def test_a_body_that_is_not_json_by_name_is_415(operation, content_type: str | None, ada: Client) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = ada(operation.method, path_of(operation.path), raw=b"{}", headers=headers)
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
def test_an_encoded_body_is_415(operation, ada: Client) -> None:
    answer = ada(operation.method, path_of(operation.path), body={}, headers={"content-encoding": "gzip"})
    assert answer.status == 415


MALFORMED = {
    "empty": b"",
    "broken": b'{"name": ',
    "trailing": b"{} x",
    "byte_order_mark": b"\xef\xbb\xbf{}",
    "not_utf8": b'{"name": "\xff"}',
    "utf16": "{}".encode("utf-16"),
    "nan": b'{"size": NaN}',
    "infinity": b'{"size": -Infinity}',
    "overflow": b'{"size": 1e400}',
    "too_many_digits": b'{"size": ' + b"9" * 5000 + b"}",
    "duplicate_key": b'{"a": 1, "a": 1}',
    "too_deep": b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}",
    "far_too_deep": b"[" * 100_000,
    "lone_surrogate": b'{"name": "\\ud800"}',
    "lone_surrogate_in_a_key": b'{"\\udfff": 1}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_body_that_cannot_be_read_is_400(body: bytes, ada: Client) -> None:
    answer = ada("POST", "/v1/files", raw=body, headers={"content-type": "application/json"})
    assert answer.status == 400


def test_nesting_of_32_is_read_and_then_judged(ada: Client) -> None:
    body = b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}"
    assert ada("POST", "/v1/files", raw=body, headers={"content-type": "application/json"}).status == 422


def test_brackets_inside_text_are_no_nesting(ada: Client) -> None:
    answer = ada("POST", "/v1/files", body={"name": "[" * 100 + '\\"' * 0, "size": 1})
    assert answer.status == 201


def test_a_surrogate_pair_is_one_character(ada: Client) -> None:
    body = b'{"name": "\\ud83d\\ude42", "size": 1}'
    assert ada("POST", "/v1/files", raw=body, headers={"content-type": "application/json"}).json["file"]["name"] == "🙂"


def test_a_body_of_one_mebibyte_is_read_and_one_byte_more_is_413(ada: Client) -> None:
    def sent(size: int) -> int:
        body = b'{"name": "' + b"x" * (size - 30) + b'", "size": 100}'
        return ada("POST", "/v1/files", raw=body.ljust(size), headers={"content-type": "application/json"}).status

    assert sent(MAX_BODY_BYTES) == 422
    assert sent(MAX_BODY_BYTES + 1) == 413


INVALID = [
    ({}, {"/name": "required", "/size": "required"}),
    ({"name": "a", "size": 1, "owner_id": "x"}, {"/owner_id": "unknown_field"}),
    ({"name": "a", "size": 1, "a/b~c": 1}, {"/a~1b~0c": "unknown_field"}),
    ({"name": "a", "size": "1"}, {"/size": "wrong_type"}),
    ({"name": "a", "size": 1.5}, {"/size": "wrong_type"}),
    ({"name": "a", "size": 1.0}, {"/size": "wrong_type"}),
    ({"name": "a", "size": True}, {"/size": "wrong_type"}),
    ({"name": 1, "size": 1}, {"/name": "wrong_type"}),
    ({"name": "a", "size": -1}, {"/size": "invalid_value"}),
    ({"name": "a", "size": 2**53}, {"/size": "invalid_value"}),
    ({"name": None, "size": 1}, {"/name": "null_not_allowed"}),
    ({"name": "a", "size": 1, "description": None}, {"/description": "null_not_allowed"}),
    ({"name": "a", "size": 1, "tags": ["a", 1]}, {"/tags/1": "wrong_type"}),
    ({"name": "a", "size": 1, "tags": ["a", "b/c"]}, {"/tags/1": "invalid_tag"}),
    ({"name": "..", "size": 1}, {"/name": "invalid_name"}),
    ({"name": "a", "size": 1, "sha256": "A" * 64}, {"/sha256": "invalid_sha256"}),
    ({"name": "a", "size": 1, "sha256": None}, {"/sha256": "null_not_allowed"}),
    (
        {"description": "\0", "tags": ["ok", "b/c"], "media_type": "text", "sha256": "x", "name": "..", "size": "1", "more": 1},
        {
            "/name": "invalid_name",
            "/size": "wrong_type",
            "/media_type": "invalid_media_type",
            "/sha256": "invalid_sha256",
            "/tags/1": "invalid_tag",
            "/description": "invalid_description",
            "/more": "unknown_field",
        },
    ),
]


@pytest.mark.parametrize(("body", "violations"), INVALID)
def test_an_invalid_body_is_422_and_names_each_field_in_the_model_s_order(body: object, violations: dict[str, str], ada: Client) -> None:
    answer = ada("POST", "/v1/files", body=body)
    assert answer.status == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == list(violations.items())


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=1.0", "limit=+1", "limit=%201", "limit=", "limit=1&limit=1",
                                   "nope=1", "order=size", "status=purged", "cursor=x", "cursor=" + "A" * 80])  # fmt: skip
def test_a_query_that_is_not_acceptable_is_400(query: str, ada: Client) -> None:
    assert ada("GET", f"/v1/files?{query}").status == 400


RFC_3339 = ["2026-01-01T12:00:05Z", "2026-01-01t12:00:05z", "2026-01-01T12:00:05.25+01:30", "2026-01-01T12:00:05.123456789-00:00"]
OTHER_ISO_8601 = {
    "a week date": "2026-W01-1T00:00:00Z",
    "an ordinal date": "2026-001T00:00:00Z",
    "no hyphens": "20260101T000000+00:00",
    "a comma": "2026-01-01T00:00:00,5Z",
    "no zone": "2026-01-01T00:00:00.000",
    "no seconds": "2026-01-01T00:00+00:00",
    "an hour only": "2026-01-01T00+00:00:00",
    "a blank": "2026-01-01 00:00:00Z",
    "a short zone": "2026-01-01T00:00:00+01",
    "a zone with seconds": "2026-01-01T00:00:00+01:00:00",
    "a zone beyond a day": "2026-01-01T00:00:00+24:00",
    "the end of a day": "2026-01-01T24:00:00Z",
    "no fraction after its stop": "2026-01-01T00:00:00.Z",
    "other digits": "2026-01-01T00:00:0\u0665Z",
    "a line end": "2026-01-01T00:00:00Z\n",
}


@pytest.mark.parametrize("moment", RFC_3339)
def test_a_moment_is_rfc_3339(moment: str, ada: Client) -> None:
    assert ada("GET", f"/v1/search?q=x&created_after={quote(moment)}").status == 200


@pytest.mark.parametrize("moment", OTHER_ISO_8601.values(), ids=OTHER_ISO_8601.keys())
def test_a_moment_of_another_form_of_iso_8601_is_400(moment: str, ada: Client) -> None:
    assert ada("GET", f"/v1/search?q=x&created_before={quote(moment)}").code == "invalid_parameter"


def test_a_limit_of_1_and_of_100_is_taken(ada: Client) -> None:
    assert [ada("GET", f"/v1/files?limit={limit}").status for limit in (1, 100)] == [200, 200]


@pytest.mark.parametrize("method", ["BREW", "TRACE", "PUT", "CONNECT", "OPTIONS", "get"])
def test_a_method_that_is_not_there_is_405_and_says_which_are(method: str, nobody: Client) -> None:
    answer = nobody(method, "/v1/files")
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/files/", "/v1//files", "/V1/files", "/v1/files/a/b/c/d", "/admin", "/v1/.env"])
def test_an_unknown_path_is_a_404_problem(path: str, nobody: Client) -> None:
    answer = nobody("GET", path)
    assert (answer.status, answer.code, answer.header("content-type")) == (404, "not_found", "application/problem+json")


@pytest.mark.parametrize("file_id", ["x", NO_ID, NO_ID.upper(), "..", "%00", "0" * 1000, "admin"])
def test_an_id_that_names_nothing_is_404(file_id: str, ada: Client) -> None:
    assert ada("GET", f"/v1/files/{file_id}").status == 404


@pytest.mark.parametrize("target", ["/healthz", "/v1/me", "/nowhere"])
def test_head_is_answered_like_get_and_drivers_leave_the_body_out(target: str, nobody: Client) -> None:
    got, asked = (nobody(method, target, headers={"x-request-id": "fixed"}).reply for method in ("GET", "HEAD"))
    assert asked == got


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_Z", True), ("a" * 128, True), ("a" * 129, False), ("", False), ("a b", False), ("a\n", False)]
)
def test_a_sane_request_id_is_kept_and_any_other_replaced(given: str, kept: bool, nobody: Client) -> None:
    answer = nobody("GET", "/nowhere", headers={"x-request-id": given})
    assert (answer.header("x-request-id") == given) is kept
    assert answer.json["request_id"] == answer.header("x-request-id")


def test_answers_to_a_signed_in_caller_are_not_stored_and_never_sniffed(ada: Client) -> None:
    answer = ada("GET", "/v1/files")
    assert (answer.header("cache-control"), answer.header("x-content-type-options")) == ("no-store", "nosniff")


def test_an_error_never_repeats_a_fields_value(ada: Client) -> None:
    marker = "tell-tale"
    answer = ada("POST", "/v1/files", body={"name": f"{marker}/x", "size": f"{marker}", "tags": [f"{marker}\n"], "sha256": marker})
    assert answer.status == 422
    assert marker.encode() not in answer.reply.body
