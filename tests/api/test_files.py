"""The operations on files, as a client meets them."""

from hashlib import sha256
from typing import Any

import pytest

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.testing.client import Answered, Client
from demobackend.testing.people import put_bytes, settle
from demobackend.testing.world import World

CONTENT = b"hello, world"


def create(client: Client, content: bytes = CONTENT, **facts: Any) -> dict[str, Any]:
    body = {"name": "notes.txt", "size": len(content), "media_type": "text/plain", "sha256": sha256(content).hexdigest(), **facts}
    answer = client("POST", "/v1/files", body=body)
    assert answer.status == 201, answer.json
    created: dict[str, Any] = answer.json
    return created


def arrive(world: World, created: dict[str, Any], content: bytes = CONTENT) -> None:
    file = created["file"]
    key = BlobKey(UserId(file["owner_id"]), FileId(file["id"]), 1, UploadId(created["upload"]["id"]))
    put_bytes(world.stores.gateway, key, content)


def complete(client: Client, created: dict[str, Any]) -> Answered:
    return client("POST", f"/v1/files/{created['file']['id']}/uploads/{created['upload']['id']}/complete")


def available(world: World, client: Client, **facts: Any) -> dict[str, Any]:
    created = create(client, **facts)
    arrive(world, created)
    answer = complete(client, created)
    assert answer.status == 200
    file: dict[str, Any] = answer.json
    return file


def test_a_new_file_is_pending_and_says_how_to_bring_its_bytes(ada: Client) -> None:
    answer = ada("POST", "/v1/files", body={"name": "a.txt", "size": 3})
    file, upload = answer.json["file"], answer.json["upload"]
    assert answer.status == 201
    assert answer.header("location") == f"/v1/files/{file['id']}"
    assert answer.header("etag") == '"1"'
    assert (file["status"], file["role"], file["searchable"], file["text_status"]) == ("pending", "owner", False, "pending")
    assert (upload["kind"], upload["method"]) == ("single", "PUT")
    assert upload["expires_at"].endswith("Z")


def test_a_completed_file_is_available_and_completing_again_changes_nothing(world: World, ada: Client) -> None:
    created = create(ada)
    assert complete(ada, created).code == "bytes_missing"
    arrive(world, created)
    first, second = complete(ada, created), complete(ada, created)
    assert first.json["status"] == "available"
    assert (first.status, first.json, first.header("etag")) == (second.status, second.json, second.header("etag"))


def test_a_single_upload_is_completed_without_parts(world: World, ada: Client) -> None:
    created = create(ada)
    arrive(world, created)
    path = f"/v1/files/{created['file']['id']}/uploads/{created['upload']['id']}/complete"
    refused = ada("POST", path, body={"parts": [{"number": 7, "etag": "nonsense"}]})
    assert (refused.status, refused.code, refused.json["errors"][0]["pointer"]) == (422, "parts_not_expected", "/parts")
    assert ada("GET", f"/v1/files/{created['file']['id']}").json["status"] == "pending"
    assert ada("POST", path, body={"parts": []}).json["status"] == "available"


def test_bytes_of_another_size_or_digest_are_refused_at_completion(world: World, ada: Client) -> None:
    short, other = create(ada), create(ada)
    arrive(world, short, b"short")
    arrive(world, other, b"HELLO, WORLD")
    assert (complete(ada, short).status, complete(ada, short).code) == (422, "size_mismatch")
    assert (complete(ada, other).status, complete(ada, other).code) == (422, "checksum_mismatch")


def test_an_aborted_upload_is_gone_with_its_file_and_its_room(world: World, ada: Client) -> None:
    created = create(ada)
    path = f"/v1/files/{created['file']['id']}/uploads/{created['upload']['id']}"
    assert [ada("DELETE", path).status for _ in range(2)] == [204, 204]
    assert ada("GET", f"/v1/files/{created['file']['id']}").status == 404
    assert (complete(ada, created).status, complete(ada, created).code) == (409, "upload_aborted")
    assert ada("GET", "/v1/me/usage").json["bytes"]["reserved"] == 0


def test_a_completed_upload_cannot_be_aborted(world: World, ada: Client) -> None:
    created = create(ada)
    arrive(world, created)
    complete(ada, created)
    answer = ada("DELETE", f"/v1/files/{created['file']['id']}/uploads/{created['upload']['id']}")
    assert (answer.status, answer.code) == (409, "upload_completed")


def test_a_change_needs_the_etag_that_was_read(world: World, ada: Client) -> None:
    file = available(world, ada)
    path = f"/v1/files/{file['id']}"
    tag = ada("GET", path).header("etag") or ""
    answers = {
        given: ada("PATCH", path, body={}, headers={} if given is None else {"if-match": given}).status
        for given in [None, '"0"', f"W/{tag}", '"999"', '"x", "y"', "*", tag, f'"x", {tag}', "nonsense"]
    }
    assert answers == {
        None: 428,
        '"0"': 412,
        f"W/{tag}": 412,
        '"999"': 412,
        '"x", "y"': 412,
        "*": 200,
        tag: 200,
        f'"x", {tag}': 200,
        "nonsense": 400,
    }


def test_an_absent_file_is_404_before_its_precondition_is_asked_for(ada: Client) -> None:
    assert ada("PATCH", "/v1/files/01900000-0000-7000-8000-000000000000", body={"name": "x"}).status == 404


def test_renaming_changes_the_etag_and_nothing_given_changes_nothing(world: World, ada: Client) -> None:
    file = available(world, ada, description="old")
    path = f"/v1/files/{file['id']}"
    renamed = ada("PATCH", path, body={"name": "b.txt", "tags": ["x"], "description": None}, headers={"if-match": "*"})
    assert (renamed.json["name"], renamed.json["tags"], renamed.json["description"]) == ("b.txt", ["x"], None)
    same = ada("PATCH", path, body={}, headers={"if-match": renamed.header("etag") or ""})
    assert (same.json, same.header("etag")) == (renamed.json, renamed.header("etag"))


@pytest.mark.parametrize("field", ["name", "tags"])
def test_only_a_description_can_be_cleared(field: str, world: World, ada: Client) -> None:
    file = available(world, ada)
    answer = ada("PATCH", f"/v1/files/{file['id']}", body={field: None}, headers={"if-match": "*"})
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == f"/{field}"


def test_the_trash_holds_a_file_until_it_is_restored(world: World, ada: Client) -> None:
    file = available(world, ada)
    path = f"/v1/files/{file['id']}"
    trashed = ada("DELETE", path, headers={"if-match": "*"})
    assert (trashed.status, trashed.json["status"]) == (200, "trashed")
    assert ada("DELETE", path, headers={"if-match": "*"}).header("etag") == trashed.header("etag")
    assert [ada("GET", f"{path}/link").code, ada("GET", f"{path}/content").code] == ["not_available"] * 2
    assert (ada("PATCH", path, body={"name": "x"}, headers={"if-match": "*"}).status) == 409
    assert ada("GET", "/v1/files").json["items"] == []
    assert [item["id"] for item in ada("GET", "/v1/files?status=trashed").json["items"]] == [file["id"]]
    restored = ada("POST", f"{path}/restore")
    assert (restored.status, restored.json["status"]) == (200, "available")
    assert ada("POST", f"{path}/restore").header("etag") == restored.header("etag")


def test_a_pending_file_is_seen_by_its_owner_and_has_no_bytes_to_link_to(ada: Client) -> None:
    path = f"/v1/files/{create(ada)['file']['id']}"
    assert ada("GET", path).status == 200
    assert ada("GET", f"{path}/link").code == "not_available"
    assert ada("DELETE", path, headers={"if-match": "*"}).code == "not_available"


def test_download_leads_to_the_same_kind_of_address_as_link(world: World, ada: Client) -> None:
    file = available(world, ada)
    link = ada("GET", f"/v1/files/{file['id']}/link?disposition=inline").json
    sent = ada("GET", f"/v1/files/{file['id']}/content?disposition=inline")
    assert sent.status == 307
    assert sent.header("location") == link["url"]
    assert ada("GET", f"/v1/files/{file['id']}/link?version=2").status == 404


def test_strangers_get_the_same_404_for_a_file_as_for_nothing(world: World, ada: Client, eve: Client) -> None:
    file = available(world, ada)
    calls = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/restore"), ("GET", "/link"), ("GET", "/content")]
    for method, below in calls:
        body: dict[str, str] | None = {} if method == "PATCH" else None
        answers = [
            eve(method, f"/v1/files/{file_id}{below}", body=body, headers={"if-match": "*", "x-request-id": "r"})
            for file_id in (file["id"], "01900000-0000-7000-8000-000000000000")
        ]
        bodies = [
            answer.reply.body.replace(file["id"].encode(), b"ID").replace(b"01900000-0000-7000-8000-000000000000", b"ID")
            for answer in answers
        ]
        assert answers[0].status == 404
        assert bodies[0] == bodies[1]


def test_a_list_pages_through_everything_once_in_each_order(world: World, ada: Client) -> None:
    for number in range(25):
        create(ada, name=f"{number % 7:02d}-{number}.txt", tags=["even"] if number % 2 == 0 else [])
    for order in ["-created_at", "created_at", "name"]:
        names: list[str] = []
        cursor = ""
        while True:
            page = ada("GET", f"/v1/files?order={order}&limit=7{cursor}").json
            names += [item["name"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert len(names) == len(set(names)) == 25
        if order == "name":
            assert names == sorted(names)
    assert len(ada("GET", "/v1/files?tag=even&limit=100").json["items"]) == 13
    assert len(ada("GET", "/v1/files?name_prefix=03-&limit=100").json["items"]) == 4


def test_a_cursor_serves_its_caller_and_its_question_only(world: World, ada: Client, eve: Client) -> None:
    for client in (ada, eve):
        for _ in range(3):
            create(client)
    cursor = ada("GET", "/v1/files?limit=1").json["next_cursor"]
    assert ada("GET", f"/v1/files?limit=2&cursor={cursor}").status == 200
    assert eve("GET", f"/v1/files?limit=1&cursor={cursor}").code == "invalid_cursor"
    assert ada("GET", f"/v1/files?limit=1&order=name&cursor={cursor}").code == "invalid_cursor"
    for position in range(0, len(cursor), 3):
        changed = cursor[:position] + ("A" if cursor[position] != "A" else "B") + cursor[position + 1 :]
        assert ada("GET", f"/v1/files?limit=1&cursor={changed}").status == 400


def test_an_etag_that_the_client_has_is_304_and_indexing_does_not_change_it(world: World, ada: Client) -> None:
    file = available(world, ada)
    path = f"/v1/files/{file['id']}"
    tag = ada("GET", path).header("etag") or ""
    settle(world)
    assert ada("GET", path).json["searchable"] is True
    answers = [ada("GET", path, headers={"if-none-match": given}) for given in (tag, f"W/{tag}", "*", f'"x", {tag}')]
    assert [(answer.status, answer.reply.body, answer.header("etag")) for answer in answers] == [(304, b"", tag)] * 4


def test_usage_tells_what_is_used_reserved_and_allowed(world: World, ada: Client) -> None:
    available(world, ada)
    create(ada)
    assert ada("GET", "/v1/me/usage").json == {
        "bytes": {"used": 12, "reserved": 12, "allowed": 5 * 1024**3},
        "files": {"used": 1, "reserved": 1, "allowed": 100_000},
    }


def test_an_empty_file_is_a_file(world: World, ada: Client) -> None:
    created = create(ada, b"")
    arrive(world, created, b"")
    assert complete(ada, created).json["size"] == 0


def test_search_finds_a_phrase_and_shows_it(world: World, ada: Client, eve: Client) -> None:
    file = available(world, ada)
    settle(world)
    found = ada("GET", "/v1/search?q=%22hello+world%22").json
    assert [item["file"]["id"] for item in found["items"]] == [file["id"]]
    assert (found["total"], found["degraded"], found["next_cursor"]) == (1, False, None)
    assert any(piece["match"] for piece in found["items"][0]["snippet"])
    assert eve("GET", "/v1/search?q=hello").json["items"] == []
    ada("DELETE", f"/v1/files/{file['id']}", headers={"if-match": "*"})
    assert ada("GET", "/v1/search?q=hello").json["items"] == []


@pytest.mark.parametrize(
    ("query", "status", "code"), [("x" * 257, 422, "query_too_long"), ("+".join("abcdefghijklmnopq"), 422, "too_many_terms")]
)
def test_a_query_beyond_its_limits_is_422(query: str, status: int, code: str, ada: Client) -> None:
    answer = ada("GET", f"/v1/search?q={query}")
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize("query", ["", "-a", "%22%22", "*", "!!!"])
def test_a_query_that_asks_for_nothing_finds_nothing(query: str, ada: Client) -> None:
    answer = ada("GET", f"/v1/search?q={query}")
    assert (answer.status, answer.json["items"], answer.json["total"]) == (200, [], 0)
