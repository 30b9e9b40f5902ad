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
from demobackend.domain.use_cases.events.sweep import Swept
from demobackend.ports.change_feed import ChangeFeed
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


def test_a_new_file_becomes_searchable_by_itself(either: Served) -> None:
    bearer = sign_in(either.origin, "ada@example.test")
    created = either.ask("POST", "/v1/files", {"name": "herons.txt", "size": len(CONTENT), "media_type": "text/plain"}, bearer)
    made = loads(created.body)
    upload = made["upload"]
    assert either.ask("PUT", upload["url"].removeprefix(either.origin), CONTENT, upload["headers"]).status == 200
    complete = f"/v1/files/{made['file']['id']}/uploads/{upload['id']}/complete"
    with working(either.application):
        assert either.ask("POST", complete, headers=bearer).status == 200
        assert soon(lambda: loads(either.ask("GET", "/v1/search?q=herons", headers=bearer).body)["total"] == 1)


def test_a_worker_that_fails_is_logged_and_goes_on(memory: Served, caplog: pytest.LogCaptureFixture) -> None:
    feed = Failing(memory.application.feed, failures=2)
    with caplog.at_level(logging.ERROR), working(replace(memory.application, make_feed=lambda: cast(ChangeFeed, feed))):
        assert feed.asked_again.wait(10)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == ["a worker failed and goes on"] * 2


def test_it_sweeps_at_once_and_then_regularly(memory: Served) -> None:
    swept = threading.Semaphore(0)

    def sweep() -> Swept:
        swept.release()
        return Swept(uploads=0, files=0, blobs=0)

    events = replace(memory.application.events, sweep=sweep)  # type: ignore[arg-type]  # a sweep that only counts
    with working(replace(memory.application, make_events=lambda: events), sweep_every=timedelta(milliseconds=1)):
        assert [swept.acquire(timeout=10) for _ in range(3)] == [True, True, True]
