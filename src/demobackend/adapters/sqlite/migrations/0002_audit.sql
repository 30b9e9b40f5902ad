-- What happened to accounts and sessions: written in the transaction of what happened, never changed, forgotten when it is old.

CREATE TABLE audit_events (
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    session_id TEXT,
    PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_events_by_time ON audit_events (at);
