"""Several server processes over one socket, and the parent that minds them."""

import logging
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread
from types import FrameType

from demobackend.composition.settings import Settings

type Work = Callable[[Settings, socket.socket, Callable[[], None], bool], None]

_LOG = logging.getLogger("demobackend.server")


class Supervisor:
    """Starts the processes, starts one anew when it dies, and stops all when told to. `work` learns whether it is the first."""

    def __init__(self, work: Work, settings: Settings, listener: socket.socket, *, count: int) -> None:
        self._work = work
        self._settings = settings
        self._listener = listener
        self._count = count
        self._context = multiprocessing.get_context("spawn")  # a fork would take over locks that no thread of it can release
        self._lifeline, self._hold = self._context.Pipe(duplex=False)  # closes when we die, however we die
        self._reports, self._report = self._context.Pipe(duplex=False)
        self._children: dict[int, SpawnProcess] = {}
        self._stopping = False

    def run(self, on_ready: Callable[[], None]) -> int:
        """Return 0 when all were told to stop and did, 1 when one could not even start."""
        replaced = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for place in range(self._count):
                self._start(place)
            return self._mind(on_ready)
        finally:
            for number, handler in replaced.items():
                signal.signal(number, handler)

    def _mind(self, on_ready: Callable[[], None]) -> int:
        starting = self._count
        status = 0
        while self._children:
            if self._reports in wait([*(child.sentinel for child in self._children.values()), self._reports]):
                self._reports.recv()
                starting -= 1
                if starting == 0:
                    on_ready()
            for place in [place for place, child in self._children.items() if not child.is_alive()]:
                dead = self._children.pop(place)
                if starting > 0 and not self._stopping:
                    status = 1
                    self._stop()
                if not self._stopping:
                    _LOG.warning("a server process died and is started anew", extra={"exit": dead.exitcode})
                    self._start(place)
        return status

    def _start(self, place: int) -> None:
        child = self._context.Process(
            target=_live, args=(self._work, self._settings, self._listener, self._lifeline, self._report, place == 0)
        )
        child.start()
        self._children[place] = child
        if self._stopping:  # told so while it was being started
            child.terminate()

    def _stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping = True
        for child in self._children.values():
            if child.is_alive():
                child.terminate()


def _live(work: Work, settings: Settings, listener: socket.socket, lifeline: Connection, report: Connection, first: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent passes it on as SIGTERM
    Thread(target=_follow, args=(lifeline,), name="lifeline", daemon=True).start()
    work(settings, listener, lambda: report.send(None), first)


def _follow(lifeline: Connection) -> None:
    """Stop when the parent is gone, so that nobody holds the port without it."""
    try:
        lifeline.recv()
    except EOFError:
        os.kill(os.getpid(), signal.SIGTERM)
