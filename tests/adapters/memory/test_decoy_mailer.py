"""Mails that reach nobody are taken like others, and forgotten after some."""

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.decoy_mailer import DecoyMailer
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.domain.model.errors import InvalidInput
from demobackend.ports.mailer import Mailer
from demobackend.testing.contracts.mailer import sample_mail


class Row:
    """The mailers that were asked for, oldest first."""

    def __init__(self) -> None:
        self.made: list[MemoryMailer] = []

    def empty(self) -> Mailer:
        self.made.append(MemoryMailer(ManualClock()))
        return self.made[-1]

    def kept(self) -> list[int]:
        return [len(mailer.newest(to=None, limit=100)) for mailer in self.made]


def test_an_empty_mailer_is_asked_for_again_after_so_many_mails() -> None:
    row = Row()
    decoy = DecoyMailer(row.empty, most_kept=3)
    assert row.kept() == [0]
    for number in range(1, 8):
        decoy.send(sample_mail(number))
    assert row.kept() == [3, 3, 1]


def test_it_refuses_what_the_mailer_behind_it_refuses() -> None:
    row = Row()
    with pytest.raises(InvalidInput):
        DecoyMailer(row.empty).send(sample_mail(to="eve@example.test\r\nBcc: ada@example.test"))
    assert row.kept() == [0]
