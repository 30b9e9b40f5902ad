"""Letters that must not go out cost what others cost, and nobody sees them."""

from pathlib import Path

from demobackend.adapters.memory.clock import ManualClock
from demobackend.composition.factories import local
from demobackend.composition.settings import Settings
from demobackend.testing.contracts.mailer import sample_mail


def test_a_mail_to_the_decoy_is_written_where_no_mailbox_looks_and_gone_with_the_next_start(tmp_path: Path) -> None:
    settings, clock = Settings(data=tmp_path), ManualClock()
    local.decoy(settings, clock).send(sample_mail())
    assert local.mailer(settings, clock).newest(to=None, limit=100) == ()
    assert len(list(tmp_path.rglob("*.eml"))) == 1
    local.decoy(settings, clock)
    assert list(tmp_path.rglob("*.eml")) == []
