"""What is asked often is looked up in an index, however many rows there are."""

import re

import pytest

from demobackend.adapters.sqlite import (
    account_store,
    audit_trail,
    change_feed,
    file_catalog,
    file_changes,
    idempotency_store,
    rate_limiter,
    search_index,
    search_pages,
    session_store,
)
from demobackend.adapters.sqlite.database import Database

STATEMENTS = {
    "a file by id": (file_changes._GET_FILE, "(id=?)"),
    "an upload by id": (file_changes._GET_UPLOAD, "PRIMARY KEY (id=?)"),
    "the uploads of a file": (file_changes._DELETE_UPLOADS, "(file_id=?)"),
    "an owner's usage": (file_changes._GET_USAGE, "PRIMARY KEY (owner_id=?)"),
    "expired uploads": (file_catalog._OPEN_UPLOADS, "(expires_at<?)"),
    "files in the trash": (file_catalog._TRASHED, "files_trashed (<expr><?)"),
    "purged files": (file_catalog._PURGED, "INDEX files_purged"),
    "changes that are due": (change_feed._DUE, "(due_at<?)"),
    "when the next change is due": (change_feed._NEXT_DUE, "INDEX changes_waiting"),
    "dead letters": (change_feed._DEAD, "((died_at,id)>(?,?))"),
    "an account by id": (account_store._GET, "PRIMARY KEY (id=?)"),
    "an account by address": (account_store._FIND, "(canonical_email=?)"),
    "a session by id": (session_store._GET, "PRIMARY KEY (id=?)"),
    "sessions to forget": (session_store._FORGET, "(expires_at<?)"),
    "the newest events of a user": (audit_trail._NEWEST, "PRIMARY KEY (user_id=?)"),
    "the next events of a user": (audit_trail._NEXT, "PRIMARY KEY (user_id=? AND id<?)"),
    "events to forget": (audit_trail._FORGET, "(at<?)"),
    "a claimed key": (idempotency_store._GET, "(caller=? AND operation=? AND key=?)"),
    "claims to forget": (idempotency_store._FORGET, "(kept_until<?)"),
    "takes of a bucket": (rate_limiter._IN_THE_WAY, "(bucket=? AND taken_at>?)"),
    "takes to forget": (rate_limiter._FORGET, "(forgotten_at<?)"),
    "an indexed document": (search_index._HELD, "(owner_id=? AND file_id=?)"),
    "a document's text": (search_index._TEXT, "(owner_id=? AND file_id=?)"),
    "the documents of a page": (search_pages._DOCUMENTS, "PRIMARY KEY (rowid=?)"),
    "the last number of a millisecond": (search_index._LAST_NUMBER, "PRIMARY KEY (rowid>? AND rowid<?)"),
}


@pytest.mark.parametrize("question", STATEMENTS)
def test_the_answer_is_looked_up_and_nothing_is_sorted(database: Database, question: str) -> None:
    sql, lookup = STATEMENTS[question]
    bindings = (1,) * sql.count("?")
    rows = database.read(lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings).fetchall())
    found = "\n".join(str(row[3]) for row in rows)
    assert lookup in found
    assert "TEMP B-TREE" not in found
    assert not re.search(r"SCAN (?!json_each)\w+(?! USING)\b", found)
