"""The mails that a local mailer took, for developers to read."""

from typing import Protocol

from demobackend.domain.model.mail import SentMail


class Mailbox(Protocol):
    """Shows what was sent. Only where mail goes nowhere else."""

    def newest(self, *, to: str | None, limit: int) -> tuple[SentMail, ...]:
        """Return up to `limit` (1-100) mails, newest first, to this canonical address or to anyone. Raises `Unavailable`."""
        ...
