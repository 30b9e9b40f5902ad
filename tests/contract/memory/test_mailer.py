"""The mailer in memory keeps its contract."""

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.testing.contracts.mailer import MailerContract


class TestMemoryMailer(MailerContract):
    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        mailer = MemoryMailer(ManualClock())
        return mailer, mailer
