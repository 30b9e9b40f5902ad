"""What happens without a request."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from json import loads
from typing import cast

import pytest
from tests.entrypoints.server.served import Served, sign_in, soon

from demobackend.composition.application import Application
from demobackend.domain.model.change import MAX_ATTEMPTS, Change, ChangeKind
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.ids import FileId
from demobackend.domain.use_cases.events.process_changes import ProcessChanges
from demobackend.domain.use_cases.events.sweep import Swept
from demobackend.ports.change_feed import ChangeFeed
from demobackend.testing.samples import OWNER, SECOND, sample_id
from demobackend_server.worker import Worker

CONTENT = b"seventeen herons crossed the estuary"


class Failing:
    """A feed that fails the first times it is asked."""

    def __init__(self, feed: ChangeFeed, failures: int) -> None:
        self._feed = feed
        self._failures = failures
        self.asked_again = threading.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._feed, name)

    def next_due(self) -> datetime | None:
        if self._failures:
            self._failures -= 1
            raise RuntimeError("a bug")
        self.asked_again.set()
        return self._feed.next_due()


@contextmanager
def working(application: Application, *, sweep_every: timedelta = timedelta(hours=1)) -> Iterator[None]:
    worker = Worker(application, sweep_every=sweep_every)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def upload(server: Served, who: str, content: bytes, *, name: str = "herons.txt") -> tuple[str, dict[str, str]]:
    """The id of a new file, and the header of its new owner."""
    bearer = sign_in(server.origin, f"{who}@example.test")
    created = server.ask("POST", "/v1/files", {"name": name, "size": len(content)}, bearer)
    made = loads(created.body)
    request, file_id = made["upload"], str(made["file"]["id"])
    assert server.ask("PUT", request["url"].removeprefix(server.origin), content, request["headers"]).status == 200
    assert server.ask("POST", f"/v1/files/{file_id}/uploads/{request['id']}/complete", headers=bearer).status == 200
    return file_id, bearer


def test_a_new_file_becomes_searchable_by_itself(either: Served) -> None:
    _, bearer = upload(either, "ada", CONTENT)
    with working(either.application):
        assert soon(lambda: loads(either.ask("GET", "/v1/search?q=herons", headers=bearer).body)["total"] == 1)


def test_a_worker_that_fails_is_logged_and_goes_on(memory: Served, caplog: pytest.LogCaptureFixture) -> None:
    feed = Failing(memory.application.feed, failures=2)
    with caplog.at_level(logging.ERROR), working(replace(memory.application, make_feed=lambda: cast(ChangeFeed, feed))):
        assert feed.asked_again.wait(10)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == ["a worker failed and goes on"] * 2


def lines_of(message: str, caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.getMessage() == message]


def test_why_a_text_cannot_be_read_is_logged_with_its_file_and_not_a_word_of_it(either: Served, caplog: pytest.LogCaptureFixture) -> None:
    file_id, _ = upload(either, "bob", b"{herons", name="secret.json")
    with caplog.at_level(logging.INFO), working(either.application):
        assert soon(lambda: lines_of("the text of a file cannot be read", caplog) != [])
    told = lines_of("the text of a file cannot be read", caplog)[0]
    assert (vars(told)["file_id"], vars(told)["reason"]) == (file_id, "broken")
    assert not any("herons" in str(vars(record)) or "secret" in str(vars(record)) for record in caplog.records)


def test_a_bug_in_handling_a_change_is_logged_with_its_traceback(memory: Served, caplog: pytest.LogCaptureFixture) -> None:
    def buggy(_: Change) -> None:
        raise ZeroDivisionError

    application = memory.application
    file_id, _ = upload(memory, "carl", CONTENT)
    process = ProcessChanges(application.feed, buggy, application.clock)
    with caplog.at_level(logging.INFO), working(replace(application, make_process_changes=lambda: process)):
        assert soon(lambda: lines_of("a change failed by a bug", caplog) != [])
    told = lines_of("a change failed by a bug", caplog)[0]
    assert (told.levelno, vars(told)["file_id"], vars(told)["is_dead"]) == (logging.ERROR, file_id, False)
    assert told.exc_info is not None and told.exc_info[0] is ZeroDivisionError and told.exc_info[2] is not None


def test_a_change_that_failed_for_the_last_time_is_logged_as_an_error(memory: Served, caplog: pytest.LogCaptureFixture) -> None:
    application = memory.application
    change = Change(kind=ChangeKind.FILE_CHANGED, owner_id=OWNER, file_id=FileId(sample_id(1)), revision=1)

    def away(_: Change) -> None:
        raise Unavailable

    application.feed.enqueue(change, due=application.clock.now())
    for _ in range(MAX_ATTEMPTS - 1):
        (delivery,) = application.feed.claim(limit=1, at=application.clock.now(), lease=SECOND)
        application.feed.put_back(delivery, due=application.clock.now(), reason="unavailable")
    process = ProcessChanges(application.feed, away, application.clock)
    with caplog.at_level(logging.INFO), working(replace(application, make_process_changes=lambda: process)):
        assert soon(lambda: lines_of("a change failed", caplog) != [])
    (told,) = lines_of("a change failed", caplog)
    assert (told.levelno, vars(told)["reason"], vars(told)["is_dead"]) == (logging.ERROR, "unavailable", True)


def test_it_sweeps_at_once_and_then_regularly(memory: Served) -> None:
    swept = threading.Semaphore(0)

    def sweep() -> Swept:
        swept.release()
        return Swept(uploads=0, files=0, blobs=0)

    events = replace(memory.application.events, sweep=sweep)  # type: ignore[arg-type]  # a sweep that only counts
    with working(replace(memory.application, make_events=lambda: events), sweep_every=timedelta(milliseconds=1)):
        assert [swept.acquire(timeout=10) for _ in range(3)] == [True, True, True]
