"""What every mailer promises, seen through the mailbox beside it."""

from abc import abstractmethod
from dataclasses import replace
from datetime import timedelta

import pytest

from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import race, refusals
from demobackend.testing.samples import moment, sample_id

CONTROL_CHARACTERS = ("\r", "\n", "\r\nBcc: eve@example.test", "\0", "\x1b", "\x7f", "\x85")


def sample_mail(number: int = 1, *, to: str = "ada@example.test") -> Mail:
    """The mail of this number; later numbers have later ids."""
    return Mail(
        id=MailId(sample_id(number, at=moment(number))),
        to=to,
        subject=f"Letter {number}: Grüße aus 東京 😀",
        text=f"Number {number}.\n\nFrom here on: Zoë = 3.50 €\n.\n{'long ' * 400}\n",
        html=f"<p>Number {number} &amp; Zoë = 3.50 €</p>\n",
        headers=(("List-Unsubscribe", "<https://example.test/u/1>"), ("X-Campaign", "žluť")),
    )


class MailerContract(Contract):
    """The promises of `Mailer` and of the `Mailbox` that shows what it took."""

    @abstractmethod
    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        """Return a mailer that has taken nothing, and the mailbox that shows what it takes."""

    def test_a_mail_is_shown_as_it_was_sent(self) -> None:
        mailer, mailbox = self.mailer_and_mailbox()
        plain = replace(sample_mail(1), headers=(), subject="", text="", html="")
        mailer.send(plain)
        mailer.send(sample_mail(2))
        shown = mailbox.newest(to=None, limit=10)
        assert [sent.mail for sent in shown] == [sample_mail(2), plain]
        assert all(sent.sent_at.utcoffset() == timedelta(0) for sent in shown)

    def test_an_empty_mailbox_shows_nothing(self) -> None:
        _, mailbox = self.mailer_and_mailbox()
        assert mailbox.newest(to=None, limit=100) == ()
        assert mailbox.newest(to="ada@example.test", limit=100) == ()

    def test_the_newest_mails_come_first_up_to_the_limit(self) -> None:
        mailer, mailbox = self.mailer_and_mailbox()
        for number in range(1, 6):
            mailer.send(sample_mail(number))
        shown = [sent.mail.id for sent in mailbox.newest(to=None, limit=3)]
        assert shown == [sample_mail(number).id for number in (5, 4, 3)]

    def test_a_mailbox_can_be_asked_for_one_address(self) -> None:
        mailer, mailbox = self.mailer_and_mailbox()
        for number, to in ((1, "ada@example.test"), (2, "a@example.test"), (3, "ada@example.test"), (4, "xada@example.test")):
            mailer.send(sample_mail(number, to=to))
        shown = [sent.mail.id for sent in mailbox.newest(to="ada@example.test", limit=10)]
        assert shown == [sample_mail(3).id, sample_mail(1).id]

    def test_a_mail_with_the_same_id_is_the_same_mail_and_changes_nothing(self) -> None:
        mailer, mailbox = self.mailer_and_mailbox()
        mailer.send(sample_mail(1))
        mailer.send(sample_mail(1))
        mailer.send(replace(sample_mail(1), subject="another", to="eve@example.test"))
        assert [sent.mail for sent in mailbox.newest(to=None, limit=10)] == [sample_mail(1)]

    def test_of_many_that_send_one_mail_it_is_taken_once(self) -> None:
        mailer, mailbox = self.mailer_and_mailbox()
        assert refusals(race(lambda _: mailer.send(sample_mail(1)))) == {}
        assert [sent.mail for sent in mailbox.newest(to=None, limit=10)] == [sample_mail(1)]

    def test_a_control_character_in_a_subject_or_header_is_refused_and_nothing_is_sent(self) -> None:
        mailer, mailbox = self.mailer_and_mailbox()
        for bad in CONTROL_CHARACTERS:
            for mail in (
                replace(sample_mail(), subject=f"Hello{bad}"),
                replace(sample_mail(), headers=(("X-Fine", "fine"), ("X-Bad", f"value{bad}"))),
                replace(sample_mail(), headers=((f"X-Bad{bad}", "value"),)),
            ):
                with pytest.raises(InvalidInput) as refusal:
                    mailer.send(mail)
                assert {violation.code for violation in refusal.value.violations} == {"invalid_mail"}
        assert mailbox.newest(to=None, limit=10) == ()
