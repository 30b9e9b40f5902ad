"""What every probe promises."""

import re
from abc import abstractmethod
from collections.abc import Callable

import pytest

from demobackend.domain.model.errors import Unavailable
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.contract import Contract

_SHORT = re.compile(r"[a-z][a-z0-9_]{0,31}")


class ProbeContract(Contract):
    """The promises of `Probe`."""

    @abstractmethod
    def probe(self) -> tuple[Probe, Callable[[], None]]:
        """Return a probe of something that works, and a function that makes an end of what it probes."""

    def test_what_works_passes_however_often_it_is_asked(self) -> None:
        probe, _ = self.probe()
        for _ in range(3):
            probe.check()

    def test_what_is_gone_is_unavailable(self) -> None:
        probe, end = self.probe()
        end()
        with pytest.raises(Unavailable):
            probe.check()

    def test_every_check_asks_anew(self) -> None:
        probe, end = self.probe()
        probe.check()
        end()
        for _ in range(2):
            with pytest.raises(Unavailable):
                probe.check()

    def test_the_name_is_short_and_stays(self) -> None:
        probe, end = self.probe()
        name = probe.name
        assert _SHORT.fullmatch(name)
        probe.check()
        end()
        assert (probe.name, self.probe()[0].name) == (name, name)
