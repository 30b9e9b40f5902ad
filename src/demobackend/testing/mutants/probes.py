"""Wrong probes, of a switch that is on until it is turned off."""

from collections.abc import Callable
from dataclasses import dataclass

from demobackend.domain.model.errors import Corrupt, Unavailable
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.probe import ProbeContract


@dataclass(slots=True)
class _Switch:
    """Probes itself, as it should be probed."""

    is_on: bool = True
    asked: int = 0

    @property
    def name(self) -> str:
        return "switch"

    def turn_off(self) -> None:
        self.is_on = False

    def check(self) -> None:
        self.asked += 1
        if not self.is_on:
            raise Unavailable


class _NeverLooks(_Switch):
    def check(self) -> None:
        """All is well."""


class _LooksOnce(_Switch):
    def check(self) -> None:
        if not self.asked:
            _Switch.check(self)


class _TellsOnce(_Switch):
    def check(self) -> None:
        is_on = self.is_on
        self.is_on = True
        if not is_on:
            raise Unavailable


class _OtherError(_Switch):
    def check(self) -> None:
        if not self.is_on:
            raise Corrupt


class _NamesItsState(_Switch):
    @property
    def name(self) -> str:
        return "switch" if self.is_on else "broken_switch"


class SoundProbe(ProbeContract):
    """A switch."""

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return _probe_of(_Switch())


class SaysThatAllIsWell(ProbeContract):
    """It asks nothing."""

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return _probe_of(_NeverLooks())


class RemembersThatItWasWell(ProbeContract):
    """It asks once."""

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return _probe_of(_LooksOnce())


class TellsOfAnOutageOnce(ProbeContract):
    """It is well again as soon as it has said that it is not."""

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return _probe_of(_TellsOnce())


class RaisesAnotherError(ProbeContract):
    """What is gone is `Corrupt`."""

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return _probe_of(_OtherError())


class ChangesItsName(ProbeContract):
    """The name tells the state."""

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return _probe_of(_NamesItsState())


def _probe_of(switch: _Switch) -> tuple[Probe, Callable[[], None]]:
    return switch, switch.turn_off


MUTANTS: tuple[type[Contract], ...] = (
    SaysThatAllIsWell,
    RemembersThatItWasWell,
    TellsOfAnOutageOnce,
    RaisesAnotherError,
    ChangesItsName,
)
