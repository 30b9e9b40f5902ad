"""Databases that earlier versions wrote are read for ever."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.sqlite.account_store import SqliteAccountStore
from demobackend.adapters.sqlite.audit_trail import SqliteAuditTrail
from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog
from demobackend.adapters.sqlite.idempotency_store import SqliteIdempotencyStore
from demobackend.adapters.sqlite.rate_limiter import SqliteRateLimiter
from demobackend.adapters.sqlite.search_index import SqliteSearchIndex
from demobackend.adapters.sqlite.session_store import SqliteSessionStore
from demobackend.domain.model.errors import LimitExceeded
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.testing.contracts.file_catalog_case import add_available, add_trashed, begin
from demobackend.testing.contracts.search_index_case import request
from demobackend.testing.samples import (
    DAY,
    MINUTE,
    NOON,
    OWNER,
    moment,
    sample_account,
    sample_event,
    sample_id,
    sample_indexed_file,
    sample_session,
    sample_upload,
)

ACCOUNT = sample_account()
REQUEST = KeyedRequest("ada", "create_file", "k", "digest")
ANSWER = KeptAnswer(201, (("Location", "/v1/files/1"),), b"body")
# What `write_contents` wrote when the tables had this version. Neither is ever made anew.
FIXTURES = Path(__file__).parent / "fixtures"
# What there was no table for at that time.
LACKING: dict[int, dict[str, object]] = {1: {"events": ()}, 2: {}}


def write_contents(database: Database) -> None:
    """Something in every table."""
    ids = SequentialIds(ManualClock(NOON))
    catalog, feed, index = SqliteFileCatalog(database, ids), SqliteChangeFeed(database, ids), SqliteSearchIndex(database)
    available = add_available(catalog, 1, name="Größe.pdf", tags=("red", "two words"))
    add_trashed(catalog, 2)
    begin(catalog, 3)
    catalog.mark_indexed(OWNER, available.id, revision=2, text_status=TextStatus.PARTIAL)
    first, *_ = feed.claim(limit=2, at=moment(10), lease=MINUTE)
    feed.bury(first, at=moment(11), reason="corrupt")
    index.put(sample_indexed_file(1, name="Größe.pdf", tags=("red",), text="before the 東京都 after"))
    index.remove(OWNER, FileId(sample_id(9)), revision=5)
    SqliteAccountStore(database).create(ACCOUNT, audit=sample_event(1))
    SqliteSessionStore(database).create(sample_session(), audit=sample_event(2))
    keys = SqliteIdempotencyStore(database)
    keys.begin(REQUEST, at=NOON, lease=MINUTE, kept=DAY)
    keys.finish(REQUEST, ANSWER)
    SqliteRateLimiter(database).take("b", limit=1, window=DAY, at=NOON)


def read_contents(database: Database) -> dict[str, object]:
    """What every adapter says of it."""
    ids = SequentialIds(ManualClock(NOON))
    catalog, feed, index = SqliteFileCatalog(database, ids), SqliteChangeFeed(database, ids), SqliteSearchIndex(database)
    upload = sample_upload(3)
    return {
        "files": catalog.list_files(OWNER, FileFilter(), FileOrder.NEWEST, limit=9, after=None),
        "trash": catalog.discarded_files(trashed_before=NOON + DAY, limit=9),
        "tagged": catalog.list_files(OWNER, FileFilter(tag="two words"), FileOrder.NAME, limit=9, after=None),
        "uploads": (catalog.open_uploads(expired_before=NOON + DAY, limit=9), catalog.get_upload(OWNER, upload.file_id, upload.id)),
        "usage": catalog.usage(OWNER),
        "dead": feed.dead_letters(limit=9, after=None),
        "due": feed.next_due(),
        "found": [index.search(request(query), limit=9, after=None) for query in ("grosse", "京", '"before the"', "tag:red")],
        "text": index.text_of(OWNER, sample_indexed_file(1).file_id, version=1),
        "account": SqliteAccountStore(database).find(ACCOUNT.email.canonical),
        "session": SqliteSessionStore(database).get(sample_session().id),
        "events": SqliteAuditTrail(database).page(OWNER, at=NOON, limit=9, after=None),
        "answer": SqliteIdempotencyStore(database).begin(REQUEST, at=NOON, lease=MINUTE, kept=DAY),
        "waiting": feed.claim(limit=9, at=NOON + DAY, lease=MINUTE),
        "limited": refusal_of(SqliteRateLimiter(database)),
    }


def refusal_of(limiter: SqliteRateLimiter) -> timedelta:
    with pytest.raises(LimitExceeded) as refusal:
        limiter.check({"b": 1}, window=DAY, at=NOON)
    return refusal.value.retry_after


@pytest.mark.parametrize("version", LACKING)
def test_a_database_of_any_version_still_says_what_it_said(version: int, path: Path, tmp_path: Path) -> None:
    path.write_bytes(gzip.decompress((FIXTURES / f"version-{version}.sqlite.gz").read_bytes()))
    with Database.open(path) as old, Database.open(tmp_path / "fresh") as fresh:
        old.check()
        write_contents(fresh)
        assert read_contents(old) == read_contents(fresh) | LACKING[version]
