"""A mail as the bytes of an .eml file, and back."""

import re
import unicodedata
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTPUTF8
from email.utils import format_datetime

from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail

_SENDER = "DemoBackend <no-reply@demobackend.invalid>"
_POLICY = SMTPUTF8.clone(max_line_length=None)  # folded lines would not give back every run of spaces
_FIELD_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")
_OURS = frozenset({"from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"})
_REFUSED = _OURS | {"sender", "reply-to", "cc", "bcc", "resent-from", "resent-to", "resent-cc", "resent-bcc"}
# What the standard library's parser is known to raise over foreign files: KeyError, IndexError and AttributeError are its own slips.
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, MessageError)
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control characters, surrogates, and what str.splitlines takes for a line's end


def to_eml(mail: Mail, *, sent_at: datetime) -> bytes:
    """Write a mail. Raises `InvalidInput` (`invalid_mail`) for what would not come back from the file as it was given."""
    _refuse_unsafe(mail)
    message = EmailMessage(policy=_POLICY)
    message["From"] = _SENDER
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{mail.id}@demobackend.invalid>"
    for name, value in mail.headers:
        message[name] = value
    # As bytes: set_content would change line ends. Quoted-printable, so that a person can read a code in the file.
    _add(message, "plain", mail.text)
    message.make_alternative()
    _add(message, "html", mail.html)
    content = message.as_bytes()
    if from_eml(mail.id, content) != mail:
        raise _invalid("/headers")
    return content


def from_eml(mail_id: MailId, content: bytes) -> Mail | None:
    """Read a mail; None for a file that `to_eml` did not write."""
    try:
        message = BytesParser(EmailMessage, policy=_POLICY).parsebytes(content)
        text, html = (part.get_payload(decode=True) for part in message.iter_parts())
        if not isinstance(text, bytes) or not isinstance(html, bytes) or message["To"] is None or message["Subject"] is None:
            return None
        headers = tuple((name, str(value)) for name, value in message.items() if name.lower() not in _OURS)
        to, subject = str(message["To"]), str(message["Subject"])
        return Mail(id=mail_id, to=to, subject=subject, text=text.decode(), html=html.decode(), headers=headers)
    except _UNREADABLE:
        return None


def _add(message: EmailMessage, subtype: str, text: str) -> None:
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise _invalid("/text" if subtype == "plain" else "/html") from None
    add = message.set_content if subtype == "plain" else message.add_alternative
    add(content, maintype="text", subtype=subtype, cte="quoted-printable", params={"charset": "utf-8"})


def _refuse_unsafe(mail: Mail) -> None:
    if EmailAddress(mail.to).canonical != mail.to:
        raise _invalid("/to")
    if _breaks(mail.subject):
        raise _invalid("/subject")
    for name, value in mail.headers:
        if _FIELD_NAME.fullmatch(name) is None or name.lower() in _REFUSED or name.lower().startswith("content-") or _breaks(value):
            raise _invalid("/headers")


def _breaks(text: str) -> bool:
    return any(unicodedata.category(character) in _BREAKS for character in text)


def _invalid(pointer: str) -> InvalidInput:
    return InvalidInput.at(pointer, "invalid_mail", "A mail goes to one address, and its headers hold no control characters.")
