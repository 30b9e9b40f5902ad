"""Passwords in a form that Cognito takes."""

import base64
from hashlib import sha256

from demobackend.domain.model.account import MAX_PASSWORD_CHARACTERS

_MARK = "sha256:"


def for_cognito(password: str) -> str:
    """The password itself, so that it opens Cognito's own pages too; its SHA-256 where Cognito would refuse or alter it.

    Cognito refuses passwords that begin or end with a space, are empty or have more than 256 characters; of line breaks and control
    characters it says nothing. No two passwords come out alike.
    Source: the service model's PasswordType; Amazon Cognito developer guide, "Adding user pool password requirements".
    """
    is_plain = password.isprintable() and password == password.strip() and not password.startswith(_MARK)
    if is_plain and 0 < len(password) <= MAX_PASSWORD_CHARACTERS:
        return password
    digest = sha256(password.encode(errors="surrogatepass")).digest()
    return _MARK + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
