"""What only mails on a file system can suffer, and what a person finds in the files."""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demobackend.adapters.filesystem.mail_format import from_eml, to_eml
from demobackend.adapters.filesystem.mailer import FilesystemMailer
from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.errors import InvalidInput, NotFound, Unavailable
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail
from demobackend.testing.samples import NOON, sample_id

MAIL = Mail(
    id=MailId(sample_id(1)),
    to="zoë@xn--bcher-kva.example",
    subject="Your code — 東京",
    text="Your code is 123456.\n\n.\nZoë = 3 €\r\n",
    html="<p>Your code is <b>123456</b></p>",
    headers=(("List-Unsubscribe", "<https://example.test/u?a=b>,  <mailto:u@example.test>"),),
)
ONE_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def mailer(tmp_path: Path, clock: ManualClock) -> FilesystemMailer:
    return FilesystemMailer(tmp_path / "mail", clock)


def only(mailer: FilesystemMailer) -> Mail:
    (sent,) = mailer.newest(to=None, limit=100)
    return sent.mail


def test_any_mail_program_can_read_a_file(tmp_path, mailer):
    mailer.send(MAIL)
    (file,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert file.name == f"{MAIL.id}.eml"
    assert (message["Subject"], message["To"], message.defects) == (MAIL.subject, MAIL.to, [])
    assert message["Date"].datetime == NOON
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and "Your code is 123456." in text.get_content()
    assert html is not None and html.get_content() == MAIL.html


def test_a_person_can_find_a_code_in_a_file(tmp_path, mailer):
    mailer.send(MAIL)
    (file,) = (tmp_path / "mail").iterdir()
    assert b"123456." in file.read_bytes()


def test_nobody_else_on_the_machine_may_read_mails(tmp_path, mailer):
    mailer.send(MAIL)
    (file,) = (tmp_path / "mail").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@given(text=TEXT, html=TEXT)
@settings(max_examples=100, deadline=None)
def test_every_text_comes_back_to_the_letter(text, html):
    mail = replace(MAIL, text=text, html=html)
    assert from_eml(mail.id, to_eml(mail, sent_at=NOON)) == mail


@given(subject=ONE_LINE, value=ONE_LINE)
@settings(max_examples=200, deadline=None)
def test_a_subject_and_a_header_come_back_to_the_letter_or_are_refused(subject, value):
    mail = replace(MAIL, subject=subject, headers=(("X-Note", value),))
    with suppress(InvalidInput):
        assert from_eml(mail.id, to_eml(mail, sent_at=NOON)) == mail


@given(
    fields=st.lists(
        st.tuples(st.sampled_from(["To", "Subject", "Date", "Content-Type", "Message-ID", "X"]), st.binary(max_size=30)), max_size=6
    ),
    body=st.binary(max_size=60),
)
@settings(max_examples=200, deadline=None)
def test_no_foreign_file_upsets_the_mailbox(fields, body):
    content = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields) + b"\r\n" + body
    assert from_eml(MAIL.id, content) is None


@pytest.mark.parametrize(
    "subject", ["", "Ihr Code: 123456", "x" * 900, "two  spaces", "Zoë €uro 😀", 'a: b; c, <d> (e) "f" @g', "日本語の件名"]
)
def test_an_ordinary_subject_is_not_refused(subject, mailer):
    mailer.send(replace(MAIL, subject=subject))
    assert only(mailer).subject == subject


@pytest.mark.parametrize(
    "broken",
    [
        replace(MAIL, subject="Hello\r\nBcc: eve@example.test"),
        replace(MAIL, subject="Hello\nBcc: eve@example.test"),
        replace(MAIL, subject="Hello\u2028Bcc: eve@example.test"),
        replace(MAIL, subject="Hello\u2029Bcc: eve@example.test"),
        replace(MAIL, subject="Hello\x1cBcc: eve@example.test"),
        replace(MAIL, subject="Hello\x85Bcc: eve@example.test"),
        replace(MAIL, subject="Hello\ud800"),
        replace(MAIL, text="\ud800"),
        replace(MAIL, html="\udfff"),
        replace(MAIL, to="ada@example.test, eve@example.test"),
        replace(MAIL, to="ada@example.test\r\nBcc: eve@example.test"),
        replace(MAIL, to="Ada <ada@example.test>"),
        replace(MAIL, to="ADA@example.test"),
        replace(MAIL, to=""),
        replace(MAIL, headers=(("Bcc", "eve@example.test"),)),
        replace(MAIL, headers=(("to", "eve@example.test"),)),
        replace(MAIL, headers=(("Content-Type", "text/html"),)),
        replace(MAIL, headers=(("X-Note: a\r\nBcc", "eve@example.test"),)),
        replace(MAIL, headers=(("X Note", "a"),)),
        replace(MAIL, headers=(("", "a"),)),
    ],
)
def test_what_would_reach_anybody_else_is_refused(broken, mailer):
    with pytest.raises(InvalidInput):
        mailer.send(broken)
    assert mailer.newest(to=None, limit=1) == ()


@pytest.mark.parametrize("name", ["../x", "", "a/b", "0190a1b2"])
def test_an_id_that_is_none_names_no_file(name, tmp_path, mailer):
    with pytest.raises(NotFound):
        mailer.send(replace(MAIL, id=MailId(name)))
    assert list(tmp_path.rglob("*.eml")) == []


def test_mails_come_newest_first_by_when_they_were_taken(clock, mailer):
    for number in (3, 1, 2):
        mailer.send(replace(MAIL, id=MailId(sample_id(number))))
        clock.advance(timedelta(milliseconds=1))
    newest = mailer.newest(to=None, limit=10)
    assert [sent.mail.id for sent in newest] == [sample_id(2), sample_id(1), sample_id(3)]
    assert [sent.sent_at - NOON for sent in newest] == [timedelta(milliseconds=number) for number in (2, 1, 0)]


def test_mails_are_kept_for_thirty_days_and_then_removed_when_the_next_is_sent(tmp_path, clock, mailer):
    for number, days in ((1, 1), (2, 29), (3, 1)):
        mailer.send(replace(MAIL, id=MailId(sample_id(number))))
        clock.advance(timedelta(days=days))
    mailer.send(replace(MAIL, id=MailId(sample_id(4))))
    assert [sent.mail.id for sent in mailer.newest(to=None, limit=10)] == [sample_id(4), sample_id(3), sample_id(2)]


def test_the_first_mail_of_a_new_server_removes_what_its_predecessor_kept_too_long(tmp_path, clock, mailer):
    mailer.send(MAIL)
    clock.advance(timedelta(days=31))
    FilesystemMailer(tmp_path / "mail", clock).send(replace(MAIL, id=MailId(sample_id(2))))
    assert [path.name for path in (tmp_path / "mail").iterdir()] == [f"{sample_id(2)}.eml"]


def test_foreign_files_are_passed_over(tmp_path, mailer):
    mailer.send(MAIL)
    folder = tmp_path / "mail"
    (folder / "notes.txt").write_text("x")
    (folder / "README.eml").write_text("Subject: x\n\nx")
    (folder / f"{sample_id(2)}.eml").write_bytes(b"")
    (folder / f"{sample_id(3)}.eml").write_bytes(b"\xff\x00 no mail at all")
    (folder / f"{sample_id(4)}.eml").write_bytes(
        b"To: a@b.test\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n"
    )
    (folder / f"{sample_id(9)}.eml").write_bytes(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n\ny\n--b--\n")
    (folder / f"{sample_id(5)}.eml").mkdir()
    (folder / f"{sample_id(6)}.eml").symlink_to(folder / f"{MAIL.id}.eml")
    (folder / f"{sample_id(7)}.eml").symlink_to(folder / "nowhere")
    os.mkfifo(folder / f"{sample_id(8)}.eml")
    assert only(mailer) == MAIL


def test_a_mailbox_that_cannot_be_opened_is_unavailable(tmp_path):
    (tmp_path / "mail").write_text("no directory")
    with pytest.raises(Unavailable):
        FilesystemMailer(tmp_path / "mail", ManualClock())


def test_a_mailbox_that_is_gone_since_is_unavailable(tmp_path, mailer):
    (tmp_path / "mail").write_text("no directory")
    with pytest.raises(Unavailable):
        mailer.newest(to=None, limit=1)
    with pytest.raises(Unavailable):
        mailer.send(MAIL)
