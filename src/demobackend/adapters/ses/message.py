"""A mail as SES takes it; refused before any call is what would reach others or what SES cannot carry."""

import base64
import re
import unicodedata
from typing import TYPE_CHECKING

from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.mail import Mail

if TYPE_CHECKING:
    from types_boto3_sesv2.type_defs import ContentTypeDef, MessageHeaderTypeDef, SendEmailRequestTypeDef

ID_TAG = "mail_id"
"""The tag that carries a mail's id, so that SES's events about it name it."""
MAX_HEADERS = 15
MAX_HEADER_CHARACTERS = 996  # name and value as they are sent
_WORD_BYTES = 45  # 60 characters of Base64 and 12 around them
_FIELD_NAME = re.compile(r"[A-Za-z0-9-]{1,126}")
_TAG_VALUE = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PLAIN = re.compile(r"[ -~]+")
_SET_BY_SES = frozenset(
    {"bcc", "cc", "date", "from", "message-id", "mime-version", "reply-to", "resent-bcc", "resent-cc", "resent-from", "resent-to"}
) | {"return-path", "sender", "subject", "to"}
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control characters, surrogates, and what str.splitlines takes for a line's end


def to_request(mail: Mail, *, sender: str, configuration_set: str | None) -> "SendEmailRequestTypeDef":
    """The arguments of SendEmail. Raises `InvalidInput` (`invalid_mail`).

    Subject and bodies go as UTF-8; a header beyond ASCII goes as encoded words (RFC 2047), the only form that SES takes.
    Addresses with other letters before the @ are refused: SES has no SMTPUTF8 (RFC 6531).
    Source: SES v2 API reference, SendEmail, Message, MessageHeader, MessageTag.
    """
    _refuse_unsafe(mail)
    request: SendEmailRequestTypeDef = {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {
            "Simple": {
                "Subject": _utf8(mail.subject, "/subject"),
                "Body": {"Text": _utf8(mail.text, "/text"), "Html": _utf8(mail.html, "/html")},
                "Headers": [_header(name, value) for name, value in mail.headers],
            }
        },
        "EmailTags": [{"Name": ID_TAG, "Value": mail.id}],
    }
    if configuration_set is not None:
        request["ConfigurationSetName"] = configuration_set
    return request


def _refuse_unsafe(mail: Mail) -> None:
    if _TAG_VALUE.fullmatch(mail.id) is None:
        raise invalid_mail("/id")
    if not mail.to.isascii() or EmailAddress(mail.to).canonical != mail.to:
        raise invalid_mail("/to")
    if _breaks(mail.subject):
        raise invalid_mail("/subject")
    if len(mail.headers) > MAX_HEADERS:
        raise invalid_mail("/headers")


def _utf8(text: str, pointer: str) -> "ContentTypeDef":
    try:
        text.encode()
    except UnicodeEncodeError:
        raise invalid_mail(pointer) from None
    return {"Data": text, "Charset": "UTF-8"}


def _header(name: str, value: str) -> "MessageHeaderTypeDef":
    if _FIELD_NAME.fullmatch(name) is None or name.lower() in _SET_BY_SES or name.lower().startswith("content-"):
        raise invalid_mail("/headers")
    if not value or _breaks(value):
        raise invalid_mail("/headers")
    if _PLAIN.fullmatch(value) is None or "=?" in value or value != value.strip():
        value = _encoded_words(value)
    if len(name) + len(value) > MAX_HEADER_CHARACTERS:
        raise invalid_mail("/headers")
    return {"Name": name, "Value": value}


def _encoded_words(text: str) -> str:
    """Base64 of UTF-8 in words of at most 75 characters, each a whole number of characters (RFC 2047, section 5)."""
    pieces = [b""]
    for octets in map(str.encode, text):
        if len(pieces[-1]) + len(octets) > _WORD_BYTES:
            pieces.append(b"")
        pieces[-1] += octets
    return " ".join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def _breaks(text: str) -> bool:
    return any(unicodedata.category(character) in _BREAKS for character in text)


def invalid_mail(pointer: str = "") -> InvalidInput:
    """The refusal of a mail; `pointer` names the part of it."""
    return InvalidInput.at(pointer, "invalid_mail", "A mail goes to one ASCII address, and its headers hold no control characters.")
