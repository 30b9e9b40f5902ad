"""Threads for what happens without a request: changes are worked through as they come, the sweep runs by the clock."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

from demobackend.composition.application import Application

_LOG = logging.getLogger("demobackend.worker")
_POLL_SECONDS = 0.05  # one indexed read; soon enough that a change is searchable within a tenth of a second
_PAUSE_SECONDS = 1.0  # after a failure
_LANES = 2  # so that a document that is slow to read holds nobody up
_STOP_SECONDS = 5.0  # what is not done by then comes again when its lease is over
SWEEP_EVERY = timedelta(minutes=10)


class Worker:
    """Works until it is stopped. A failure is logged, and work goes on."""

    def __init__(self, application: Application, *, sweep_every: timedelta = SWEEP_EVERY) -> None:
        self._feed = application.feed
        self._process = application.process_changes
        self._sweep = application.events.sweep
        self._clock = application.clock
        self._sweep_every = sweep_every.total_seconds()
        self._stopped = Event()
        jobs = [self._process_changes] * _LANES + [self._sweep_regularly]
        self._threads = [Thread(target=self._keep_up, args=(job,), name="worker", daemon=True) for job in jobs]

    def start(self) -> None:
        """Start the threads. A server is the only worker of its store, so what a killed one held is free at once."""
        self._feed.release_leases(due=self._clock.now())
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the threads finish what they are at, within a few seconds."""
        self._stopped.set()
        end = monotonic() + _STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))

    def _keep_up(self, job: Callable[[], float]) -> None:
        """Do the job again and again; it returns how many seconds to wait."""
        seconds = 0.0
        while not self._stopped.wait(seconds):
            try:
                seconds = job()
            except Exception:  # noqa: BLE001 - nobody above could go on, and the server must
                _LOG.exception("a worker failed and goes on")
                seconds = _PAUSE_SECONDS

    def _process_changes(self) -> float:
        due = self._feed.next_due()
        if due is None or due > self._clock.now():
            return _POLL_SECONDS
        self._process()
        return 0.0

    def _sweep_regularly(self) -> float:
        counts = asdict(self._sweep())
        if any(counts.values()):
            _LOG.info("swept", extra=counts)
        return self._sweep_every
