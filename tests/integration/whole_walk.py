"""A walk through everything that the functions do, for good and for bad."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.integration.cloud import Cloud
from tests.integration.person import PASSWORD, Person, registered, signed_in

from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.table import Table
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.system.ids import SystemIds
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.names import FileName
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan
from demobackend.domain.use_cases.files.create_file import CreateFile, NewFile

LONG_AGO = timedelta(days=40)


def walk(cloud: Cloud) -> None:
    """Every function, every branch that calls something of its own."""
    cloud.invoke("prepare", {})
    _users(cloud)
    ada = signed_in(cloud)
    _files(cloud, ada)
    _events(cloud, ada)
    _sweep(cloud, ada)
    for path in ("/readyz", "/.well-known/jwks.json", "/v1/openapi.json", "/version", "/healthz"):
        ada.ask("GET", path)


def _users(cloud: Cloud) -> None:
    ada = registered(cloud)
    ada.register()  # again, while the first registration waits
    ada.ask("POST", "/v1/auth/confirm/resend", {"email": ada.email}, status=202)
    wrong = {"email": ada.email, "code": "000000"}
    ada.ask("POST", "/v1/auth/confirm", wrong, status=422, Idempotency_Key="wrong-code")
    ada.confirm()
    ada.register()  # again, which is told to the owner
    ada.ask("POST", "/v1/auth/login", {"email": ada.email, "password": f"not {PASSWORD}"}, status=401)
    ada.login()
    first = ada.refresh
    for _ in range(3):
        tokens = Person(cloud).ask("POST", "/v1/auth/refresh", {"refresh_token": ada.refresh})
        ada.access, ada.refresh = tokens["access_token"], tokens["refresh_token"]
    ada.ask("GET", "/v1/me")
    ada.ask("PATCH", "/v1/me", {"display_name": "Ada"}, If_Match="*")
    Person(cloud).ask("POST", "/v1/auth/refresh", {"refresh_token": first}, status=401)  # used long ago: the session ends
    ada.ask("GET", "/v1/me", status=401)
    ada.access = ""
    ada.login()
    ada.ask("POST", "/v1/auth/logout", {"refresh_token": ada.refresh}, status=204)


def _files(cloud: Cloud, ada: Person) -> None:
    file_id, upload = ada.create(Idempotency_Key="once")
    ada.create(Idempotency_Key="once")
    too_large = {"name": "a", "size": 2**50}
    ada.ask("POST", "/v1/files", too_large, status=413, Idempotency_Key="too-large")
    ada.complete(file_id, upload, status=409)  # there are no bytes yet
    ada.send(upload)
    ada.complete(file_id, upload)
    other, given_up = ada.create()
    ada.ask("DELETE", f"/v1/files/{other}/uploads/{given_up['id']}", status=204)
    ada.file("a.txt")
    for question in ("", "?order=created_at", "?order=name", "?order=name&name_prefix=n", "?tag=x", "?status=trashed"):
        ada.ask("GET", f"/v1/files{question}")
    page = ada.ask("GET", "/v1/files?limit=1")
    ada.ask("GET", f"/v1/files?limit=1&cursor={page['next_cursor']}")
    for path in ("", "/link"):
        ada.ask("GET", f"/v1/files/{file_id}{path}")
    ada.ask("GET", f"/v1/files/{file_id}/content", status=307)
    ada.ask("GET", "/v1/me/usage")
    ada.ask("PATCH", f"/v1/files/{file_id}", {"tags": ["birds"]}, If_Match="*")
    ada.ask("DELETE", f"/v1/files/{file_id}", If_Match="*")
    ada.ask("POST", f"/v1/files/{file_id}/restore", {})
    cloud.pass_on_changes()
    page = ada.ask("GET", "/v1/search?q=herons&limit=1")
    ada.ask("GET", f"/v1/search?q=herons&limit=1&cursor={page['next_cursor']}")


def _events(cloud: Cloud, ada: Person) -> None:
    owner = ada.ask("GET", "/v1/me")["id"]
    for _ in range(2):  # the bytes came, nobody said so; then an arrival that comes twice
        file_id, upload = ada.create()
        ada.send(upload)
        key = BlobKey.parse(f"{owner}/{file_id}/1/{upload['id']}")
        assert cloud.bytes_arrived(key.text) == cloud.bytes_arrived(key.text) == {"batchItemFailures": []}
        assert ada.ask("GET", f"/v1/files/{file_id}")["status"] == "available"
    file_id, upload = ada.create()  # an arrival whose bytes are gone
    cloud.bytes_arrived(BlobKey.parse(f"{owner}/{file_id}/1/{upload['id']}").text)
    lost = ada.file("lost.txt")
    folder = cloud.objects / owner / lost
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.unlink()
    cloud.pass_on_changes()


def _sweep(cloud: Cloud, ada: Person) -> None:
    """A stale upload, an old file in the trash, bytes that nobody accounts for; an arrival and a change that were lost."""
    owner = UserId(ada.ask("GET", "/v1/me")["id"])
    catalog = DynamoDbFileCatalog(Table(cloud.servers.dynamodb.client("dynamodb"), cloud.table))
    caller, long_ago = Caller(owner, SessionId("none")), datetime.now(UTC) - LONG_AGO
    stale, trashed, forgotten, missed = (_promised(cloud, catalog, caller, long_ago) for _ in range(4))
    file = catalog.get(owner, trashed.file_id).arrived(sha256=None, at=long_ago)
    catalog.finish(file, trashed.id, expected=1)
    catalog.replace(file.trashed(long_ago), expected=file.revision)
    catalog.finish(catalog.get(owner, missed.file_id).arrived(sha256=None, at=long_ago), missed.id, expected=1)
    orphan = replace(stale, file_id=trashed.file_id).key
    for key in (orphan, forgotten.key, missed.key):
        cloud.store(key.text, b"old", at=long_ago)
    assert cloud.invoke("schedule", {}) == {"uploads": 1, "files": 1, "blobs": 1, "completed": 1, "indexed": 1}
    cloud.pass_on_changes()


def _promised(cloud: Cloud, catalog: DynamoDbFileCatalog, caller: Caller, at: datetime) -> Upload:
    """An upload that was promised then."""
    clock = ManualClock(at)
    blobs = S3BlobStore(cloud.servers.s3.client("s3"), cloud.bucket, clock)
    _, upload, _ = CreateFile(catalog, blobs, SystemIds(clock), clock, Plan())(caller, NewFile(name=FileName("old.txt"), size=3))
    return upload
