"""The mails that registration sends; their words are here, their delivery is the mailer's."""

from dataclasses import dataclass
from html import escape

from demobackend.domain.model.account import CODE_LIFE, Account
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail
from demobackend.ports.ids import Ids
from demobackend.ports.mailer import Mailer

_MINUTES = int(CODE_LIFE.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes to an account's canonical address. Nothing in a mail comes from the request but the display name, escaped."""

    mailer: Mailer
    ids: Ids

    def send_code(self, account: Account, code: str) -> None:
        """The code that confirms the address. Raises `Unavailable`."""
        self._send(
            account,
            subject="Your confirmation code",
            lines=(
                f"Your confirmation code is {code}.",
                f"It is good for {_MINUTES} minutes. If you did not ask for it, ignore this mail.",
            ),
        )

    def send_already_registered(self, account: Account) -> None:
        """Somebody tried to register a known address: its owner is told, the caller is not. Raises `Unavailable`."""
        self._send(
            account,
            subject="You are registered already",
            lines=(
                "Somebody tried to register with your e-mail address, which has an account already.",
                "If it was you, sign in. If not, you need do nothing.",
            ),
        )

    def _send(self, account: Account, *, subject: str, lines: tuple[str, ...]) -> None:
        greeting = f"Hello {account.display_name.value}," if account.display_name else "Hello,"
        paragraphs = (greeting, *lines)
        self.mailer.send(
            Mail(
                id=MailId(self.ids.new()),
                to=account.email.canonical,
                subject=subject,
                text="\n\n".join(paragraphs) + "\n",
                html="".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs),
            )
        )
