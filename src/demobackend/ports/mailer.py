"""Sends mail."""

from typing import Protocol

from demobackend.domain.model.mail import Mail


class Mailer(Protocol):
    """Hands mails to a provider. Taken is not delivered. Source: Amazon SES v2 SendEmail; docs/ports.md#mailer."""

    def send(self, mail: Mail) -> None:
        """Take a mail over, durably; the same id again is the same mail and changes nothing.

        Raises `InvalidInput` (`invalid_mail`) for headers or a subject with control characters, `Unavailable`.
        """
        ...
