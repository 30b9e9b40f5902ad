"""The mailer on a file system keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.filesystem.mailer import FilesystemMailer
from demobackend.adapters.memory.clock import ManualClock
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.testing.contracts.mailer import MailerContract


class TestFilesystemMailer(MailerContract):
    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        mailer = FilesystemMailer(Path(self.cleanup.enter_context(TemporaryDirectory())), ManualClock())
        return mailer, mailer
