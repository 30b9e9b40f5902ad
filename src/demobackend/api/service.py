"""The service area: what the process says of itself."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from demobackend.api.models.service import CheckOut, ReadyOut, VersionOut
from demobackend.domain.model.errors import NotFound, Unavailable
from demobackend.ports.clock import Clock
from demobackend.ports.probe import Probe
from demobackend.ports.token_verifier import TokenVerifier

_FRESH = timedelta(seconds=5)


@dataclass(slots=True)
class Readiness:
    """Asks every probe at most once per five seconds, however often it is asked itself."""

    probes: tuple[Probe, ...]
    clock: Clock
    _last: tuple[datetime, ReadyOut] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> ReadyOut:
        """Return the last report, or a new one when it is older than five seconds. Raises nothing."""
        with self._lock:
            now = self.clock.now()
            if self._last is None or not timedelta(0) <= now - self._last[0] < _FRESH:
                self._last = (now, self._report())
            return self._last[1]

    def _report(self) -> ReadyOut:
        checks = [_checked(probe) for probe in self.probes]
        healthy = all(check["status"] == "ok" for check in checks)
        return ReadyOut(status="ok" if healthy else "failed", checks=checks)


def _checked(probe: Probe) -> CheckOut:
    started = perf_counter()
    try:
        probe.check()
    except Unavailable:
        return CheckOut(name=probe.name, status="failed", ms=_milliseconds(started))
    return CheckOut(name=probe.name, status="ok", ms=_milliseconds(started))


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the service operations need. `verifier` is None where somebody else publishes the keys."""

    readiness: Readiness
    version: VersionOut
    openapi: Callable[[], dict[str, object]]
    verifier: TokenVerifier | None

    def key_set(self) -> dict[str, object]:
        """Return the public keys. Raises `NotFound` where another service publishes them, `Unavailable`."""
        if self.verifier is None:
            raise NotFound
        return dict(self.verifier.key_set())
