"""Threads for what happens without a request: changes are worked through as they come, the sweep runs by the clock.

Of the servers on one data directory, one at a time has a worker that works; the others wait to take its place.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from threading import Event, Lock, Thread
from time import monotonic

from demobackend.composition.application import Application
from demobackend.composition.only_worker import WorkerPlace
from demobackend.domain.model.errors import DomainError
from demobackend.domain.use_cases.events.process_changes import Tried

_LOG = logging.getLogger("demobackend.worker")
_POLL_SECONDS = 0.05  # one indexed read; soon enough that a change is searchable within a tenth of a second
_PAUSE_SECONDS = 1.0  # after a failure
_LANES = 2  # a document that is slow to read holds nobody up; two at once do, for as long as the faster one takes
_STANDBY_SECONDS = 1.0  # until it is asked again whether the only worker is gone
_STOP_SECONDS = 5.0  # what is not done by then comes again when the next worker starts
SWEEP_EVERY = timedelta(minutes=10)


class Worker:
    """Works until it is stopped. A failure is logged, and work goes on."""

    def __init__(self, application: Application, *, sweep_every: timedelta = SWEEP_EVERY) -> None:
        self._feed = application.feed
        self._process = application.process_changes
        self._sweep = application.events.sweep
        self._clock = application.clock
        self._sweep_every = sweep_every.total_seconds()
        self._place = WorkerPlace(application.settings)
        self._gate = Lock()
        self._is_at_work = False
        self._stands_by = False
        self._stopped = Event()
        jobs = [self._process_changes] * _LANES + [self._sweep_regularly]
        self._threads = [Thread(target=self._keep_up, args=(job,), name="worker", daemon=True) for job in jobs]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the threads finish what they are at, within a few seconds, and leave the place to another worker."""
        self._stopped.set()
        end = monotonic() + _STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))
        if not any(thread.is_alive() for thread in self._threads):  # else the end of the process does it
            self._place.leave()

    def _keep_up(self, job: Callable[[], float]) -> None:
        """Do the job again and again; it returns how many seconds to wait."""
        seconds = 0.0
        while not self._stopped.wait(seconds):
            try:
                seconds = job() if self._is_our_turn() else _STANDBY_SECONDS
            except Exception:  # noqa: BLE001 - nobody above could go on, and the server must
                _LOG.exception("a worker failed and goes on")
                seconds = _PAUSE_SECONDS

    def _is_our_turn(self) -> bool:
        """Whether no other process works on the store. Then all leases are those of workers that are gone, so they are free at once."""
        with self._gate:
            if not self._is_at_work:
                if self._place.take():
                    self._feed.release_leases(due=self._clock.now())
                    self._is_at_work = True
                elif not self._stands_by:
                    _LOG.warning("another server works on this data; this one takes over when it ends")
                    self._stands_by = True
            return self._is_at_work

    def _process_changes(self) -> float:
        due = self._feed.next_due()
        if due is None or due > self._clock.now():
            return _POLL_SECONDS
        tried = self._process()
        if tried is not None:
            _tell(tried)
        return 0.0

    def _sweep_regularly(self) -> float:
        counts = asdict(self._sweep())
        if any(counts.values()):
            _LOG.info("swept", extra=counts)
        return self._sweep_every


def _tell(tried: Tried) -> None:
    delivery, failure = tried.delivery, tried.failure
    if tried.unreadable is not None:
        _LOG.warning("the text of a file cannot be read", extra={"file_id": delivery.change.file_id, "reason": tried.unreadable})
    if failure is None:
        return
    facts = {"change_id": delivery.id, "file_id": delivery.change.file_id, "attempts": delivery.attempts, "is_dead": tried.is_dead}
    if isinstance(failure, DomainError):
        _LOG.log(logging.ERROR if tried.is_dead else logging.INFO, "a change failed", extra={**facts, "reason": failure.code})
    else:
        _LOG.error("a change failed by a bug", extra=facts, exc_info=failure)
