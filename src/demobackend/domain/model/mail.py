"""A mail to one person."""

from dataclasses import dataclass
from datetime import datetime

from demobackend.domain.model.ids import MailId


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message to one recipient. `to` is a canonical address; `id` makes sending it twice the same as once."""

    id: MailId
    to: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail that a mailbox keeps, and when it was taken."""

    mail: Mail
    sent_at: datetime
