"""The mails that registration sends; their words are here, their delivery is the mailer's."""

from dataclasses import dataclass
from html import escape

from demobackend.domain.model.account import CODE_LIFE, Account
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.ports.ids import Ids
from demobackend.ports.mailer import Mailer

_MINUTES = int(CODE_LIFE.total_seconds() // 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Writes to an account's canonical address. Nothing in a mail comes from the request but the display name, escaped.

    Whoever writes asks `admits` first, once per call of theirs. `decoy` takes as long as `mailer`, and its mails reach nobody.
    """

    mailer: Mailer
    decoy: Mailer
    ids: Ids
    limit: LetterLimit

    def admits(self, email: EmailAddress) -> bool:
        """Count a letter to this address; whether it may go out. Costs the same either way. Raises `Unavailable`."""
        return self.limit.admits(email)

    def send_code(self, account: Account, code: str) -> None:
        """The code that confirms the address. Raises `Unavailable`."""
        self.mailer.send(self._code(account, code))

    def pretend_to_send(self, account: Account, code: str) -> None:
        """What `send_code` costs, and nobody gets a letter. Raises `Unavailable`."""
        self.decoy.send(self._code(account, code))

    def send_already_registered(self, account: Account) -> None:
        """Somebody tried to register a known address: its owner is told, the caller is not. Raises `Unavailable`."""
        letter = self._letter(
            account,
            subject="You are registered already",
            lines=(
                "Somebody tried to register with your e-mail address, which has an account already.",
                "If it was you, sign in. If not, you need do nothing.",
            ),
        )
        self.mailer.send(letter)

    def _code(self, account: Account, code: str) -> Mail:
        return self._letter(
            account,
            subject="Your confirmation code",
            lines=(
                f"Your confirmation code is {code}.",
                f"It is good for {_MINUTES} minutes. If you did not ask for it, ignore this mail.",
            ),
        )

    def _letter(self, account: Account, *, subject: str, lines: tuple[str, ...]) -> Mail:
        greeting = f"Hello {account.display_name.value}," if account.display_name else "Hello,"
        paragraphs = (greeting, *lines)
        return Mail(
            id=MailId(self.ids.new()),
            to=account.email.canonical,
            subject=subject,
            text="\n\n".join(paragraphs) + "\n",
            html="".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs),
        )
