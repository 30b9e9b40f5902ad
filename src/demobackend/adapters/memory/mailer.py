"""Mail that goes nowhere and can be read here."""

import unicodedata
from threading import Lock

from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail, SentMail
from demobackend.ports.clock import Clock


class MemoryMailer:
    """Keeps every mail that it takes; a `Mailer` and its `Mailbox`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._sent: dict[MailId, SentMail] = {}

    def send(self, mail: Mail) -> None:
        """Take a mail over; the same id again changes nothing. Raises `InvalidInput` (`invalid_mail`) for control characters."""
        headers = [text for header in mail.headers for text in header]
        if any(unicodedata.category(character) == "Cc" for text in (mail.to, mail.subject, *headers) for character in text):
            raise InvalidInput.at("/headers", "invalid_mail", "A mail's headers may not hold control characters.")
        sent_at = self._clock.now()
        with self._lock:
            self._sent.setdefault(mail.id, SentMail(mail=mail, sent_at=sent_at))

    def newest(self, *, to: str | None, limit: int) -> tuple[SentMail, ...]:
        """Return up to `limit` mails, newest first, to this canonical address or to anyone."""
        with self._lock:
            newest_first = reversed(self._sent.values())
            return tuple(sent for sent in newest_first if to is None or sent.mail.to == to)[:limit]
